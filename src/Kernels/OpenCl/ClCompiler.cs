using System.Text;
using Handmade.Kernels.Accelerators;

namespace Handmade.Kernels.OpenCl;

/// <summary>
/// Makes programs from text, by way of the disk cache. The options leave floating point as it is written: nothing contracted, nothing reordered, and
/// exactly rounded division and roots where the device has them.
/// </summary>
internal sealed unsafe class ClCompiler(nint context, ClDevice device, BinaryCache cache)
{
    private readonly string options = "-cl-std=CL1.2" + (device.IsProcessor ? " -D ON_PROCESSOR" : "") +
        ((ClInfo.Device(device.Device, ClConstants.DEVICE_SINGLE_FP_CONFIG) & ClConstants.FP_CORRECTLY_ROUNDED_DIVIDE_SQRT) != 0 ? " -cl-fp32-correctly-rounded-divide-sqrt" : "");

    private readonly string identity = device.Identity;

    /// <summary>How many programs were built from text since the device was opened.</summary>
    public int Built { get; private set; }

    /// <summary>How many came from the cache.</summary>
    public int Loaded { get; private set; }

    /// <summary>The key of a text in the cache.</summary>
    public string KeyOf(string text) => BinaryCache.Key("opencl", text, options, identity);

    /// <summary>The program of <paramref name="text"/>, built; the caller releases it.</summary>
    /// <param name="name">The C# kernel, for errors.</param>
    /// <param name="text">Complete OpenCL C.</param>
    public nint Compile(string name, string text)
    {
        string key = KeyOf(text);
        if (cache.Find(key) is { } binary && Load(binary) is var loaded && loaded != 0)
        {
            Loaded++;
            return loaded;
        }
        nint program = Build(name, text);
        if (Binary(program) is { } made) cache.Store(key, made);
        Built++;
        return program;
    }

    // 0 where the driver does not take its own binary back: another version, a damaged file.
    private nint Load(byte[] binary)
    {
        nint handle = device.Device;
        nuint length = (nuint)binary.Length;
        int status, code;
        nint program;
        fixed (byte* bytes = binary)
        {
            byte* start = bytes;
            program = Cl.clCreateProgramWithBinary(context, 1, &handle, &length, &start, &status, &code);
        }
        if (code != ClConstants.SUCCESS) return 0;
        if (status == ClConstants.SUCCESS && BuildProgram(program) == ClConstants.SUCCESS) return program;
        _ = Cl.clReleaseProgram(program);
        return 0;
    }

    private nint Build(string name, string text)
    {
        byte[] source = Encoding.UTF8.GetBytes(text);
        nuint length = (nuint)source.Length;
        int code;
        nint program;
        fixed (byte* bytes = source)
        {
            byte* start = bytes;
            program = Cl.clCreateProgramWithSource(context, 1, &start, &length, &code);
        }
        ClError.Check(code, "clCreateProgramWithSource");
        if (BuildProgram(program) == ClConstants.SUCCESS) return program;
        string log = ClInfo.BuildLog(program, device.Device);
        _ = Cl.clReleaseProgram(program);
        throw new HandmadeException($"{name}: the OpenCL compiler of {device.Info.Model} ({device.Info.Driver}) refused the kernel:\n{log}");
    }

    private int BuildProgram(nint program)
    {
        nint handle = device.Device;
        fixed (byte* o = Encoding.UTF8.GetBytes(options + "\0")) return Cl.clBuildProgram(program, 1, &handle, o, 0, 0);
    }

    private static byte[]? Binary(nint program)
    {
        nuint size = 0;
        if (Cl.clGetProgramInfo(program, ClConstants.PROGRAM_BINARY_SIZES, (nuint)sizeof(nuint), &size, null) != ClConstants.SUCCESS || size == 0) return null;
        var binary = new byte[(int)size];
        fixed (byte* bytes = binary)
        {
            byte* start = bytes;
            return Cl.clGetProgramInfo(program, ClConstants.PROGRAM_BINARIES, (nuint)sizeof(byte*), &start, null) == ClConstants.SUCCESS ? binary : null;
        }
    }
}
