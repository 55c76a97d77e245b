using System.Numerics;
using Handmade.Kernels.Host;

namespace Handmade.Kernels.Tests.Gemm;

/// <summary>Where the elements of a matrix lie. The gaps of the sparse orders hold NaN, which would spread if one were read.</summary>
public enum Order
{
    Rows, Columns, PaddedRows, PaddedColumns, Sparse,
}

/// <summary>What a product does beside multiplying.</summary>
[Flags]
public enum Extras
{
    None = 0, Bias = 1, Residual = 2, Accumulate = 4, All = 7,
}

/// <summary>One product in native memory: operands in any order, C with a gap after each row and before and behind the matrix, all of it watched.</summary>
internal sealed unsafe class GemmProblem<T>(int m, int n, int k, Order aOrder, Order bOrder, Extras extras, int seed = 1)
    where T : unmanaged, IFloatingPointIeee754<T>
{
    private const int Gap = 3;
    private readonly Random random = new(seed);
    private Matrix a = null!, b = null!, residual = null!;
    private T[] bias = null!, start = null!;

    public int CRow => n + Gap;

    /// <summary>C with its surroundings, after units [begin, end) or, by default, all of them.</summary>
    public T[] Run(int vectorBits = 0, Action<GemmArgs<T>, int>? run = null)
    {
        Fill();
        T[] c = [.. start];
        fixed (T* pa = a.Elements, pb = b.Elements, pc = c, pr = residual.Elements, pbias = bias)
        {
            var args = new GemmArgs<T>
            {
                M = m,
                N = n,
                K = k,
                A = pa,
                ARow = a.Row,
                ACol = a.Col,
                B = pb,
                BRow = b.Row,
                BCol = b.Col,
                C = pc + Gap,
                CRow = CRow,
                Bias = extras.HasFlag(Extras.Bias) ? pbias : null,
                Residual = extras.HasFlag(Extras.Residual) ? pr : null,
                ResidualRow = residual.Row,
                Accumulate = extras.HasFlag(Extras.Accumulate),
            };
            int units = HostGemm.Units(m, n);
            if (run is not null) run(args, units);
            else if (vectorBits == 0) HostGemm.Run(args, 0, units);
            else HostGemm.Run<T, Twice>(args, 0, units, vectorBits);
        }
        return c;
    }

    /// <summary>What the contract promises, bit for bit: a chain of fused multiply-adds per block of the depth, the blocks added in order.</summary>
    public T[] Chain() => Reference((i, j, c) =>
    {
        T sum = c;
        int block = HostGemm.DepthBlock(k);
        for (int p0 = 0; p0 == 0 || p0 < k; p0 += block)
        {
            T chain = T.Zero;
            for (int p = p0; p < Math.Min(p0 + block, k); p++) chain = T.FusedMultiplyAdd(a[i, p], b[p, j], chain);
            sum = p0 == 0 && !extras.HasFlag(Extras.Accumulate) ? chain : sum + chain;
        }
        if (extras.HasFlag(Extras.Bias)) sum += bias[j];
        if (extras.HasFlag(Extras.Residual)) sum += residual[i, j];
        return sum;
    });

    /// <summary>The same formula in plain double arithmetic, rounded once.</summary>
    public T[] Naive() => Reference((i, j, c) =>
    {
        double sum = extras.HasFlag(Extras.Accumulate) ? Wide(c) : 0;
        for (int p = 0; p < k; p++) sum += Wide(a[i, p]) * Wide(b[p, j]);
        if (extras.HasFlag(Extras.Bias)) sum += Wide(bias[j]);
        if (extras.HasFlag(Extras.Residual)) sum += Wide(residual[i, j]);
        return T.CreateChecked(sum);
    });

    private T[] Reference(Func<int, int, T, T> element)
    {
        Fill();
        T[] c = [.. start];
        for (int i = 0; i < m; i++)
            for (int j = 0; j < n; j++)
                c[Gap + i * CRow + j] = element(i, j, c[Gap + i * CRow + j]);
        return c;
    }

    private void Fill()
    {
        if (start is not null) return;
        a = new Matrix(m, k, aOrder, random);
        b = new Matrix(k, n, bOrder, random);
        residual = new Matrix(m, n, Order.PaddedRows, random);
        bias = [.. Enumerable.Range(0, n + 1).Select(_ => Draw(random))];
        start = [.. Enumerable.Range(0, Gap + m * CRow + Gap).Select(_ => Draw(random))];
    }

    private static double Wide(T x) => double.CreateChecked(x);

    private static T Draw(Random random) => T.CreateChecked(random.NextDouble() * 2 - 1);

    private sealed class Matrix
    {
        public Matrix(int rows, int columns, Order order, Random random)
        {
            (Row, Col) = order switch
            {
                Order.Rows => (columns, 1),
                Order.Columns => (1, rows),
                Order.PaddedRows => (columns + 5, 1),
                Order.PaddedColumns => (1, rows + 3),
                _ => (2 * columns + 1, 2),
            };
            Elements = new T[Math.Max(rows * Row + columns * Col, 1)];
            Array.Fill(Elements, T.NaN);
            for (int i = 0; i < rows; i++)
                for (int j = 0; j < columns; j++)
                    Elements[i * Row + j * Col] = Draw(random);
        }

        public T[] Elements { get; }

        public int Row { get; }

        public int Col { get; }

        public T this[int i, int j] => Elements[i * Row + j * Col];
    }

    /// <summary>An activation for tests: 2x.</summary>
    internal readonly unsafe struct Twice : IActivation<T>
    {
        public static void Apply(T* sums, T* activated, int count)
        {
            for (int i = 0; i < count; i++) activated[i] = sums[i] + sums[i];
        }
    }
}
