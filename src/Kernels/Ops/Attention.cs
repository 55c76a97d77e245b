using System.Numerics;
using System.Runtime.Intrinsics;
using Handmade.Kernels.Host;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>Which keys a query may attend to.</summary>
public enum AttentionMask
{
    /// <summary>Every key.</summary>
    None,

    /// <summary>Every key but the query's own token.</summary>
    ExcludeSelf,

    /// <summary>Keys that are not later than the query.</summary>
    Causal,
}

/// <summary>
/// Softmax attention (Vaswani et al. 2017), one fused kernel each way: <c>pattern = softmax(scale · q kᵀ)</c> over the keys,
/// <c>z = pattern · v</c>. q, k, v, z are <c>[..., head, position, d_head]</c> with contiguous d_head; the pattern is
/// <c>[..., head, query, key]</c> and stays in a device buffer, stored key-major (its last two strides are exchanged).
/// </summary>
/// <remarks>
/// One piece of the grid is one head of one sequence: its q, k, v, pattern fit the first-level cache for the sizes of
/// interest (N ≤ 128), so the products are tiles of registers straight over them. Scores stand key by key, lanes over queries, so that
/// the softmax — maximum, exponentials, sum over keys — needs no step across lanes; what is summed over keys or queries has its lanes
/// over features, where rows are contiguous already. Every element is one chain of additions in increasing order.
/// Bound by arithmetic: 4·N²·d_head operations and N² exponentials forward, 8·N²·d_head operations backward.
/// </remarks>
public static partial class Attention
{
    /// <summary>The attention pattern and its action on v. z must have q's shape; any strides with contiguous d_head.</summary>
    public static TensorView Forward(TensorView q, TensorView k, TensorView v, TensorView z, AttentionMask mask, double scale)
    {
        Check("attention", q, k, v, z);
        if (mask == AttentionMask.ExcludeSelf && q.Shape[^2] == 1)
            throw new HandmadeException("attention: with one token there is no other to attend to; exclude self only from 2 tokens on");
        TensorView pattern = q.Device.Empty(q.Shape.With(q.Shape.Rank - 1, q.Shape[^2]), q.DType).Transpose(-1, -2);
        q.Device.Submit(q.DType == DType.F32
            ? new ForwardLaunch<float, MathF32, F32>(q, k, v, z, pattern, mask, scale)
            : new ForwardLaunch<double, MathF64, F64>(q, k, v, z, pattern, mask, scale));
        return pattern;
    }

    /// <summary>Writes the gradients of q, k, v, given the pattern that <see cref="Forward"/> returned.</summary>
    public static void Backward(TensorView q, TensorView k, TensorView v, TensorView pattern, TensorView dz, double scale, TensorView dq, TensorView dk, TensorView dv)
    {
        Check("attention_backward", q, k, v, dz, dq, dk, dv);
        q.Device.Submit(q.DType == DType.F32
            ? new BackwardLaunch<float, MathF32, F32>(q, k, v, pattern, dz, scale, dq, dk, dv)
            : new BackwardLaunch<double, MathF64, F64>(q, k, v, pattern, dz, scale, dq, dk, dv));
    }

    private static void Check(string op, TensorView q, params ReadOnlySpan<TensorView> others)
    {
        Require.Rank(op, q, 3);
        Require.Float(op, q);
        foreach (TensorView other in others)
        {
            Require.Same(op, q, other);
            Require.Shaped(op, "k, v, z and their gradients", other, q.Shape);
        }
        foreach (TensorView tensor in (ReadOnlySpan<TensorView>)[q, .. others])
            if (tensor.Strides[^1] != 1 && tensor.Shape[^1] != 1) throw new HandmadeException($"{op}: d_head of {tensor.Shape} must be contiguous");
    }

    /// <summary>The shared walk over heads of sequences: one of them is a piece of the grid.</summary>
    private abstract unsafe partial class HeadLaunch<T> : Launch where T : unmanaged
    {
        private readonly Loops heads;
        private readonly TensorView[] tensors;

