namespace Handmade.Kernels.Ops;

/// <summary>
/// Copies and fills. Elements are moved as unsigned integers of their size, so that few kernels serve all types. One element per thread, no
/// loops. Bound by memory; a strided side fetches whole lines of the cache for each element when its neighbours lie apart.
/// </summary>
internal static partial class CopyKernels
{
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
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= count) return;
        WalkPlace at = Walk.Place(walk, axes, i);
        y[walk.StartA + i] = x[at.B];
    }

    [Kernel]
    public static void Strided<T>(ArrayView<T> y, ArrayView<T> x, WalkAxes walk, int count, [Spec] SpecInt axes) where T : unmanaged
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= count) return;
        WalkPlace at = Walk.Place(walk, axes, i);
        y[at.A] = x[at.B];
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
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= count) return;
        WalkPlace at = Walk.Place(walk, axes, i);
        y[at.A] = value;
    }
}
