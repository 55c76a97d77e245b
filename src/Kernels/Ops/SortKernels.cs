namespace Handmade.Kernels.Ops;

/// <summary>
/// Sorting on devices, by merging: tiles of a row are sorted by counting, then runs merge pairwise until one is left. Every element finds its own
/// place, so neither loads nor places depend on how work items are scheduled. Bound by the binary searches, log n of them for each element.
/// </summary>
internal static partial class SortKernels
{
    /// <summary>Elements of a tile, one for each work item of a group.</summary>
    public const int Tile = 256;

    /// <summary>Sorted tiles: an element's place is the number of those that come before it.</summary>
    [Kernel(GroupSize = Tile)]
    public static void Tiles<T, TOrder>(ArrayView<ulong> keys, ArrayView<int> places, ArrayView<T> x, int tiles, int n, int descending)
        where T : unmanaged
        where TOrder : struct, ISortOrder<T>
    {
        ArrayView<ulong> tile = SharedMemory.Allocate<ulong>(Tile);
        int own = Group.IdxX, start = (Grid.IdxX % tiles) * Group.DimX, count = Math.Min(Group.DimX, n - start);
        long first = ((long)(Grid.IdxX / tiles) * n) + start;
        ulong key = 0;
        if (own < count)
        {
            key = TOrder.Of(x[first + own]);
            if (descending != 0) key = ~key;
        }
        tile[own] = key;
        Group.Barrier();
        if (own < count)
        {
            int place = 0;
            for (int i = 0; i < count; i++) place += tile[i] < key || (tile[i] == key && i < own) ? 1 : 0;
            keys[first + place] = key;
            places[first + place] = start + own;
        }
    }

    /// <summary>Pairs of neighbouring runs become one: of equals, those of the left run come first.</summary>
    [Kernel]
    public static void Merge(ArrayView<ulong> keys, ArrayView<int> places, ArrayView<ulong> runs, ArrayView<int> runPlaces, long count, int n, long run)
    {
        long i = ((long)Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= count) return;
        long row = i / n * n, at = i - row, start = at / (2 * run) * (2 * run), middle = Math.Min(start + run, n), end = Math.Min(start + (2 * run), n);
        bool isLeft = at < middle;
        ulong key = runs[i];
        long low = isLeft ? middle : start, high = isLeft ? end : middle, other = low;
        while (low < high)
        {
            long half = (low + high) / 2;
            ulong there = runs[row + half];
            if (there < key || (!isLeft && there == key)) low = half + 1;
            else high = half;
        }
        long place = row + start + (at - (isLeft ? start : middle)) + (low - other);
        keys[place] = key;
        places[place] = runPlaces[i];
    }

    /// <summary>The elements in their order.</summary>
    [Kernel]
    public static void Write<T>(ArrayView<T> values, ArrayView<int> indices, ArrayView<T> x, ArrayView<int> places, long count, int n) where T : unmanaged
    {
        long i = ((long)Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= count) return;
        int place = places[i];
        indices[i] = place;
        values[i] = x[(i / n * n) + place];
    }
}
