namespace Handmade.Kernels.Ops;

/// <summary>
/// Elements picked by indices, one per thread: y[i] = x[place + index · jump]. Picked rows are the same with one index for many neighbours.
/// Bound by memory: an element read and written, and an index, which neighbours find in the cache.
/// </summary>
internal static partial class GatherKernels
{
    /// <summary>Walks y (dense, from A on), the lines of x (which stand still where the index moves them) and the indices. Where an index is out of range, poison.</summary>
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
        y[walk.StartA + i] = isGood ? value : poison;
    }

    /// <summary>Rows that lie densely in x and y: a group stays in one, so that only it has an index.</summary>
    [Kernel]
    public static void Rows<T>(
        ArrayView<T> y, ArrayView<T> x, ArrayView<int> indices, WalkAxes walk, int inner, int parts, int extent, long jump, T poison, [Spec] SpecInt axes) where T : unmanaged
    {
        int row = Grid.IdxX / parts, i = ((Grid.IdxX - (row * parts)) * Group.DimX) + Group.IdxX;
        WalkPlace place = Walk.Place(walk, axes, row);
        int index = indices[place.C];
        bool isGood = (uint)index < (uint)extent;
        long from = place.B + ((isGood ? index : 0) * jump);
        // As in CopyKernels.Rows.
        Group.Barrier();
        if (i >= inner) return;
        T value = x[from + i];
        y[place.A + i] = isGood ? value : poison;
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
        bool isInRows = loops.Inner >= Walk.LongRow && loops.InnerStrides is [1, 1, 0];
        var walk = new Walk(loops, 3, overRows: isInRows);
        T poison = Indices.Poison<T>(x.DType);
        int parts = 1;
        KernelConfig config = isInRows ? Walk.Rows(walk.Count, loops.Inner, out parts) : KernelConfig.ForElements(walk.Count);
        for (int call = 0; call < walk.Calls; call++)
        {
            if (isInRows) Rows(queue, config, y, x, indices, walk[call], loops.Inner, parts, extent, jump, poison, walk.Axes);
            else Elements(queue, config, y, x, indices, walk[call], walk.Count, extent, jump, poison, walk.Axes);
        }
    }
}
