using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Sums of what repeated indices name, in the order of the indices, as on the host: a thread owns each element of the result. Bound by memory
/// where the indices are spread, by the longest list of equals where they are not.
/// </summary>
internal static partial class IndexAddKernels
{
    /// <summary>y[l, n, c] = Σ x[l, m, c] over the places m of n. <paramref name="lists"/> is 1 where all l share one list of indices.</summary>
    [Kernel]
    public static void Rows<T, TM>(
        ArrayView<T> y, ArrayView<T> x, ArrayView<int> order, ArrayView<int> starts, ArrayView<int> isBad, int lists, int picked, int extent, int row)
        where T : unmanaged, IAdditionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= extent * row) return;
        int n = i / row, list = lists == 1 ? 0 : Grid.IdxY;
        long at = ((long)list * (extent + 1)) + n, places = (long)list * picked, from = ((long)Grid.IdxY * picked * row) + (i - (n * row));
        T sum = TM.Of(0);
        for (int j = starts[at]; j < starts[at + 1]; j++) sum += x[from + ((long)order[places + j] * row)];
        y[((long)Grid.IdxY * extent * row) + i] = isBad[list] != 0 ? TM.Of(double.NaN) : sum;
    }

    /// <summary>Lines of any strides, y[A + n · jump] += Σ source[C + m · step] over the places m of n: for few and long lines. The Y axis is the line.</summary>
    [Kernel]
    public static void SortedLines<T, TM>(
        ArrayView<T> y, ArrayView<T> source, ArrayView<int> order, ArrayView<int> starts, ArrayView<int> isBad, WalkAxes walk, int first, int picked, int extent, long jump, long step, [Spec] SpecInt axes)
        where T : unmanaged, IAdditionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        int n = (Grid.IdxX * Group.DimX) + Group.IdxX, line = Grid.IdxY;
        if (n >= extent) return;
        WalkPlace place = Walk.Place(walk, axes, line);
        long at = ((long)(first + line) * (extent + 1)) + n, places = (long)(first + line) * picked;
        T sum = y[place.A + (n * jump)];
        for (int j = starts[at]; j < starts[at + 1]; j++) sum += source[place.C + (order[places + j] * step)];
        y[place.A + (n * jump)] = isBad[first + line] != 0 ? TM.Of(double.NaN) : sum;
    }

    /// <summary>The same for many lines: a thread takes a line and its indices one after another. Neighbouring threads walk neighbouring lines.</summary>
    [Kernel]
    public static void Lines<T, TM>(
        ArrayView<T> y, ArrayView<int> indices, ArrayView<T> source, WalkAxes walk, int count, int picked, int extent, long jump, long indexStep, long step, [Spec] SpecInt axes)
        where T : unmanaged, IAdditionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= count) return;
        WalkPlace place = Walk.Place(walk, axes, i);
        for (int m = 0; m < picked; m++)
        {
            int index = indices[place.B + (m * indexStep)];
            if ((uint)index < (uint)extent) y[place.A + (index * jump)] += source[place.C + (m * step)];
            else
                for (int n = 0; n < extent; n++) y[place.A + (n * jump)] = TM.Of(double.NaN);
        }
    }
}
