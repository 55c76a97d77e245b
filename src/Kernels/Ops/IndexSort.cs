namespace Handmade.Kernels.Ops;

/// <summary>
/// For lists of indices [lists, picked] the places m at which each value 0…extent−1 stands, m ascending: a stable counting sort, the same on every
/// device. What adds by repeated indices then adds in a fixed order without atomics, each sum in one thread.
/// </summary>
/// <remarks>
/// A group counts a run of the list, 64 indices at a time: each thread finds its rank among equals by looking at all 64 in shared memory.
/// Then running sums over the groups, over the values, and every place goes where it belongs. Bound by launches for short lists, by the
/// counts (groups · extent integers) for large extents.
/// </remarks>
internal static partial class IndexSort
{
    private const int Tile = 64, Threads = 256;

    // How many counts a list may have, and all of them: more groups share the work, but each adds a row of counts.
    private const int MostCounts = 1 << 18, MostOfAll = 1 << 22, MostGroups = 256;

    /// <summary>The places of every value, one after another; where each value's begin, and the end of the last; and per list whether an index was out of range.</summary>
    /// <param name="Order">I32 [lists, picked].</param>
    /// <param name="Starts">I32 [lists, extent + 1].</param>
    /// <param name="IsBad">I32 [lists]: 0 or 1.</param>
    public readonly record struct Sorted(TensorView Order, TensorView Starts, TensorView IsBad);

    /// <summary>How many lists of such an extent one sort takes: no more counts than an int numbers, and no more groups along Y than every device has.</summary>
    public static int MostLists(int extent) => Math.Clamp((1 << 28) / Math.Max(1, extent), 1, KernelConfig.MostGroupsY);

    /// <summary>Queues the sort of dense lists. Places with indices out of range are in no value's part.</summary>
    public static Sorted Enqueue(KernelQueue queue, TensorView indices, int lists, int picked, int extent)
    {
        int tiles = (picked + Tile - 1) / Tile, most = Math.Min(MostCounts, MostOfAll / lists);
        int wanted = Math.Clamp(most / Math.Max(1, extent), 1, Math.Min(MostGroups, Math.Max(1, tiles)));
        int run = (tiles + wanted - 1) / wanted, groups = Math.Max(1, (tiles + run - 1) / Math.Max(1, run)), counted = checked(lists * groups * extent);
        TensorView counts = queue.Scratch([counted + lists], DType.I32), isBad = counts.Slice(0, counted, lists);
        TensorView ranks = queue.Scratch([lists, picked], DType.I32), order = queue.Scratch([lists, picked], DType.I32), starts = queue.Scratch([lists, extent + 1], DType.I32);
        Copy.EnqueueFill(queue, counts, 0);
        Rank(queue, new KernelConfig(groups, lists, Tile, 1), ranks, counts, isBad, indices, picked, extent, run);
        Total(queue, KernelConfig.ForElements(extent) with { GridY = lists }, starts, counts, extent, groups);
        Begin(queue, new KernelConfig(1, lists, Threads, 1), starts, extent);
        Place(queue, KernelConfig.ForElements(picked) with { GridY = lists }, order, ranks, counts, starts, indices, picked, extent, groups, run * Tile);
        return new Sorted(order, starts, isBad);
    }

    /// <summary>Each index's rank among its equals in the run, and how many of each value the run has.</summary>
    [Kernel(GroupSize = Tile)]
    public static void Rank(ArrayView<int> ranks, ArrayView<int> counts, ArrayView<int> isBad, ArrayView<int> indices, int picked, int extent, int run)
    {
        ArrayView<int> tile = SharedMemory.Allocate<int>(Tile);
        int own = Group.IdxX;
        long list = (long)Grid.IdxY * picked, row = (((long)Grid.IdxY * Grid.DimX) + Grid.IdxX) * extent;
        for (int t = 0; t < run; t++)
        {
            int m = (((Grid.IdxX * run) + t) * Tile) + own, index = m < picked ? indices[list + m] : -1, rank = 0, later = 0;
            bool isGood = (uint)index < (uint)extent;
            if (m < picked && !isGood) isBad[Grid.IdxY] = 1;
            tile[own] = isGood ? index : -1;
            Group.Barrier();
            if (isGood)
            {
                rank = counts[row + index];
                for (int j = 0; j < Tile; j++)
                {
                    rank += tile[j] == index && j < own ? 1 : 0;
                    later += tile[j] == index && j > own ? 1 : 0;
                }
                ranks[list + m] = rank;
            }
            // All have read the counts; the last of equals writes.
            Group.Barrier();
            if (isGood && later == 0) counts[row + index] = rank + 1;
            Group.Barrier();
        }
    }

    /// <summary>Counts become the number of equals in earlier runs; <paramref name="starts"/> gets how many of each value there are.</summary>
    [Kernel]
    public static void Total(ArrayView<int> starts, ArrayView<int> counts, int extent, int groups)
    {
        int value = (Grid.IdxX * Group.DimX) + Group.IdxX, total = 0;
        if (value >= extent) return;
        long at = ((long)Grid.IdxY * groups * extent) + value;
        for (int g = 0; g < groups; g++, at += extent)
        {
            int count = counts[at];
            counts[at] = total;
            total += count;
        }
        starts[((long)Grid.IdxY * (extent + 1)) + value] = total;
    }

    /// <summary>How many become where they begin: a thread adds up a range of values, then what the ranges before it have.</summary>
    [Kernel(GroupSize = Threads)]
    public static void Begin(ArrayView<int> starts, int extent)
    {
        ArrayView<int> totals = SharedMemory.Allocate<int>(Threads);
        int own = Group.IdxX, range = (extent + Threads - 1) / Threads, total = 0;
        int first = Math.Min(own * range, extent), past = Math.Min(first + range, extent);
        long row = (long)Grid.IdxY * (extent + 1);
        for (int value = first; value < past; value++) total += starts[row + value];
        totals[own] = total;
        Group.Barrier();
        int start = 0;
        for (int j = 0; j < Threads; j++) start += j < own ? totals[j] : 0;
        for (int value = first; value < past; value++)
        {
            int count = starts[row + value];
            starts[row + value] = start;
            start += count;
        }
        if (own == Threads - 1) starts[row + extent] = start;
    }

    /// <summary>Every place to where its value's places stand.</summary>
    [Kernel]
    public static void Place(
        ArrayView<int> order, ArrayView<int> ranks, ArrayView<int> counts, ArrayView<int> starts, ArrayView<int> indices, int picked, int extent, int groups, int run)
    {
        int m = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (m >= picked) return;
        long list = (long)Grid.IdxY * picked;
        int index = indices[list + m];
        if ((uint)index >= (uint)extent) return;
        int before = counts[((((long)Grid.IdxY * groups) + (m / run)) * extent) + index];
        order[list + starts[((long)Grid.IdxY * (extent + 1)) + index] + before + ranks[list + m]] = m;
    }
}
