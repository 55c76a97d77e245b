using Handmade.Kernels.Accelerators;

namespace Handmade.Kernels.OpenCl;

/// <summary>A device that some OpenCL driver offers.</summary>
/// <param name="Platform">Handle of the driver's platform.</param>
/// <param name="Device">Handle of the device.</param>
/// <param name="Info">What it is.</param>
internal sealed record ClDevice(nint Platform, nint Device, DeviceInfo Info)
{
    /// <summary>True for a processor: its memory is the program's own kind, and copies to it are plain copies.</summary>
    public bool IsProcessor => (ClInfo.Device(Device, ClConstants.DEVICE_TYPE) & ClConstants.DEVICE_TYPE_CPU) != 0;

    /// <summary>What the text of a compiled program depends on besides its source.</summary>
    public string Identity => string.Join('\n', Info.Model, Info.Driver, ClInfo.DeviceText(Device, ClConstants.DEVICE_VERSION), ClInfo.Platform(Platform, ClConstants.PLATFORM_VERSION));
}

/// <summary>The OpenCL devices of the machine: those of all drivers, GPUs before processors, otherwise in the drivers' order.</summary>
internal static unsafe class ClDevices
{
    // Asked once: some drivers start up at the first question, and not all of them bear it from two threads.
    private static readonly Lazy<IReadOnlyList<ClDevice>> all = new(Find);

    /// <summary>Why there is none, as one sentence; null where there are some.</summary>
    public static string? Missing =>
        !NativeLibraries.Has(NativeLibraries.OpenCl) ? "there is no OpenCL library (libOpenCL.so.1, OpenCL.dll); install the graphics driver, or a processor's OpenCL (Debian: apt-get install pocl-opencl-icd ocl-icd-libopencl1)"
        : All.Count == 0 ? "no OpenCL driver offers a device; install the graphics driver, or a processor's OpenCL (Debian: apt-get install pocl-opencl-icd)"
        : null;

    /// <summary>All devices that can compile kernels.</summary>
    public static IReadOnlyList<ClDevice> All => all.Value;

    private static ClDevice[] Find()
    {
        if (!NativeLibraries.Has(NativeLibraries.OpenCl)) return [];
        (nint Platform, nint Device)[] found = [.. Platforms().SelectMany(platform => Devices(platform).Select(device => (platform, device)))
            .OrderBy(pair => (ClInfo.Device(pair.device, ClConstants.DEVICE_TYPE) & ClConstants.DEVICE_TYPE_GPU) == 0)];
        return [.. found.Select((pair, i) => new ClDevice(pair.Platform, pair.Device, Describe(i, pair.Platform, pair.Device)))];
    }

    private static nint[] Platforms()
    {
        uint count;
        int code = Cl.clGetPlatformIDs(0, null, &count);
        // The loader's word for "no driver is installed".
        if (code == ClConstants.PLATFORM_NOT_FOUND_KHR || count == 0) return [];
        ClError.Check(code, "clGetPlatformIDs");
        var platforms = new nint[count];
        fixed (nint* p = platforms) ClError.Check(Cl.clGetPlatformIDs(count, p, null), "clGetPlatformIDs");
        return platforms;
    }

    private static IEnumerable<nint> Devices(nint platform)
    {
        uint count;
        int code = Cl.clGetDeviceIDs(platform, ClConstants.DEVICE_TYPE_ALL, 0, null, &count);
        if (code == ClConstants.DEVICE_NOT_FOUND || count == 0) return [];
        ClError.Check(code, "clGetDeviceIDs");
        var devices = new nint[count];
        fixed (nint* p = devices) ClError.Check(Cl.clGetDeviceIDs(platform, ClConstants.DEVICE_TYPE_ALL, count, p, null), "clGetDeviceIDs");
        return devices.Where(device => ClInfo.Device(device, ClConstants.DEVICE_AVAILABLE) != 0 && ClInfo.Device(device, ClConstants.DEVICE_COMPILER_AVAILABLE) != 0);
    }

    private static DeviceInfo Describe(int index, nint platform, nint device) => new(
        $"opencl:{index}",
        ClInfo.DeviceText(device, ClConstants.DEVICE_NAME),
        $"{ClInfo.Platform(platform, ClConstants.PLATFORM_NAME)} {ClInfo.DeviceText(device, ClConstants.DRIVER_VERSION)}",
        (long)ClInfo.Device(device, ClConstants.DEVICE_GLOBAL_MEM_SIZE),
        ClInfo.DeviceOrZero(device, ClConstants.DEVICE_DOUBLE_FP_CONFIG) != 0,
        (int)ClInfo.Device(device, ClConstants.DEVICE_MAX_WORK_GROUP_SIZE),
        (long)ClInfo.Device(device, ClConstants.DEVICE_LOCAL_MEM_SIZE),
        (int)ClInfo.Device(device, ClConstants.DEVICE_MAX_COMPUTE_UNITS),
        (long)ClInfo.Device(device, ClConstants.DEVICE_LOCAL_MEM_SIZE));
}
