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
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i < count) y[i] = x[i];
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
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i < count) y[i] = value;
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
