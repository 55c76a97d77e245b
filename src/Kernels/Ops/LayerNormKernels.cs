using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Layer normalisation on devices: rows forth and back, and the columns of the gradients of weight and bias. Bound by memory: what a row's later
/// passes read lies in the cache.
/// </summary>
internal static partial class LayerNormKernels
{
    [Kernel]
    public static void Forward<T, TM>(
        ArrayView<T> y, ArrayView<T> mean, ArrayView<T> rstd, ArrayView<T> x, ArrayView<T> weight, ArrayView<T> bias, int rows, int rowsPerGroup, int d, T eps, [Spec] SpecInt lanes)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(RowKernels.Threads);
        int lane = Group.IdxX, row = (Grid.IdxX * Group.DimY) + Group.IdxY, count = row < rows ? RowKernels.Count(d, lane, lanes) : 0;
        long first = ((long)row * d) + lane, own = ((long)(row / rowsPerGroup) * d) + lane;
        T m = RowKernels.Along<T, SumOfElements<T, TM>>(x, first, count, lanes, TM.Of(0));
        if (lanes > 1) m = RowKernels.Across<T, SumOfElements<T, TM>>(shared, m, lanes);
        m = m / TM.FromInt(d);
        T squares = RowKernels.Along<T, SumOfSquares<T, TM>>(x, first, count, lanes, m);
        if (lanes > 1) squares = RowKernels.Across<T, SumOfSquares<T, TM>>(shared, squares, lanes);
        T s = TM.Of(1) / TM.Sqrt((squares / TM.FromInt(d)) + eps);
        for (int k = 0; k < count; k++) y[first + (k * lanes)] = ((x[first + (k * lanes)] - m) * s * weight[own + (k * lanes)]) + bias[own + (k * lanes)];
        if (lane == 0 && row < rows)
        {
            mean[row] = m;
            rstd[row] = s;
        }
    }

    /// <summary>dx = rstd·(g − mean(g) − x̂·mean(g·x̂)) with x̂ = (x − mean)·rstd and g = dy·weight.</summary>
    [Kernel]
    public static void Slopes<T, TM>(
        ArrayView<T> dx, ArrayView<T> dy, ArrayView<T> x, ArrayView<T> weight, ArrayView<T> mean, ArrayView<T> rstd, int rows, int rowsPerGroup, int d, [Spec] SpecInt lanes)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(RowKernels.Threads), sums = LocalMemory.Allocate<T>(RowKernels.Chains), products = LocalMemory.Allocate<T>(RowKernels.Chains);
        int lane = Group.IdxX, row = (Grid.IdxX * Group.DimY) + Group.IdxY, count = row < rows ? RowKernels.Count(d, lane, lanes) : 0;
        long first = ((long)row * d) + lane, own = ((long)(row / rowsPerGroup) * d) + lane;
        T m = TM.Of(0), s = TM.Of(0);
        if (row < rows)
        {
            m = mean[row];
            s = rstd[row];
        }
        for (int j = 0; j < RowKernels.Chains; j++)
        {
            sums[j] = TM.Of(0);
            products[j] = TM.Of(0);
        }
        int i = 0;
        for (; i + RowKernels.Chains <= count; i += RowKernels.Chains)
            for (int j = 0; j < RowKernels.Chains; j++)
            {
                T slope = dy[first + ((i + j) * lanes)] * weight[own + ((i + j) * lanes)];
                sums[j] += slope;
                products[j] += slope * ((x[first + ((i + j) * lanes)] - m) * s);
            }
        for (; i < count; i++)
        {
            T slope = dy[first + (i * lanes)] * weight[own + (i * lanes)];
            sums[0] += slope;
            products[0] += slope * ((x[first + (i * lanes)] - m) * s);
        }
        T a = RowKernels.Fold<T, SumOfElements<T, TM>>(sums), b = RowKernels.Fold<T, SumOfElements<T, TM>>(products);
        if (lanes > 1)
        {
            a = RowKernels.Across<T, SumOfElements<T, TM>>(shared, a, lanes);
            b = RowKernels.Across<T, SumOfElements<T, TM>>(shared, b, lanes);
        }
        a = a / TM.FromInt(d);
        b = b / TM.FromInt(d);
        for (int k = 0; k < count; k++)
            dx[first + (k * lanes)] = s * ((dy[first + (k * lanes)] * weight[own + (k * lanes)]) - a - ((x[first + (k * lanes)] - m) * s * b));
    }

    /// <summary>
    /// dweight = Σ dy·x̂ and dbias = Σ dy over the rows of each block. A work item has <paramref name="width"/> columns, <paramref name="lanes"/> of
    /// them (Y) share the rows.
    /// </summary>
    [Kernel]
    public static void Gradients<T, TM>(
        ArrayView<T> dweight, ArrayView<T> dbias, ArrayView<T> dy, ArrayView<T> x, ArrayView<T> mean, ArrayView<T> rstd, int units, int blocks, int rowsPerGroup, int blockRows, int d,
        [Spec] SpecInt lanes, [Spec] SpecInt width)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(RowKernels.Threads), dw = LocalMemory.Allocate<T>(width), db = LocalMemory.Allocate<T>(width);
        int item = (Grid.IdxX * Group.DimX) + Group.IdxX, lane = Group.IdxY, tiles = (d + width - 1) / width;
        int unit = item / tiles, column = (item % tiles) * width, start = (unit % blocks) * blockRows;
        int count = unit < units ? Math.Min(rowsPerGroup - start, blockRows) : 0, columns = Math.Min(d - column, width), firstRow = ((unit / blocks) * rowsPerGroup) + start;
        long first = ((long)firstRow * d) + column;
        for (int j = 0; j < width; j++)
        {
            dw[j] = TM.Of(0);
            db[j] = TM.Of(0);
        }
        if (columns == width)
        {
            for (int i = lane; i < count; i += lanes)
            {
                T m = mean[firstRow + i], s = rstd[firstRow + i];
                for (int j = 0; j < width; j++)
                {
                    T slope = dy[first + ((long)i * d) + j];
                    dw[j] += slope * ((x[first + ((long)i * d) + j] - m) * s);
                    db[j] += slope;
                }
            }
        }
        else
        {
            for (int i = lane; i < count; i += lanes)
            {
                T m = mean[firstRow + i], s = rstd[firstRow + i];
                for (int j = 0; j < columns; j++)
                {
                    T slope = dy[first + ((long)i * d) + j];
                    dw[j] += slope * ((x[first + ((long)i * d) + j] - m) * s);
                    db[j] += slope;
                }
            }
        }
        if (lanes > 1)
            for (int j = 0; j < width; j++)
            {
                dw[j] = RowKernels.Down<T, SumOfElements<T, TM>>(shared, dw[j], lanes);
                db[j] = RowKernels.Down<T, SumOfElements<T, TM>>(shared, db[j], lanes);
            }
        if (lane == 0 && unit < units)
            for (int j = 0; j < columns; j++)
            {
                dweight[((long)unit * d) + column + j] = dw[j];
                dbias[((long)unit * d) + column + j] = db[j];
            }
    }
}
