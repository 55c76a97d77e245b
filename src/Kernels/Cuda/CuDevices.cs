using System.Text;
using Handmade.Kernels.Accelerators;

namespace Handmade.Kernels.Cuda;

/// <summary>A device of the CUDA driver.</summary>
/// <param name="Device">The driver's number of it.</param>
/// <param name="Info">What it is.</param>
/// <param name="Capability">Its architecture, as in 90 for sm_90.</param>
internal sealed record CuDevice(int Device, DeviceInfo Info, int Capability);

/// <summary>The CUDA devices of the machine, in the driver's order.</summary>
internal static unsafe class CuDevices
{
    private static readonly Lazy<(CuDevice[] Devices, string? Missing)> found = new(Find);

    /// <summary>All devices; none without a driver.</summary>
    public static IReadOnlyList<CuDevice> All => found.Value.Devices;

    /// <summary>Why there is none, as one sentence; null where there are some.</summary>
    public static string? Missing => found.Value.Missing;

    /// <summary>Why kernels can't be compiled, as one sentence; null where they can.</summary>
    public static string? MissingCompiler => NativeLibraries.Has(NativeLibraries.Nvrtc)
        ? null
        : "NVRTC, the kernel compiler of the CUDA toolkit, is missing (libnvrtc.so.13 or .12, nvrtc64_120_0.dll); install it and set CUDA_HOME if it lies apart, or use opencl on the same card, which needs the driver alone";

    private static (CuDevice[] Devices, string? Missing) Find()
    {
        if (!NativeLibraries.Has(NativeLibraries.Cuda)) return ([], "there is no NVIDIA driver (libcuda.so.1, nvcuda.dll); install it, or use opencl or host");
        int code = Cu.cuInit(0);
        if (code != CuConstants.SUCCESS) return ([], $"the NVIDIA driver does not start: {CuError.Words(code)}; use opencl or host");
        int count, version;
        CuError.Check(Cu.cuDeviceGetCount(&count), "cuDeviceGetCount");
        CuError.Check(Cu.cuDriverGetVersion(&version), "cuDriverGetVersion");
        var devices = new CuDevice[count];
        for (int i = 0; i < count; i++) devices[i] = Describe(i, version);
        return (devices, count == 0 ? "the NVIDIA driver has no device; use opencl or host" : null);
    }

    private static CuDevice Describe(int ordinal, int version)
    {
        int device;
        CuError.Check(Cu.cuDeviceGet(&device, ordinal), "cuDeviceGet");
        byte* name = stackalloc byte[256];
        CuError.Check(Cu.cuDeviceGetName(name, 256, device), "cuDeviceGetName");
        var text = new ReadOnlySpan<byte>(name, 256);
        nuint bytes;
        CuError.Check(Cu.cuDeviceTotalMem_v2(&bytes, device), "cuDeviceTotalMem");
        var info = new DeviceInfo($"cuda:{ordinal}", Encoding.UTF8.GetString(text[..text.IndexOf((byte)0)]), $"CUDA driver {version / 1000}.{version % 1000 / 10}", (long)bytes, true,
            Attribute(device, CuConstants.DEVICE_ATTRIBUTE_MAX_THREADS_PER_BLOCK), Attribute(device, CuConstants.DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK), Attribute(device, CuConstants.DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT),
            Attribute(device, CuConstants.DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN));
        int capability = (10 * Attribute(device, CuConstants.DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)) + Attribute(device, CuConstants.DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
        return new CuDevice(device, info, capability);
    }

    private static int Attribute(int device, int which)
    {
        int value;
        CuError.Check(Cu.cuDeviceGetAttribute(&value, which, device), "cuDeviceGetAttribute");
        return value;
    }
}
