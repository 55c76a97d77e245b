using Handmade.Kernels.Accelerators;

namespace Handmade.Kernels.Cuda;

/// <summary>Loads modules, by way of the disk cache of their images.</summary>
internal sealed unsafe class CuModules(CuDevice device, BinaryCache cache)
{
    private readonly NvrtcCompiler compiler = new(device.Capability);

    /// <summary>The module of <paramref name="text"/> in the current context; the caller unloads it.</summary>
    /// <param name="name">The C# kernel, for errors.</param>
    /// <param name="text">Complete CUDA C++.</param>
    public nint Load(string name, string text)
    {
        string key = BinaryCache.Key("cuda", text, compiler.Identity, device.Info.Model, device.Info.Driver);
        if (cache.Find(key) is { } stored && Load(stored, out nint known) == CuConstants.SUCCESS) return known;
        byte[] image = compiler.Build(name, text);
        CuError.Check(Load(image, out nint module), $"{name}: cuModuleLoadData");
        cache.Store(key, image);
        return module;
    }

    private static int Load(byte[] image, out nint module)
    {
        nint loaded = 0;
        int code;
        fixed (byte* bytes = image) code = Cu.cuModuleLoadData(&loaded, bytes);
        module = loaded;
        return code;
    }
}
