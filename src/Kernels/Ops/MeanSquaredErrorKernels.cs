using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>Mean squared error on devices: sums of blocks in double, and the slope. Bound by memory.</summary>
internal static partial class MeanSquaredErrorKernels
{
    /// <summary>Σ (prediction − target)² of each block of a replica's <paramref name="count"/> elements, in 16 chains of doubles a lane.</summary>
    [Kernel]
    public static void Forward<T, TM>(
        ArrayView<double> sums, ArrayView<T> prediction, ArrayView<T> target, int units, int blocks, int count, int blockLength, [Spec] SpecInt lanes)
        where T : unmanaged, ISubtractionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<double> shared = SharedMemory.Allocate<double>(RowKernels.Threads), chains = LocalMemory.Allocate<double>(RowKernels.Chains);
        int lane = Group.IdxX, unit = (Grid.IdxX * Group.DimY) + Group.IdxY, start = (unit % blocks) * blockLength;
        int own = unit < units ? RowKernels.Count(Math.Min(blockLength, count - start), lane, lanes) : 0;
        long first = ((long)(unit / blocks) * count) + start + lane;
        for (int j = 0; j < RowKernels.Chains; j++) chains[j] = 0;
        int i = 0;
        for (; i + RowKernels.Chains <= own; i += RowKernels.Chains)
            for (int j = 0; j < RowKernels.Chains; j++)
            {
                double difference = TM.ToDouble(prediction[first + ((i + j) * lanes)] - target[first + ((i + j) * lanes)]);
                chains[j] += difference * difference;
            }
        for (; i < own; i++)
        {
            double difference = TM.ToDouble(prediction[first + (i * lanes)] - target[first + (i * lanes)]);
            chains[0] += difference * difference;
        }
        double sum = RowKernels.Fold<double, SumOfElements<double, F64>>(chains);
        if (lanes > 1) sum = RowKernels.Across<double, SumOfElements<double, F64>>(shared, sum, lanes);
        if (lane == 0 && unit < units) sums[unit] = sum;
    }

    [Kernel]
    public static void Backward<T, TM>(
        ArrayView<T> dx, ArrayView<T> prediction, ArrayView<T> target, ArrayView<T> dy, int units, int blocks, int count, int blockLength, [Spec] SpecInt lanes)
        where T : unmanaged, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        int lane = Group.IdxX, unit = (Grid.IdxX * Group.DimY) + Group.IdxY, replica = unit / blocks, start = (unit % blocks) * blockLength;
        if (unit >= units) return;
        int own = RowKernels.Count(Math.Min(blockLength, count - start), lane, lanes);
        long first = ((long)replica * count) + start + lane;
        T factor = TM.Of(2 * TM.ToDouble(dy[replica]) / count);
        for (int k = 0; k < own; k++) dx[first + (k * lanes)] = (prediction[first + (k * lanes)] - target[first + (k * lanes)]) * factor;
    }
}
