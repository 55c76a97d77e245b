using System.Text;

namespace Handmade.Kernels.OpenCl;

/// <summary>Answers to OpenCL's questions about platforms, devices, programs and kernels, in C# types.</summary>
internal static unsafe class ClInfo
{
    public static string Platform(nint platform, uint name)
    {
        nuint size;
        ClError.Check(Cl.clGetPlatformInfo(platform, name, 0, null, &size), "clGetPlatformInfo");
        byte[] text = new byte[(int)size];
        fixed (byte* p = text) ClError.Check(Cl.clGetPlatformInfo(platform, name, size, p, null), "clGetPlatformInfo");
        return Text(text);
    }

    public static string DeviceText(nint device, uint name)
    {
        nuint size;
        ClError.Check(Cl.clGetDeviceInfo(device, name, 0, null, &size), "clGetDeviceInfo");
        byte[] text = new byte[(int)size];
        fixed (byte* p = text) ClError.Check(Cl.clGetDeviceInfo(device, name, size, p, null), "clGetDeviceInfo");
        return Text(text);
    }

    /// <summary>A number of any width: cl_bool, cl_uint, size_t, cl_ulong.</summary>
    public static ulong Device(nint device, uint name)
    {
        ulong value = 0;
        ClError.Check(Cl.clGetDeviceInfo(device, name, sizeof(ulong), &value, null), "clGetDeviceInfo");
        return value;
    }

    /// <summary>The same; 0 where the device does not know the question.</summary>
    public static ulong DeviceOrZero(nint device, uint name)
    {
        ulong value = 0;
        return Cl.clGetDeviceInfo(device, name, sizeof(ulong), &value, null) == ClConstants.SUCCESS ? value : 0;
    }

    public static ulong Kernel(nint kernel, nint device, uint name)
    {
        ulong value = 0;
        ClError.Check(Cl.clGetKernelWorkGroupInfo(kernel, device, name, sizeof(ulong), &value, null), "clGetKernelWorkGroupInfo");
        return value;
    }

    public static string BuildLog(nint program, nint device)
    {
        nuint size;
        if (Cl.clGetProgramBuildInfo(program, device, ClConstants.PROGRAM_BUILD_LOG, 0, null, &size) != ClConstants.SUCCESS) return "";
        byte[] text = new byte[(int)size];
        fixed (byte* p = text) _ = Cl.clGetProgramBuildInfo(program, device, ClConstants.PROGRAM_BUILD_LOG, size, p, null);
        return Text(text);
    }

    private static string Text(byte[] bytes) => Encoding.UTF8.GetString(bytes).TrimEnd('\0').Trim();
}
