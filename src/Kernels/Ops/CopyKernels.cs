namespace Handmade.Kernels.Ops;

/// <summary>
/// Copies and fills. Elements are moved as unsigned integers of their size, so that few kernels serve all types. One element per thread, no
/// loops. Bound by memory; a strided side fetches whole lines of the cache for each element when its neighbours lie apart.
/// </summary>
internal static partial class CopyKernels
{
    /// <summary>Rows and columns of the squares that <c>Turn</c> works on, and the threads of a group along Y.</summary>
    public const int Side = 32, TurnRows = 8;

    [Kernel]
    public static void Flat<T>(ArrayView<T> y, ArrayView<T> x, int count) where T : unmanaged
    {
        // Full groups ask no thread for the bounds: see MapKernels.
        int first = Grid.IdxX * Group.DimX, i = first + Group.IdxX;
        if (count - first >= Group.DimX) y[i] = x[i];
        else if (i < count) y[i] = x[i];
    }

    /// <summary>Rows that lie densely on both sides: a group stays in one, so that only it has a place to find.</summary>
    [Kernel]
    public static void Rows<T>(ArrayView<T> y, ArrayView<T> x, WalkAxes walk, int inner, int parts, [Spec] SpecInt axes) where T : unmanaged
    {
        int row = Grid.IdxX / parts, i = ((Grid.IdxX - (row * parts)) * Group.DimX) + Group.IdxX;
        WalkPlace at = Walk.Place(walk, axes, row);
        // Nothing is exchanged: but what stands above is worked out once a group, where threads become lanes of vectors.
        Group.Barrier();
        if (i < inner) y[at.A + i] = x[at.B + i];
    }

    /// <summary>To a dense side; it starts at A.</summary>
    [Kernel]
    public static void ToDense<T>(ArrayView<T> y, ArrayView<T> x, WalkAxes walk, int count, [Spec] SpecInt axes) where T : unmanaged
    {
        int first = Grid.IdxX * Group.DimX, i = first + Group.IdxX;
        if (count - first >= Group.DimX) y[walk.StartA + i] = x[Walk.Place(walk, axes, i).B];
        else if (i < count) y[walk.StartA + i] = x[Walk.Place(walk, axes, i).B];
    }

    [Kernel]
    public static void Strided<T>(ArrayView<T> y, ArrayView<T> x, WalkAxes walk, int count, [Spec] SpecInt axes) where T : unmanaged
    {
        int first = Grid.IdxX * Group.DimX, i = first + Group.IdxX;
        if (count - first >= Group.DimX) Move(y, x, Walk.Place(walk, axes, i));
        else if (i < count) Move(y, x, Walk.Place(walk, axes, i));
    }

    private static void Move<T>(ArrayView<T> y, ArrayView<T> x, WalkPlace at) where T : unmanaged => y[at.A] = x[at.B];

    /// <summary>
    /// y[u, v] = x[v, u]: neighbours in y lie <paramref name="stepX"/> apart in x, neighbours in x <paramref name="stepY"/> apart in y. A group turns a
    /// square of 32 × 32 in shared memory, so both sides are read and written in whole lines of the cache.
    /// </summary>
    [Kernel]
    public static void Turn<T>(ArrayView<T> y, ArrayView<T> x, WalkAxes walk, int across, int down, long stepX, long stepY, int tilesAcross, int tiles, [Spec] SpecInt axes)
        where T : unmanaged
    {
        ArrayView<T> tile = SharedMemory.Allocate<T>(Side * (Side + 1));
        int outer = Grid.IdxX / tiles, place = Grid.IdxX - (outer * tiles), row = place / tilesAcross;
        int u = (place - (row * tilesAcross)) * Side, v = row * Side;
        WalkPlace at = Walk.Place(walk, axes, outer);
        long from = at.B + (u * stepX) + v, to = at.A + (v * stepY) + u;
        bool isFull = across - u >= Side && down - v >= Side;
        Group.Barrier();
        if (isFull)
        {
            for (int r = 0; r < Side / TurnRows; r++)
                tile[((Group.IdxY + (r * TurnRows)) * (Side + 1)) + Group.IdxX] = x[from + ((Group.IdxY + (r * TurnRows)) * stepX) + Group.IdxX];
        }
        else
        {
            for (int r = 0; r < Side / TurnRows; r++)
                if (u + Group.IdxY + (r * TurnRows) < across && v + Group.IdxX < down)
                    tile[((Group.IdxY + (r * TurnRows)) * (Side + 1)) + Group.IdxX] = x[from + ((Group.IdxY + (r * TurnRows)) * stepX) + Group.IdxX];
        }
        Group.Barrier();
        if (isFull)
        {
            for (int r = 0; r < Side / TurnRows; r++)
                y[to + ((Group.IdxY + (r * TurnRows)) * stepY) + Group.IdxX] = tile[(Group.IdxX * (Side + 1)) + Group.IdxY + (r * TurnRows)];
        }
        else
        {
            for (int r = 0; r < Side / TurnRows; r++)
                if (u + Group.IdxX < across && v + Group.IdxY + (r * TurnRows) < down)
                    y[to + ((Group.IdxY + (r * TurnRows)) * stepY) + Group.IdxX] = tile[(Group.IdxX * (Side + 1)) + Group.IdxY + (r * TurnRows)];
        }
    }

    [Kernel]
    public static void Fill<T>(ArrayView<T> y, T value, int count) where T : unmanaged
    {
        int first = Grid.IdxX * Group.DimX, i = first + Group.IdxX;
        if (count - first >= Group.DimX) y[i] = value;
        else if (i < count) y[i] = value;
    }

    [Kernel]
    public static void FillStrided<T>(ArrayView<T> y, T value, WalkAxes walk, int count, [Spec] SpecInt axes) where T : unmanaged
    {
        int first = Grid.IdxX * Group.DimX, i = first + Group.IdxX;
        if (count - first >= Group.DimX) y[Walk.Place(walk, axes, i).A] = value;
        else if (i < count) y[Walk.Place(walk, axes, i).A] = value;
    }
}
