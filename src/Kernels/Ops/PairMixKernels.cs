using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Rows of tables mixed by pairs, and the way back. Bound by memory: neighbouring threads have neighbouring columns. What is added by repeated rows is
/// added in the order of the pairs, in one thread.
/// </summary>
internal static partial class PairMixKernels
{
    /// <summary>An element of y. A row outside the tables makes it NaN.</summary>
    [Kernel]
    public static void Forward<T, TM>(ArrayView<T> y, ArrayView<T> tables, ArrayView<T> weights, ArrayView<int> pairs, int count, int each, int heads, int rows, int d, int relu)
        where T : unmanaged, ISubtractionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= count) return;
        int n = i / d, column = i - (n * d), a = pairs[2 * n], b = pairs[(2 * n) + 1];
        bool isGood = (uint)a < (uint)rows && (uint)b < (uint)rows;
        T sum = TM.Of(double.NaN);
        if (isGood)
        {
            long table = (long)rows * d, ground = (n / each * (1 + (2 * heads)) * table) + column;
            sum = tables[ground + ((long)b * d)];
            long first = ground + table + ((long)a * d), second = ground + ((1 + heads) * table) + ((long)b * d);
            for (int h = 0; h < heads; h++) sum = TM.Fma(weights[((long)n * heads) + h], tables[first + (h * table)] - tables[second + (h * table)], sum);
            if (relu != 0) sum = TM.Max(sum, TM.Of(0));
        }
        y[i] = sum;
    }

    /// <summary>An element of the gradient of the tables; the Y axis is the table, of all replicas. The places of each a and b come sorted.</summary>
    [Kernel]
    public static void Tables<T, TM>(
        ArrayView<T> dtables, ArrayView<T> weights, ArrayView<T> dy, ArrayView<T> y,
        ArrayView<int> orderA, ArrayView<int> startsA, ArrayView<int> isBadA, ArrayView<int> orderB, ArrayView<int> startsB, ArrayView<int> isBadB,
        int each, int heads, int rows, int d, int relu)
        where T : unmanaged, IAdditionOperators<T, T, T>, IUnaryNegationOperators<T, T>
        where TM : struct, IScalarMath<T>
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= rows * d) return;
        int row = i / d, column = i - (row * d), r = Grid.IdxY / (1 + (2 * heads)), table = Grid.IdxY - (r * (1 + (2 * heads)));
        bool isFirst = table > 0 && table <= heads;
        int head = isFirst ? table - 1 : table - 1 - heads;
        long at = ((long)r * (rows + 1)) + row, places = (long)r * each;
        int begin = isFirst ? startsA[at] : startsB[at], end = isFirst ? startsA[at + 1] : startsB[at + 1];
        T sum = TM.Of(0);
        for (int j = begin; j < end; j++)
        {
            long n = places + (isFirst ? orderA[places + j] : orderB[places + j]);
            T slope = dy[(n * d) + column], weight = TM.Of(1);
            if (relu != 0) slope = TM.SelectLessOrEqual(y[(n * d) + column], TM.Of(0), TM.Of(0), slope);
            if (table > 0) weight = weights[(n * heads) + head];
            sum = TM.Fma(weight, slope, sum);
        }
        if (table > heads) sum = -sum;
        if (isBadA[r] != 0 || isBadB[r] != 0) sum = TM.Of(double.NaN);
        dtables[((long)Grid.IdxY * rows * d) + i] = sum;
    }

    /// <summary>An element of the gradient of the weights.</summary>
    [Kernel]
    public static void Weights<T, TM>(
        ArrayView<T> dweights, ArrayView<T> tables, ArrayView<int> pairs, ArrayView<T> dy, ArrayView<T> y, int count, int each, int heads, int rows, int d, int relu)
        where T : unmanaged, ISubtractionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= count) return;
        int n = i / heads, h = i - (n * heads), a = pairs[2 * n], b = pairs[(2 * n) + 1];
        bool isGood = (uint)a < (uint)rows && (uint)b < (uint)rows;
        T sum = TM.Of(double.NaN);
        if (isGood)
        {
            long table = (long)rows * d, first = (((n / each * (1 + (2 * heads))) + 1 + h) * table) + ((long)a * d), second = (((n / each * (1 + (2 * heads))) + 1 + heads + h) * table) + ((long)b * d);
            sum = TM.Of(0);
            for (int column = 0; column < d; column++)
            {
                T slope = dy[((long)n * d) + column];
                if (relu != 0) slope = TM.SelectLessOrEqual(y[((long)n * d) + column], TM.Of(0), TM.Of(0), slope);
                sum = TM.Fma(slope, tables[first + column] - tables[second + column], sum);
            }
        }
        dweights[i] = sum;
    }
}
