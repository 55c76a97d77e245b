namespace Handmade.Kernels.Ops;

/// <summary>
/// Elements picked by indices, one per thread: y[i] = x[place + index · jump]. Picked rows are the same with one index for many neighbours.
/// Bound by memory: an element read and written, and an index, which neighbours find in the cache.
/// </summary>
internal static partial class GatherKernels
{
    /// <summary>Walks y, the lines of x (which stand still where the index moves them) and the indices. Where an index is out of range, poison.</summary>
    [Kernel]
    public static void Elements<T>(
        ArrayView<T> y, ArrayView<T> x, ArrayView<int> indices, WalkAxes walk, int count, int extent, long jump, T poison, [Spec] SpecInt axes) where T : unmanaged
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= count) return;
        WalkPlace place = Walk.Place(walk, axes, i);
        int index = indices[place.C];
        bool isGood = (uint)index < (uint)extent;
        // Read in any case, so that neighbouring threads do not part ways.
        T value = x[place.B + ((isGood ? index : 0) * jump)];
        y[place.A] = isGood ? value : poison;
    }

    /// <summary>Queues the kernel for elements of x's type; <paramref name="loops"/> goes over y, x's lines and the indices.</summary>
    public static void Enqueue(KernelQueue queue, TensorView y, TensorView x, TensorView indices, Loops loops, int extent, long jump)
    {
        switch (x.DType.Bytes())
        {
            case 1: Enqueue<byte>(queue, y, x, indices, loops, extent, jump); break;
            case 4: Enqueue<uint>(queue, y, x, indices, loops, extent, jump); break;
            default: Enqueue<ulong>(queue, y, x, indices, loops, extent, jump); break;
        }
    }

    private static void Enqueue<T>(KernelQueue queue, TensorView y, TensorView x, TensorView indices, Loops loops, int extent, long jump) where T : unmanaged
    {
        if (extent == 0)
        {
            Copy.EnqueueFill(queue, y, Indices.Poison(x.DType));
            return;
        }
        var walk = new Walk(loops, 3);
        T poison = Indices.Poison<T>(x.DType);
        for (int call = 0; call < walk.Calls; call++)
            Elements(queue, KernelConfig.ForElements(walk.Count), y, x, indices, walk[call], walk.Count, extent, jump, poison, walk.Axes);
    }
}
