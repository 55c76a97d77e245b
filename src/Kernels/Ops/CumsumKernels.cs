namespace Handmade.Kernels.Ops;

/// <summary>
/// Running sums on devices, in double. Bound by the latency of an addition. Each lane of a row adds up a stretch of it; with more than one, the totals of
/// the stretches before are added first.
/// </summary>
internal static partial class CumsumKernels
{
    [Kernel]
    public static void Rows<T, TM>(ArrayView<T> y, ArrayView<T> x, int rows, int n, int reverse, [Spec] SpecInt lanes)
        where T : unmanaged
        where TM : struct, IScalarMath<T>
    {
        ArrayView<double> totals = SharedMemory.Allocate<double>(RowKernels.Threads);
        int lane = Group.IdxX, row = (Grid.IdxX * Group.DimY) + Group.IdxY, share = (n + lanes - 1) / lanes, begin = Math.Min(lane * share, n), end = Math.Min(begin + share, n);
        if (row >= rows) end = begin;
        long first = (long)row * n;
        int step = 1;
        if (reverse != 0)
        {
            first += n - 1;
            step = -1;
        }
        double sum = 0;
        if (lanes > 1)
        {
            double total = 0;
            for (int i = begin; i < end; i++) total += TM.ToDouble(x[first + ((long)i * step)]);
            totals[(Group.IdxY * lanes) + lane] = total;
            Group.Barrier();
            for (int before = 0; before < lane; before++) sum += totals[(Group.IdxY * lanes) + before];
        }
        for (int i = begin; i < end; i++)
        {
            sum += TM.ToDouble(x[first + ((long)i * step)]);
            y[first + ((long)i * step)] = TM.Of(sum);
        }
    }
}
