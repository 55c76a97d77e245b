using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>Cross-entropy of rows on devices. Bound by memory on a GPU, by the exponential on a processor.</summary>
internal static partial class CrossEntropyKernels
{
    // On a processor exponentials are worked out in portions of this many, a loop that becomes vectors.
    private const int Portion = 64;

    /// <summary>log Σ eˣ − x[class] of each row, in double; NaN for a class that is none.</summary>
    [Kernel]
    public static void Forward<T, TM>(ArrayView<double> losses, ArrayView<T> x, ArrayView<int> classes, int rows, int d, [Spec] SpecInt lanes)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(RowKernels.Threads), portion = LocalMemory.Allocate<T>(Portion);
        int lane = Group.IdxX, row = (Grid.IdxX * Group.DimY) + Group.IdxY, count = row < rows ? RowKernels.Count(d, lane, lanes) : 0;
        long first = ((long)row * d) + lane;
        T max = RowKernels.Along<T, LargestNumber<T, TM>>(x, first, count, lanes, TM.Of(0)), sum = TM.Of(0);
        if (lanes > 1)
        {
            max = RowKernels.Across<T, LargestNumber<T, TM>>(shared, max, lanes);
            for (int k = 0; k < count; k++) sum += TM.Exp(x[first + (k * lanes)] - max);
            sum = RowKernels.Across<T, SumOfElements<T, TM>>(shared, sum, lanes);
        }
        else
        {
            for (int from = 0; from < count; from += Portion)
            {
                int many = Math.Min(Portion, count - from);
                for (int k = 0; k < many; k++) portion[k] = TM.Exp(x[first + from + k] - max);
                sum += RowKernels.Along<T, SumOfElements<T, TM>>(portion, 0, many, 1, TM.Of(0));
            }
        }
        if (lane == 0 && row < rows)
        {
            int own = classes[row];
            double at = double.NaN;
            if (own >= 0 && own < d) at = TM.ToDouble(x[((long)row * d) + own]);
            losses[row] = Math.Log(TM.ToDouble(sum)) + TM.ToDouble(max) - at;
        }
    }

    /// <summary>dy/rows·(softmax(x) − onehot(class)); the exponentials stand in dx until their sum is known. A class that is none makes the row NaN.</summary>
    [Kernel]
    public static void Backward<T, TM>(ArrayView<T> dx, ArrayView<T> x, ArrayView<int> classes, ArrayView<T> dy, int rows, int rowsPerReplica, int d, [Spec] SpecInt lanes)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(RowKernels.Threads);
        int lane = Group.IdxX, row = (Grid.IdxX * Group.DimY) + Group.IdxY, count = row < rows ? RowKernels.Count(d, lane, lanes) : 0, own = 0;
        long first = ((long)row * d) + lane;
        T slope = TM.Of(0);
        if (row < rows)
        {
            own = classes[row];
            slope = dy[row / rowsPerReplica] / TM.FromInt(rowsPerReplica);
        }
        T max = RowKernels.Along<T, LargestNumber<T, TM>>(x, first, count, lanes, TM.Of(0));
        if (lanes > 1) max = RowKernels.Across<T, LargestNumber<T, TM>>(shared, max, lanes);
        for (int k = 0; k < count; k++) dx[first + (k * lanes)] = TM.Exp(x[first + (k * lanes)] - max);
        T sum = RowKernels.Along<T, SumOfElements<T, TM>>(dx, first, count, lanes, TM.Of(0));
        if (lanes > 1) sum = RowKernels.Across<T, SumOfElements<T, TM>>(shared, sum, lanes);
        bool isClass = own >= 0 && own < d;
        T factor = slope / sum;
        if (!isClass) factor = TM.Of(double.NaN);
        for (int k = 0; k < count; k++) dx[first + (k * lanes)] = dx[first + (k * lanes)] * factor;
        if (isClass && count > 0 && own % lanes == lane) dx[((long)row * d) + own] = dx[((long)row * d) + own] - slope;
    }

    /// <summary>log Σ eˣ − x[class] of each row and softmax(x) − onehot(class), in double: a thread has a row, and reads it three times.</summary>
    [Kernel]
    public static void InDouble<T, TM>(ArrayView<double> losses, ArrayView<T> slopes, ArrayView<T> x, ArrayView<int> classes, int rows, int d)
        where T : unmanaged
        where TM : struct, IScalarMath<T>
    {
        int row = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (row >= rows) return;
        long first = (long)row * d;
        int own = classes[row];
        bool isClass = own >= 0 && own < d;
        double max = double.NegativeInfinity, sum = 0, at = double.NaN;
        for (int c = 0; c < d; c++)
        {
            double value = TM.ToDouble(x[first + c]);
            max = value > max ? value : max;
        }
        for (int c = 0; c < d; c++) sum += Math.Exp(TM.ToDouble(x[first + c]) - max);
        double share = 1 / sum;
        if (isClass) at = TM.ToDouble(x[first + own]);
        else share = double.NaN;
        for (int c = 0; c < d; c++)
        {
            double slope = Math.Exp(TM.ToDouble(x[first + c]) - max) * share;
            if (c == own) slope -= 1;
            slopes[first + c] = TM.Of(slope);
        }
        losses[row] = Math.Log(sum) + max - at;
    }
}
