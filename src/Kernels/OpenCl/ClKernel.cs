using System.Text;
using Handmade.Kernels.Accelerators;

namespace Handmade.Kernels.OpenCl;

/// <summary>A kernel of an OpenCL program, with the driver's object that arguments are set on. It is used under the device's lock.</summary>
internal sealed unsafe class ClKernel : CompiledKernel, IDisposable
{
    private readonly nint program;

    private ClKernel(KernelSource source, Type[] types, int[] sizes, nint program, nint handle, int groupLimit, long dynamicLimit)
        : base(source, types, sizes, groupLimit, dynamicLimit) =>
        (this.program, Handle) = (program, handle);

    /// <summary>The cl_kernel.</summary>
    public nint Handle { get; }

    /// <summary>Takes a kernel out of its program, which belongs to it from now on.</summary>
    public static ClKernel Of(KernelSource source, Type[] types, int[] sizes, nint program, ClDevice device)
    {
        string name = NameOf(source, types, sizes);
        nint handle = Create(program, source.EntryPoint, name);
        ulong shared = ClInfo.Kernel(handle, device.Device, ClConstants.KERNEL_LOCAL_MEM_SIZE);
        long limit = Math.Min(device.Info.SharedBytes, Accelerator.SharedMemoryLimit);
        if ((long)shared > limit)
            throw new HandmadeException($"{name}: a group needs {shared:N0} bytes of shared memory; {device.Info.Name} allows {limit:N0}: take smaller tiles");
        long dynamic = source.ExceedsSharedLimit ? device.Info.DynamicSharedBytes - (long)shared : 0;
        var kernel = new ClKernel(source, types, sizes, program, handle, (int)ClInfo.Kernel(handle, device.Device, ClConstants.KERNEL_WORK_GROUP_SIZE), dynamic);
        uint count;
        ClError.Check(Cl.clGetKernelInfo(handle, ClConstants.KERNEL_NUM_ARGS, sizeof(uint), &count, null), "clGetKernelInfo");
        int expected = source.ExceedsSharedLimit ? 2 : 0;
        foreach (KernelParameterKind kind in kernel.Passed) expected += kind == KernelParameterKind.View ? 3 : 1;
        return count == expected ? kernel : throw new InvalidOperationException($"{name}: the text takes {count} arguments, its parameters make {expected}");
    }

    /// <summary>Another object of the same kernel, with arguments of its own; the caller releases it.</summary>
    public nint Clone() => Create(program, Source.EntryPoint, Name);

    /// <summary>Sets the arguments on this kernel's object or on a clone of it.</summary>
    public void SetArguments(nint on, ArgumentBlock arguments)
    {
        for (int i = 0; i < arguments.Count; i++)
        {
            int code = Cl.clSetKernelArg(on, (uint)i, (nuint)arguments.Size(i), arguments.At(i));
            if (code != ClConstants.SUCCESS) throw ClError.Of(code, $"{Name}: clSetKernelArg({i}) with {arguments.Size(i)} bytes");
        }
        if (!Source.ExceedsSharedLimit) return;
        // The memory itself follows its size: an argument that is nothing but bytes to reserve.
        long shared = *(long*)arguments.At(arguments.Count - 1);
        int reserved = Cl.clSetKernelArg(on, (uint)arguments.Count, (nuint)shared, null);
        if (reserved != ClConstants.SUCCESS) throw ClError.Of(reserved, $"{Name}: clSetKernelArg({arguments.Count}) with {shared} bytes of shared memory");
    }

    public void Dispose()
    {
        _ = Cl.clReleaseKernel(Handle);
        _ = Cl.clReleaseProgram(program);
    }

    private static nint Create(nint program, string entryPoint, string name)
    {
        int code;
        fixed (byte* entry = Encoding.UTF8.GetBytes(entryPoint + "\0"))
        {
            nint handle = Cl.clCreateKernel(program, entry, &code);
            ClError.Check(code, $"{name}: clCreateKernel");
            return handle;
        }
    }
}
