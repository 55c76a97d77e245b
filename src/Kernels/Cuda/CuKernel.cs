using System.Text;
using Handmade.Kernels.Accelerators;

namespace Handmade.Kernels.Cuda;

/// <summary>A kernel of a CUDA module.</summary>
internal sealed unsafe class CuKernel : CompiledKernel
{
    private readonly nint module, function;

    private CuKernel(KernelSource source, Type[] types, int[] sizes, nint module, nint function, int groupLimit, long dynamicLimit) : base(source, types, sizes, groupLimit, dynamicLimit) =>
        (this.module, this.function) = (module, function);

    /// <summary>Takes a kernel out of its module, which belongs to it from now on.</summary>
    public static CuKernel Of(KernelSource source, Type[] types, int[] sizes, nint module, CuDevice device)
    {
        string name = NameOf(source, types, sizes);
        nint function;
        fixed (byte* entry = Encoding.UTF8.GetBytes(source.EntryPoint + "\0"))
            CuError.Check(Cu.cuModuleGetFunction(&function, module, entry), $"{name}: cuModuleGetFunction");
        long shared = Attribute(function, CuConstants.FUNC_ATTRIBUTE_SHARED_SIZE_BYTES), limit = Math.Min(device.Info.SharedBytes, Accelerator.SharedMemoryLimit);
        if (shared > limit)
            throw new HandmadeException($"{name}: a group needs {shared:N0} bytes of shared memory; {device.Info.Name} allows {limit:N0}: take smaller tiles");
        long dynamic = source.ExceedsSharedLimit ? device.Info.DynamicSharedBytes - shared : 0;
        // Beyond 48 KiB the driver wants to be told before the first launch.
        if (source.ExceedsSharedLimit)
            CuError.Check(Cu.cuFuncSetAttribute(function, CuConstants.FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, (int)dynamic), $"{name}: cuFuncSetAttribute");
        return new CuKernel(source, types, sizes, module, function, Attribute(function, CuConstants.FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK), dynamic);
    }

    /// <summary>Puts the kernel into a stream; the arguments may change as soon as this returns.</summary>
    public void Launch(nint stream, ArgumentBlock arguments, KernelConfig config)
    {
        void** pointers = stackalloc void*[arguments.Count];
        for (int i = 0; i < arguments.Count; i++) pointers[i] = arguments.At(i);
        int code = Cu.cuLaunchKernel(function, (uint)config.GridX, (uint)config.GridY, 1, (uint)config.GroupX, (uint)config.GroupY, 1, (uint)config.SharedBytes, stream, pointers, null);
        if (code != CuConstants.SUCCESS) throw CuError.Of(code, $"{Name}: cuLaunchKernel");
    }

    /// <summary>Unloads its module.</summary>
    public void Release() => _ = Cu.cuModuleUnload(module);

    private static int Attribute(nint function, int which)
    {
        int value;
        CuError.Check(Cu.cuFuncGetAttribute(&value, which, function), "cuFuncGetAttribute");
        return value;
    }
}
