using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>Places of largest elements on devices. Bound by memory on a GPU, by one comparison behind the other on a processor.</summary>
internal static partial class ArgmaxKernels
{
    /// <summary>x [outer, length, inner] → y [outer, inner]: lanes (X) share a line of length elements, a group has several lines (Y).</summary>
    [Kernel]
    public static void Lines<T>(ArrayView<int> y, ArrayView<T> x, int lines, int length, int inner, [Spec] SpecInt lanes)
        where T : unmanaged, IComparisonOperators<T, T, bool>
    {
        ArrayView<T> values = SharedMemory.Allocate<T>(RowKernels.Threads);
        ArrayView<int> places = SharedMemory.Allocate<int>(RowKernels.Threads);
        int lane = Group.IdxX, line = (Grid.IdxX * Group.DimY) + Group.IdxY, best = line < lines && lane < length ? lane : -1;
        long first = ((long)(line / inner) * length * inner) + (line % inner);
        if (best >= 0)
        {
            T held = x[first + ((long)lane * inner)];
            for (int i = lane + lanes; i < length; i += lanes)
            {
                T candidate = x[first + ((long)i * inner)];
                // "not ≤" holds for a NaN candidate as well; a NaN that is held stays.
                if (!(candidate <= held) && !Differ(held, held))
                {
                    held = candidate;
                    best = i;
                }
            }
            if (lanes > 1) values[(Group.IdxY * lanes) + lane] = held;
        }
        if (lanes > 1)
        {
            int own = (Group.IdxY * lanes) + lane;
            places[own] = best;
            Group.Barrier();
            for (int width = lanes / 2; width > 0; width /= 2)
            {
                if (lane < width && places[own + width] >= 0 && IsBetter(values[own + width], places[own + width], values[own], places[own]))
                {
                    values[own] = values[own + width];
                    places[own] = places[own + width];
                }
                Group.Barrier();
            }
            best = places[own];
        }
        if (lane == 0 && line < lines) y[line] = best;
    }

    // A lane has elements if one behind it has.
    private static bool IsBetter<T>(T candidate, int place, T held, int heldPlace) where T : unmanaged, IComparisonOperators<T, T, bool>
    {
        bool isNaN = Differ(candidate, candidate), isHeldNaN = Differ(held, held);
        if (isNaN || isHeldNaN) return isNaN && (!isHeldNaN || place < heldPlace);
        return candidate > held || (candidate == held && place < heldPlace);
    }

    // Of a value and itself: true for NaN.
    private static bool Differ<T>(T a, T b) where T : unmanaged, IComparisonOperators<T, T, bool> => a != b;
}
