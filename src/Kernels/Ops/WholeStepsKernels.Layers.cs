using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>The layers of a network in shared memory. Examples and weights lie in rows; a thread makes squares of 4 × 4 sums.</summary>
internal static partial class WholeStepsKernels
{
    // The next examples, with zeros behind their columns.
    private static void Fetch<T, TM>(ArrayView<T> shared, ArrayView<T> x, int to, int columns, long first, int rows) where T : unmanaged where TM : struct, IScalarMath<T>
    {
        int row = Row(columns);
        for (int e = Group.IdxX; e < rows * row; e += Group.DimX)
        {
            int i = e / row, j = e - (i * row);
            shared[to + e] = j < columns ? x[((first + i) * columns) + j] : TM.Of(0);
        }
    }

    /// <summary>y = x·w + bias, and its tanh. Examples behind the last one, up to a multiple of four, get values that nobody reads.</summary>
    private static void Forward<T, TM>(ArrayView<T> shared, int inputs, int outputs, int w, int bias, int x, int y, int hasTanh, int rows)
        where T : unmanaged, IAdditionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<T> sums = LocalMemory.Allocate<T>(16);
        int rowX = Row(inputs), rowY = Row(outputs), across = (outputs + 3) / 4, squares = (rows + 3) / 4 * across;
        for (int square = Group.IdxX; square < squares; square += Group.DimX)
        {
            int down = square / across, j = 4 * (square - (down * across)), from = x + (4 * down * rowX);
            for (int e = 0; e < 16; e++) sums[e] = bias < 0 ? TM.Of(0) : shared[bias + j + (e % 4)];
            for (int k = 0; k < inputs; k += 4)
            {
                Vector4<T> x0 = Intrinsics.Load4(shared, from + k), x1 = Intrinsics.Load4(shared, from + rowX + k);
                Vector4<T> x2 = Intrinsics.Load4(shared, from + (2 * rowX) + k), x3 = Intrinsics.Load4(shared, from + (3 * rowX) + k);
                int at = w + (k * rowY) + j;
                Add<T, TM>(sums, x0.X, x1.X, x2.X, x3.X, Intrinsics.Load4(shared, at));
                Add<T, TM>(sums, x0.Y, x1.Y, x2.Y, x3.Y, Intrinsics.Load4(shared, at + rowY));
                Add<T, TM>(sums, x0.Z, x1.Z, x2.Z, x3.Z, Intrinsics.Load4(shared, at + (2 * rowY)));
                Add<T, TM>(sums, x0.W, x1.W, x2.W, x3.W, Intrinsics.Load4(shared, at + (3 * rowY)));
            }
            if (hasTanh != 0)
                for (int e = 0; e < 16; e++) sums[e] = TM.Tanh(sums[e]);
            Store(shared, y + (4 * down * rowY) + j, rowY, sums);
        }
    }

    /// <summary>
    /// dw = xᵀ·dy and dbias = Σ dy over the examples, added to those of the examples before them. With the last examples: raises the flag where one is not finite.
    /// </summary>
    private static void Gradient<T, TM>(ArrayView<T> shared, int inputs, int outputs, int dw, int dbias, int x, int dy, int rows, int first, int isLast, int flag)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IComparisonOperators<T, T, bool>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<T> sums = LocalMemory.Allocate<T>(16);
        int rowX = Row(inputs), rowY = Row(outputs), across = (outputs + 3) / 4, squares = (inputs + 3) / 4 * across;
        for (int square = Group.IdxX; square < squares; square += Group.DimX)
        {
            int down = square / across, i = 4 * down, j = 4 * (square - (down * across)), to = dw + (i * rowY) + j;
            for (int e = 0; e < 16; e++) sums[e] = first == 0 ? TM.Of(0) : shared[to + (e / 4 * rowY) + (e % 4)];
            for (int example = 0; example < rows; example++)
            {
                Vector4<T> column = Intrinsics.Load4(shared, x + (example * rowX) + i);
                Add<T, TM>(sums, column.X, column.Y, column.Z, column.W, Intrinsics.Load4(shared, dy + (example * rowY) + j));
            }
            Store(shared, to, rowY, sums);
            // x − x is zero for what is finite, and nothing else.
            T odd = TM.Of(0);
            for (int e = 0; e < 16; e++) odd += sums[e] - sums[e];
            if (isLast != 0 && odd != TM.Of(0)) shared[flag] = TM.Of(1);
        }
        if (dbias < 0) return;
        // From the other end: the threads that had the fewest squares.
        for (int j = Group.DimX - 1 - Group.IdxX; j < outputs; j += Group.DimX)
        {
            T sum = first == 0 ? TM.Of(0) : shared[dbias + j];
            for (int example = 0; example < rows; example++) sum += shared[dy + (example * rowY) + j];
            shared[dbias + j] = sum;
            if (isLast != 0 && sum - sum != TM.Of(0)) shared[flag] = TM.Of(1);
        }
    }

    /// <summary>
    /// dx = dy·wᵀ in the place of x, times the slope 1 − x² where x was made by tanh. The four rows of w that a thread takes lie apart, so that neighbouring threads
    /// read neighbouring ones.
    /// </summary>
    private static void Backward<T, TM>(ArrayView<T> shared, int inputs, int outputs, int w, int x, int dy, int hasTanh, int rows)
        where T : unmanaged, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<T> sums = LocalMemory.Allocate<T>(16);
        int rowX = Row(inputs), rowY = Row(outputs), across = (inputs + 3) / 4, squares = (rows + 3) / 4 * across;
        for (int square = Group.IdxX; square < squares; square += Group.DimX)
        {
            int down = square / across, i = square - (down * across), from = dy + (4 * down * rowY), to = x + (4 * down * rowX) + i;
            for (int e = 0; e < 16; e++) sums[e] = TM.Of(0);
            for (int k = 0; k < outputs; k += 4)
            {
                Vector4<T> y0 = Intrinsics.Load4(shared, from + k), y1 = Intrinsics.Load4(shared, from + rowY + k);
                Vector4<T> y2 = Intrinsics.Load4(shared, from + (2 * rowY) + k), y3 = Intrinsics.Load4(shared, from + (3 * rowY) + k);
                for (int q = 0; q < 4; q++)
                {
                    Vector4<T> row = Intrinsics.Load4(shared, w + ((i + (q * across)) * rowY) + k);
                    sums[q] = Dot<T, TM>(y0, row, sums[q]);
                    sums[4 + q] = Dot<T, TM>(y1, row, sums[4 + q]);
                    sums[8 + q] = Dot<T, TM>(y2, row, sums[8 + q]);
                    sums[12 + q] = Dot<T, TM>(y3, row, sums[12 + q]);
                }
            }
            for (int e = 0; e < 16; e++)
            {
                int at = to + (e / 4 * rowX) + (e % 4 * across);
                T value = shared[at];
                shared[at] = hasTanh != 0 ? sums[e] * (TM.Of(1) - (value * value)) : sums[e];
            }
        }
    }

    // sums[r, c] += column[r] · row[c].
    private static void Add<T, TM>(ArrayView<T> sums, T x0, T x1, T x2, T x3, Vector4<T> row) where T : unmanaged where TM : struct, IScalarMath<T>
    {
        sums[0] = TM.Fma(x0, row.X, sums[0]);
        sums[1] = TM.Fma(x0, row.Y, sums[1]);
        sums[2] = TM.Fma(x0, row.Z, sums[2]);
        sums[3] = TM.Fma(x0, row.W, sums[3]);
        sums[4] = TM.Fma(x1, row.X, sums[4]);
        sums[5] = TM.Fma(x1, row.Y, sums[5]);
        sums[6] = TM.Fma(x1, row.Z, sums[6]);
        sums[7] = TM.Fma(x1, row.W, sums[7]);
        sums[8] = TM.Fma(x2, row.X, sums[8]);
        sums[9] = TM.Fma(x2, row.Y, sums[9]);
        sums[10] = TM.Fma(x2, row.Z, sums[10]);
        sums[11] = TM.Fma(x2, row.W, sums[11]);
        sums[12] = TM.Fma(x3, row.X, sums[12]);
        sums[13] = TM.Fma(x3, row.Y, sums[13]);
        sums[14] = TM.Fma(x3, row.Z, sums[14]);
        sums[15] = TM.Fma(x3, row.W, sums[15]);
    }

    private static T Dot<T, TM>(Vector4<T> a, Vector4<T> b, T sum) where T : unmanaged where TM : struct, IScalarMath<T> =>
        TM.Fma(a.W, b.W, TM.Fma(a.Z, b.Z, TM.Fma(a.Y, b.Y, TM.Fma(a.X, b.X, sum))));

    private static void Store<T>(ArrayView<T> shared, int to, int row, ArrayView<T> sums) where T : unmanaged
    {
        for (int r = 0; r < 4; r++)
            Intrinsics.Store4(shared, to + (r * row), new Vector4<T> { X = sums[4 * r], Y = sums[(4 * r) + 1], Z = sums[(4 * r) + 2], W = sums[(4 * r) + 3] });
    }
}
