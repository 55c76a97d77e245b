using Handmade.Kernels.Host;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Rows of tables mixed by pairs (a, b): <c>y[n] = ground[b] + Σₕ weight[n, h] · (first[h, a] − second[h, b])</c>, and max(y, 0) if wanted.
/// What attention over two tokens leaves of everything linear around it, when that was worked out for single tokens beforehand. Tables
/// [R, 1 + 2·heads, rows, d] hold ground, first and second; weights [R, pairs, heads]; pairs I32 [R, pairs, 2]; f32 and f64.
/// </summary>
/// <remarks>
/// Bound by the caches: 1 + 2·heads rows of tables are read for each row of y, and y and dy are read once for each of the two on the way back. Pairs in
/// order of a keep its rows in L1. No atomics: on the way back a thread owns rows of the tables and walks the pairs that name them in their order.
/// An index outside the rows is an error when run eagerly; in a captured step what depends on it becomes NaN.
/// </remarks>
public static partial class PairMix
{
    // Pairs of a piece of work: a cache line of weights and more.
    private const int Some = 16;

    // So many heads at once: their pointers and weights stay in registers.
    private const int MostHeads = 4;

    /// <summary>y, [R, pairs, d].</summary>
    public static TensorView Forward(TensorView tables, TensorView weights, TensorView pairs, bool relu)
    {
        Check(tables, weights, pairs);
        TensorView y = tables.Device.Empty([pairs.Shape[0], pairs.Shape[1], tables.Shape[3]], tables.DType);
        (tables, weights, pairs) = (Copy.Contiguous(tables), Copy.Contiguous(weights), Copy.Contiguous(pairs));
        tables.Device.Submit(tables.DType == DType.F32
            ? new ForwardLaunch<float, MathF32, F32>(tables, weights, pairs, relu, y)
            : new ForwardLaunch<double, MathF64, F64>(tables, weights, pairs, relu, y));
        return y;
    }

    /// <summary>The gradient of the tables, of the given shape; <paramref name="y"/> is the result where it was cut off at 0, else null.</summary>
    public static TensorView TablesGradient(Shape tables, TensorView weights, TensorView pairs, TensorView dy, TensorView? y)
    {
        TensorView dtables = dy.Device.Empty(tables, dy.DType);
        (weights, pairs) = (Copy.Contiguous(weights), Copy.Contiguous(pairs));
        dy.Device.Submit(dy.DType == DType.F32
            ? new TablesLaunch<float, MathF32, F32>(dtables, weights, pairs, dy, y)
            : new TablesLaunch<double, MathF64, F64>(dtables, weights, pairs, dy, y));
        return dtables;
    }

    /// <summary>The gradient of the weights, of the given shape.</summary>
    public static TensorView WeightsGradient(TensorView tables, Shape weights, TensorView pairs, TensorView dy, TensorView? y)
    {
        TensorView dweights = dy.Device.Empty(weights, dy.DType);
        (tables, pairs) = (Copy.Contiguous(tables), Copy.Contiguous(pairs));
        dy.Device.Submit(dy.DType == DType.F32
            ? new WeightsLaunch<float, MathF32, F32>(tables, dweights, pairs, dy, y)
            : new WeightsLaunch<double, MathF64, F64>(tables, dweights, pairs, dy, y));
        return dweights;
    }

    // No table of ground among the sums.
    private readonly struct None : ISize
    {
        public static int Value => 0;
    }

    private static void Check(TensorView tables, TensorView weights, TensorView pairs)
    {
        const string op = "pair_mix";
        Require.Float(op, tables);
        Require.Same(op, tables, weights);
        Require.Is(op, pairs, DType.I32);
        if (tables.Shape.Rank != 4 || pairs.Shape.Rank != 3 || pairs.Shape[2] != 2 || pairs.Shape[0] != tables.Shape[0])
            throw new HandmadeException($"{op}: tables of shape {tables.Shape} and pairs of shape {pairs.Shape}; they must be [R, 1 + 2·heads, rows, d] and [R, pairs, 2]");
        if (tables.Shape[1] % 2 == 0 || tables.Shape[1] < 3) throw new HandmadeException($"{op}: {tables.Shape[1]} tables; there must be one, and two for each head");
        Require.Shaped(op, "the tensor of weights", weights, [pairs.Shape[0], pairs.Shape[1], (tables.Shape[1] - 1) / 2]);
    }

    /// <summary>What the three walks share: sizes, and where a pair's rows stand.</summary>
    private abstract unsafe class PairLaunch<T>(string name, TensorView[] inputs, TensorView[] outputs, Shape tables, Shape weights, TensorView pairs)
        : Launch(name, inputs, outputs)
        where T : unmanaged
    {
        protected int Replicas { get; } = tables[0];

        protected int Heads { get; } = weights[2];

        protected int Pairs { get; } = weights[1];

        protected int Rows { get; } = tables[2];

        protected int D { get; } = tables[3];

        // From a head's table to the next one's, in elements.
        protected nint Table { get; } = (nint)tables[2] * tables[3];

        // How many tables a replica has.
        protected int Tables { get; } = tables[1];

        /// <summary>(a, b) of every pair, dense.</summary>
        protected TensorView Indices { get; } = pairs;

        private bool IsChecked { get; } = !pairs.Device.IsCapturing;

        // A multiply-add and a subtraction for each head and element.
        public override long Work => (long)Replicas * Pairs * D * (1 + (3 * Heads));

        /// <summary>Rows of pair n of a replica; false where one is outside the tables.</summary>
        protected bool Seek(int replica, int n, out int a, out int b)
        {
            int* pair = Indices.Pointer<int>() + (2 * (((nint)replica * Pairs) + n));
            (a, b) = (pair[0], pair[1]);
            if ((uint)a < (uint)Rows && (uint)b < (uint)Rows) return true;
            return IsChecked ? throw Ops.Indices.OutOfRange(Name, (uint)a < (uint)Rows ? b : a, tables, 2) : false;
        }

        protected void Watch(KernelQueue queue)
        {
            if (IsChecked) IndexFaults.Watch(queue, Name, Indices, tables, 2);
        }
    }
}
