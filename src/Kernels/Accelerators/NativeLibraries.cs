using System.Reflection;
using System.Runtime.InteropServices;

namespace Handmade.Kernels.Accelerators;

/// <summary>
/// Finds the drivers' libraries under the names that they have on each system. The bindings name a library by one word; a library that is absent
/// is a question here, not an exception there.
/// </summary>
internal static class NativeLibraries
{
    public const string OpenCl = "handmade-opencl", Cuda = "handmade-cuda", Nvrtc = "handmade-nvrtc";

    private static readonly Dictionary<string, Lazy<nint>> handles = new()
    {
        [OpenCl] = new(() => Load(OperatingSystem.IsWindows() ? ["OpenCL.dll"]
            : OperatingSystem.IsMacOS() ? ["/System/Library/Frameworks/OpenCL.framework/OpenCL"]
            // The loader that knows every vendor first; NVIDIA's driver brings its own library on machines without one.
            : ["libOpenCL.so.1", "libOpenCL.so", "libnvidia-opencl.so.1"])),
        [Cuda] = new(() => Load(OperatingSystem.IsWindows() ? ["nvcuda.dll"] : ["libcuda.so.1", "libcuda.so"])),
        [Nvrtc] = new(() => Load(NvrtcNames())),
    };

    static NativeLibraries() => NativeLibrary.SetDllImportResolver(typeof(NativeLibraries).Assembly, Resolve);

    /// <summary>True where the library is installed.</summary>
    public static bool Has(string library) => handles[library].Value != 0;

    private static nint Resolve(string name, Assembly assembly, DllImportSearchPath? path) =>
        handles.TryGetValue(name, out Lazy<nint>? handle) ? handle.Value : 0;

    private static nint Load(IEnumerable<string> names)
    {
        foreach (string name in names)
            if (NativeLibrary.TryLoad(name, out nint handle)) return handle;
        return 0;
    }

    // NVRTC comes with the CUDA toolkit, under a name with the toolkit's version; newest first. The toolkit's folder is often on no search path.
    private static IEnumerable<string> NvrtcNames()
    {
        string[] names = OperatingSystem.IsWindows()
            ? ["nvrtc64_130_0.dll", "nvrtc64_120_0.dll", "nvrtc64_112_0.dll"]
            : ["libnvrtc.so.13", "libnvrtc.so.12", "libnvrtc.so.11.2", "libnvrtc.so"];
        string?[] toolkits = [Environment.GetEnvironmentVariable("CUDA_HOME"), Environment.GetEnvironmentVariable("CUDA_PATH"), OperatingSystem.IsWindows() ? null : "/usr/local/cuda"];
        string[] folders = OperatingSystem.IsWindows() ? ["bin", "bin/x64"] : ["lib64", "lib", "targets/x86_64-linux/lib", "targets/sbsa-linux/lib"];
        IEnumerable<string> places = toolkits.Where(toolkit => !string.IsNullOrEmpty(toolkit)).SelectMany(toolkit => folders.Select(folder => Path.Combine(toolkit!, folder)));
        return names.Concat(places.SelectMany(place => names.Select(name => Path.Combine(place, name))));
    }
}