        protected HeadLaunch(string name, TensorView[] inputs, TensorView[] outputs) : base(name, inputs, outputs)
        {
            Shape shape = inputs[0].Shape;
            N = shape[^2];
            D = shape[^1];
            Leading = new Shape(shape.Extents[..^2]);
            tensors = [.. inputs, .. outputs];
            heads = new Loops(Leading, [.. tensors.Select(tensor => new TensorView(tensor.Buffer, tensor.Offset, Leading, [.. tensor.Strides[..^2]], tensor.DType))]);
            Grid = N == 0 ? 0 : (int)Leading.Count;
        }

        public override int Grid { get; }

        /// <summary>All axes before position and d_head.</summary>
        protected Shape Leading { get; }

        protected int N { get; }

        protected int D { get; }

        public override void Run(int begin, int end)
        {
            // The widest registers that a row of d_head is longer than half of.
            int bits = HostDevice.VectorBits, row = 8 * sizeof(T) * D;
            if (bits == 512 && row > 256) Run<Vector512<T>, Vectors512<T>>(begin, end);
            else if (bits >= 256 && row > 128) Run<Vector256<T>, Vectors256<T>>(begin, end);
            else Run<Vector128<T>, Vectors128<T>>(begin, end);
        }

        private void Run<V, TV>(int begin, int end)
            where V : struct
            where TV : struct, IVectors<V, T>
        {
            int register = Math.Max(TV.Count, Vector<T>.Count), queries = (N + register - 1) / register * register, features = (D + TV.Count - 1) / TV.Count * TV.Count;
            long working = ScratchLength(queries, features);
            T* scratch = Scratch.Take<T>(working + ((long)(end - begin) * tensors.Length * sizeof(T*) / sizeof(T)));
            T** at = (T**)(scratch + working);
            Seek(begin, end, at);
            Heads(new CachedProducts<T, V, TV>(N), at, end - begin, queries, features, scratch);
        }

        // For heads begin…end−1 the first elements of all tensors.
        private void Seek(int begin, int end, T** at)
        {
            Span<nint> walk = stackalloc nint[heads.WalkLength];
            ReadOnlySpan<nint> strides = heads.InnerStrides;
            (int row, int within) = Math.DivRem(begin, heads.Inner);
            heads.Seek(walk, row);
            for (int k = 0; k < tensors.Length; k++) at[k] = tensors[k].Pointer<T>();
            for (int head = end - 1 - begin; head > 0; head--)
                for (int k = 0; k < tensors.Length; k++) at[(head * (nint)tensors.Length) + k] = at[k];
            for (int head = begin; head < end; head++, at += tensors.Length)
            {
                for (int k = 0; k < strides.Length; k++) at[k] += walk[k] + (within * strides[k]);
                if (++within < heads.Inner) continue;
                within = 0;
                heads.Next(walk);
            }
        }

        /// <summary>Elements that <see cref="Heads"/> needs to work in; N and d_head are rounded up to whole registers.</summary>
        protected abstract long ScratchLength(int queries, int features);

        /// <summary>So many heads, from the first elements of their inputs and outputs in the launch's order.</summary>
        protected abstract void Heads<V, TV>(CachedProducts<T, V, TV> products, T** at, int count, int queries, int features, T* scratch)
            where V : struct
            where TV : struct, IVectors<V, T>;

        /// <summary>Rows that end with a register: the tensor's own, or copies with zeros behind.</summary>
        protected void Pad(ref T* rows, ref nint row, int width, int padded, T* pad)
        {
            if (width == padded) return;
            for (int i = 0; i < N; i++)
            {
                new ReadOnlySpan<T>(rows + (i * row), width).CopyTo(new Span<T>(pad + (i * (nint)padded), width));
                new Span<T>(pad + (i * (nint)padded) + width, padded - width).Clear();
            }
            rows = pad;
            row = padded;
        }

        /// <summary>Moves rows that were made with whole registers to where they belong.</summary>
        protected void Unpad(T* made, nint madeRow, T* rows, nint row, int width)
        {
            if (made == rows) return;
            for (int i = 0; i < N; i++) new ReadOnlySpan<T>(made + (i * madeRow), width).CopyTo(new Span<T>(rows + (i * row), width));
        }
    }
}
