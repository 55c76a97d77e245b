using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Softmax and its logarithm over rows on devices. Bound by memory on a GPU (one read and one write: a row's later passes find it in the
/// cache), by the exponential on a processor.
/// </summary>
internal static partial class SoftmaxKernels
{
    [Kernel]
    public static void Forward<T, TM>(ArrayView<T> y, ArrayView<T> x, int rows, int d, [Spec] SpecInt lanes)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(RowKernels.Threads);
        int lane = Group.IdxX, row = (Grid.IdxX * Group.DimY) + Group.IdxY, count = row < rows ? RowKernels.Count(d, lane, lanes) : 0;
        long first = ((long)row * d) + lane;
        T factor = TM.Of(1) / Exponentials<T, TM>(y, x, shared, first, count, lanes, out _);
        for (int k = 0; k < count; k++) y[first + (k * lanes)] = y[first + (k * lanes)] * factor;
    }

    [Kernel]
    public static void LogForward<T, TM>(ArrayView<T> y, ArrayView<T> x, int rows, int d, [Spec] SpecInt lanes)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(RowKernels.Threads);
        int lane = Group.IdxX, row = (Grid.IdxX * Group.DimY) + Group.IdxY, count = row < rows ? RowKernels.Count(d, lane, lanes) : 0;
        long first = ((long)row * d) + lane;
        T log = TM.Log(Exponentials<T, TM>(y, x, shared, first, count, lanes, out T max));
        for (int k = 0; k < count; k++) y[first + (k * lanes)] = x[first + (k * lanes)] - max - log;
    }

    // e^(x − max) of the row stands in y until its sum, which this returns, is known.
    private static T Exponentials<T, TM>(ArrayView<T> y, ArrayView<T> x, ArrayView<T> shared, long first, int count, SpecInt lanes, out T max)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        max = RowKernels.Along<T, LargestNumber<T, TM>>(x, first, count, lanes, TM.Of(0));
        if (lanes > 1) max = RowKernels.Across<T, LargestNumber<T, TM>>(shared, max, lanes);
        T largest = max;
        for (int k = 0; k < count; k++) y[first + (k * lanes)] = TM.Exp(x[first + (k * lanes)] - largest);
        T sum = RowKernels.Along<T, SumOfElements<T, TM>>(y, first, count, lanes, TM.Of(0));
        if (lanes > 1) sum = RowKernels.Across<T, SumOfElements<T, TM>>(shared, sum, lanes);
        return sum;
    }

    // The products stand in dx until their sum is known.
    [Kernel]
    public static void Backward<T, TM>(ArrayView<T> dx, ArrayView<T> y, ArrayView<T> dy, int rows, int d, [Spec] SpecInt lanes)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(RowKernels.Threads);
        int lane = Group.IdxX, row = (Grid.IdxX * Group.DimY) + Group.IdxY, count = row < rows ? RowKernels.Count(d, lane, lanes) : 0;
        long first = ((long)row * d) + lane;
        for (int k = 0; k < count; k++) dx[first + (k * lanes)] = y[first + (k * lanes)] * dy[first + (k * lanes)];
        T dot = RowKernels.Along<T, SumOfElements<T, TM>>(dx, first, count, lanes, TM.Of(0));
        if (lanes > 1) dot = RowKernels.Across<T, SumOfElements<T, TM>>(shared, dot, lanes);
        for (int k = 0; k < count; k++) dx[first + (k * lanes)] = y[first + (k * lanes)] * (dy[first + (k * lanes)] - dot);
    }

    [Kernel]
    public static void LogBackward<T, TM>(ArrayView<T> dx, ArrayView<T> y, ArrayView<T> dy, int rows, int d, [Spec] SpecInt lanes)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(RowKernels.Threads);
        int lane = Group.IdxX, row = (Grid.IdxX * Group.DimY) + Group.IdxY, count = row < rows ? RowKernels.Count(d, lane, lanes) : 0;
        long first = ((long)row * d) + lane;
        T total = RowKernels.Along<T, SumOfElements<T, TM>>(dy, first, count, lanes, TM.Of(0));
        if (lanes > 1) total = RowKernels.Across<T, SumOfElements<T, TM>>(shared, total, lanes);
        for (int k = 0; k < count; k++) dx[first + (k * lanes)] = dy[first + (k * lanes)] - (TM.Exp(y[first + (k * lanes)]) * total);
    }
}
