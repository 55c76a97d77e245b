namespace Handmade.Kernels.Ops;

internal sealed unsafe partial class ReduceLaunch<T, TOp>
{
    public override void Enqueue(KernelQueue queue)
    {
        int units = slab.Outer * blocks, hasContext = context is null ? 0 : 1;
        if (slab.Inner == 1)
        {
            RowThreads threads = RowThreads.For(queue.Device, Math.Min(slab.Length, blockLength));
            ReduceKernels.Rows<T, OneLane.Steps<T, TOp>>(
                queue, threads.Over(units), y, x, context ?? x, units, blocks, slab.Length, blockLength, divisor, threads.Lanes, hasContext);
        }
        else
        {
            ColumnThreads threads = ColumnThreads.For(queue.Device, Math.Min(slab.Length, blockLength), slab.Inner);
            ReduceKernels.Columns<T, OneLane.Steps<T, TOp>>(
                queue, threads.Over(units, slab.Inner), y, x, context ?? x, units, blocks, slab.Length, slab.Inner, blockLength, divisor, threads.Lanes, threads.Width, hasContext);
        }
    }
}
