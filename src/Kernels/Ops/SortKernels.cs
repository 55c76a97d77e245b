namespace Handmade.Kernels.Ops;

/// <summary>
/// Sorting on devices, by merging: tiles of a row are sorted by counting, then runs merge pairwise until one is left. Nothing depends on how work items
/// are scheduled. Bound by the comparisons: a tile's for each element, then one for each pass.
/// </summary>
internal static partial class SortKernels
{
    /// <summary>Most elements of a tile, one for each work item of a group.</summary>
    public const int Tile = 256;

    /// <summary>Elements of a tile: fewer of a short row, and on a processor, where merging costs less than counting.</summary>
    public static int TileOf(Device device, int n) => device.IsProcessor || n <= 64 ? 64 : Tile;

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

    /// <summary>
    /// Pairs of neighbouring runs become one: of equals, those of the left run come first. A work item writes a stretch of the merged run; how many of
    /// the elements before it stem from the left run, one binary search tells.
    /// </summary>
    [Kernel]
    public static void Merge(
        ArrayView<ulong> keys, ArrayView<int> places, ArrayView<ulong> runs, ArrayView<int> runPlaces, int stretches, int rowStretches, int n, long run, int stretch)
    {
        int item = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (item >= stretches) return;
        long row = (long)(item / rowStretches) * n, from = (long)(item % rowStretches) * stretch, to = Math.Min(from + stretch, n);
        long start = from / (2 * run) * (2 * run), middle = Math.Min(start + run, n), end = Math.Min(start + (2 * run), n), before = from - start;
        long low = Math.Max(before - (end - middle), 0), high = Math.Min(before, middle - start);
        while (low < high)
        {
            long half = (low + high) / 2;
            // Does the left run's element number half come before the right run's element that would complete the stretch without it?
            if (runs[row + start + half] <= runs[row + middle + (before - half - 1)]) low = half + 1;
            else high = half;
        }
        long left = row + start + low, leftEnd = row + middle, right = row + middle + (before - low), rightEnd = row + end;
        for (long i = row + from; i < row + to; i++)
        {
            bool takesLeft = left < leftEnd && (right >= rightEnd || runs[left] <= runs[right]);
            long taken = takesLeft ? left : right;
            keys[i] = runs[taken];
            places[i] = runPlaces[taken];
            left += takesLeft ? 1 : 0;
            right += takesLeft ? 0 : 1;
        }
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
