namespace Handmade.Kernels.OpenCl;

/// <summary>A launch configuration in OpenCL's terms: work items in all, and in a group.</summary>
internal unsafe struct ClWork
{
    private fixed ulong global[2];
    private fixed ulong local[2];
    private readonly uint dimensions;

    public ClWork(KernelConfig config)
    {
        dimensions = config.GridY == 1 && config.GroupY == 1 ? 1u : 2u;
        (global[0], global[1]) = ((ulong)config.GridX * (ulong)config.GroupX, (ulong)config.GridY * (ulong)config.GroupY);
        (local[0], local[1]) = ((ulong)config.GroupX, (ulong)config.GroupY);
    }

    /// <summary>Queues a kernel whose arguments are set.</summary>
    public int Enqueue(nint queue, nint kernel, nint* done)
    {
        fixed (ulong* g = global)
        fixed (ulong* l = local)
            return Cl.clEnqueueNDRangeKernel(queue, kernel, dimensions, null, (nuint*)g, (nuint*)l, 0, null, done);
    }
}
