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
/// interest (N ≤ 128). SIMD lanes run over queries, so that the softmax — maximum, exponentials, sum over keys — needs no
/// step across lanes, and every element is one chain of additions over keys or features in increasing order.
/// Bound by arithmetic: 4·N²·d_head multiply-adds and N² exponentials forward, 10·N²·d_head multiply-adds backward.
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

    /// <summary>The shared walk over heads of sequences, and the sizes of the scratch.</summary>
    private abstract unsafe partial class HeadLaunch<T> : Launch where T : unmanaged
    {
        protected HeadLaunch(string name, TensorView[] inputs, TensorView[] outputs) : base(name, inputs, outputs)
        {
            Shape shape = inputs[0].Shape;
            N = shape[^2];
            D = shape[^1];
            Queries = Padded(N);
            Features = Padded(D);
            Leading = new Shape(shape.Extents[..^2]);
            Grid = N == 0 ? 0 : (int)Leading.Count;
        }

        public override int Grid { get; }

        /// <summary>All axes before position and d_head.</summary>
        protected Shape Leading { get; }

        protected int N { get; }

        protected int D { get; }

        /// <summary>N and d_head rounded up to whole vectors: row lengths in the scratch.</summary>
        protected int Queries { get; }

        protected int Features { get; }

        private static int Padded(int n) => (n + Lanes<T>.Count - 1) / Lanes<T>.Count * Lanes<T>.Count;

        /// <summary>First element of a tensor's matrix for one head of one sequence.</summary>
        protected T* Matrix(TensorView tensor, int unit)
        {
            nint offset = 0;
            for (int axis = Leading.Rank - 1; axis >= 0; axis--)
            {
                (unit, int index) = Math.DivRem(unit, Leading[axis]);
                offset += index * tensor.Strides[axis];
            }
            return tensor.Pointer<T>() + offset;
        }

        /// <summary>target[c, i] = source[i, c], rows of whole vectors, zero behind the last query.</summary>
        protected void Transposed(T* source, nint row, T* target)
        {
            for (int c = 0; c < D; c++)
            {
                T* line = target + (c * Queries);
                for (int i = 0; i < N; i++) line[i] = source[(i * row) + c];
                for (int i = N; i < Queries; i++) line[i] = default;
            }
        }

        /// <summary>target[i, c] = source[i, c], rows of whole vectors, zero behind the last feature.</summary>
        protected void PaddedRows(T* source, nint row, T* target)
        {
            for (int i = 0; i < N; i++)
            {
                T* line = target + (i * Features);
                for (int c = 0; c < D; c++) line[c] = source[(i * row) + c];
                for (int c = D; c < Features; c++) line[c] = default;
            }
        }
    }

    private sealed unsafe partial class ForwardLaunch<T, TM, TS>(TensorView q, TensorView k, TensorView v, TensorView z, TensorView pattern, AttentionMask mask, double scale)
        : HeadLaunch<T>("attention", [q, k, v], [z, pattern])
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IMath<Lanes<T>>
        where TS : struct, IScalarMath<T>
    {
        public override long Work => (long)Grid * N * N * ((4 * D) + 20);

        // The two products, over the pairs that the mask allows.
        public override long Flops => (long)Grid * Pairs * 4 * D;

        private long Pairs => mask switch
        {
            AttentionMask.None => (long)N * N,
            AttentionMask.ExcludeSelf => (long)N * (N - 1),
            _ => (long)N * (N + 1) / 2,
        };

        public override void Run(int begin, int end)
        {
            T* scratch = Scratch.Take<T>((long)Queries * (D + N));
            for (int unit = begin; unit < end; unit++)
                Head(Matrix(q, unit), Matrix(k, unit), Matrix(v, unit), Matrix(z, unit), Matrix(pattern, unit), scratch, scratch + (Queries * D));
        }

        private void Head(T* qi, T* kj, T* vj, T* zi, T* p, T* qT, T* scores)
        {
            nint krow = k.Strides[^2], vrow = v.Strides[^2], zrow = z.Strides[^2];
            Transposed(qi, q.Strides[^2], qT);
            Lanes<T> factor = TM.Of(scale);
            for (int i = 0; i < Queries; i += Lanes<T>.Count)
            {
                for (int j = 0; j < N; j++)
                {
                    Lanes<T> dot = TM.Of(0);
                    for (int c = 0; c < D; c++) dot = TM.Fma(Lanes<T>.Broadcast(kj[(j * krow) + c]), Lanes<T>.Load(qT + (c * Queries) + i), dot);
                    (dot * factor).Store(scores + (j * Queries) + i);
                }
            }
            Mask(scores);
            for (int i = 0; i < Queries; i += Lanes<T>.Count) Softmax(scores + i);

            int last = Queries - Lanes<T>.Count, tail = N - last;
            nint prow = pattern.Strides[^1];
            for (int j = 0; j < N; j++)
            {
                for (int i = 0; i < last; i += Lanes<T>.Count) Lanes<T>.Load(scores + (j * Queries) + i).Store(p + (j * prow) + i);
                if (tail == Lanes<T>.Count) Lanes<T>.Load(scores + (j * Queries) + last).Store(p + (j * prow) + last);
                else Lanes<T>.Load(scores + (j * Queries) + last).StorePartial(p + (j * prow) + last, tail);
            }

            // qT is not needed any more: z is gathered there, feature by feature, and turned on the way out.
            for (int i = 0; i < Queries; i += Lanes<T>.Count)
            {
                for (int c = 0; c < D; c++)
                {
                    Lanes<T> sum = TM.Of(0);
                    for (int j = 0; j < N; j++) sum = TM.Fma(Lanes<T>.Broadcast(vj[(j * vrow) + c]), Lanes<T>.Load(scores + (j * Queries) + i), sum);
                    sum.Store(qT + (c * Queries) + i);
                }
            }
            for (int i = 0; i < N; i++)
                for (int c = 0; c < D; c++) zi[(i * zrow) + c] = qT[(c * Queries) + i];
        }

        private void Mask(T* scores)
        {
            if (mask == AttentionMask.None) return;
            T forbidden = TM.Of(double.NegativeInfinity).V.GetElement(0);
            for (int j = 0; j < N; j++)
            {
                if (mask == AttentionMask.ExcludeSelf) scores[(j * Queries) + j] = forbidden;
                else for (int i = 0; i < j; i++) scores[(j * Queries) + i] = forbidden;
            }
        }

        // One vector of queries, all keys: down the column and back.
        private void Softmax(T* column)
        {
            Lanes<T> max = Lanes<T>.Load(column);
            for (int j = 1; j < N; j++) max = TM.Max(max, Lanes<T>.Load(column + (j * Queries)));
            Lanes<T> sum = TM.Of(0);
            for (int j = 0; j < N; j++)
            {
                Lanes<T> weight = TM.Exp(Lanes<T>.Load(column + (j * Queries)) - max);
                weight.Store(column + (j * Queries));
                sum += weight;
            }
            Lanes<T> inverse = TM.Of(1) / sum;
            for (int j = 0; j < N; j++) (Lanes<T>.Load(column + (j * Queries)) * inverse).Store(column + (j * Queries));
        }
    }

    private sealed unsafe partial class BackwardLaunch<T, TM, TS>(
        TensorView q, TensorView k, TensorView v, TensorView pattern, TensorView dz, double scale, TensorView dq, TensorView dk, TensorView dv)
        : HeadLaunch<T>("attention_backward", [q, k, v, pattern, dz], [dq, dk, dv])
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IMath<Lanes<T>>
        where TS : struct, IScalarMath<T>
    {
        public override long Work => (long)Grid * N * N * ((10 * D) + 10);

        // Four products over all pairs: the pattern holds the mask as zeros.
        public override long Flops => (long)Grid * N * N * 8 * D;

        public override void Run(int begin, int end)
        {
            T* scratch = Scratch.Take<T>((2L * Queries * (D + N)) + (2L * Features * N));
            for (int unit = begin; unit < end; unit++) Head(unit, scratch);
        }

        private void Head(int unit, T* scratch)
        {
            T* dzT = scratch, dqT = dzT + (Queries * D), weights = dqT + (Queries * D), slopes = weights + (Queries * N);
            T* qRows = slopes + (Queries * N), dzRows = qRows + (Features * N);
            T* kj = Matrix(k, unit), vj = Matrix(v, unit), p = Matrix(pattern, unit);
            nint krow = k.Strides[^2], vrow = v.Strides[^2];
            Transposed(Matrix(dz, unit), dz.Strides[^2], dzT);
            PaddedRows(Matrix(dz, unit), dz.Strides[^2], dzRows);
            PaddedRows(Matrix(q, unit), q.Strides[^2], qRows);
            LoadPattern(p, weights);

            Lanes<T> factor = TM.Of(scale);
            for (int i = 0; i < Queries; i += Lanes<T>.Count)
            {
                // dP[j] = v[j]·dz, and the softmax's mean slope Σ_j P[j] dP[j].
                Lanes<T> mean = TM.Of(0);
                for (int j = 0; j < N; j++)
                {
                    Lanes<T> slope = TM.Of(0);
                    for (int c = 0; c < D; c++) slope = TM.Fma(Lanes<T>.Broadcast(vj[(j * vrow) + c]), Lanes<T>.Load(dzT + (c * Queries) + i), slope);
                    slope.Store(slopes + (j * Queries) + i);
                    mean = TM.Fma(Lanes<T>.Load(weights + (j * Queries) + i), slope, mean);
                }
                // dS[j] = scale · P[j] (dP[j] − mean), in place of dP.
                for (int j = 0; j < N; j++)
                {
                    T* slope = slopes + (j * Queries) + i;
                    (Lanes<T>.Load(weights + (j * Queries) + i) * (Lanes<T>.Load(slope) - mean) * factor).Store(slope);
                }
                for (int c = 0; c < D; c++)
                {
                    Lanes<T> sum = TM.Of(0);
                    for (int j = 0; j < N; j++) sum = TM.Fma(Lanes<T>.Broadcast(kj[(j * krow) + c]), Lanes<T>.Load(slopes + (j * Queries) + i), sum);
                    sum.Store(dqT + (c * Queries) + i);
                }
            }
            T* dqi = Matrix(dq, unit);
            nint dqrow = dq.Strides[^2];
            for (int i = 0; i < N; i++)
                for (int c = 0; c < D; c++) dqi[(i * dqrow) + c] = dqT[(c * Queries) + i];
            SumOverQueries(slopes, qRows, Matrix(dk, unit), dk.Strides[^2]);
            SumOverQueries(weights, dzRows, Matrix(dv, unit), dv.Strides[^2]);
        }

        private void LoadPattern(T* p, T* weights)
        {
            nint row = pattern.Strides[^1];
            int last = Queries - Lanes<T>.Count, tail = N - last;
            for (int j = 0; j < N; j++)
            {
                for (int i = 0; i < last; i += Lanes<T>.Count) Lanes<T>.Load(p + (j * row) + i).Store(weights + (j * Queries) + i);
                Lanes<T> rest = tail == Lanes<T>.Count ? Lanes<T>.Load(p + (j * row) + last) : Lanes<T>.LoadPartial(p + (j * row) + last, tail);
                rest.Store(weights + (j * Queries) + last);
            }
        }

        /// <summary>target[j, :] = Σ_i matrix[j, i] · rows[i, :]; lanes over features.</summary>
        private void SumOverQueries(T* matrix, T* rows, T* target, nint targetRow)
        {
            for (int j = 0; j < N; j++)
            {
                for (int c = 0; c < Features; c += Lanes<T>.Count)
                {
                    Lanes<T> sum = TM.Of(0);
                    for (int i = 0; i < N; i++) sum = TM.Fma(Lanes<T>.Broadcast(matrix[(j * Queries) + i]), Lanes<T>.Load(rows + (i * Features) + c), sum);
                    int width = Math.Min(D - c, Lanes<T>.Count);
                    if (width == Lanes<T>.Count) sum.Store(target + (j * targetRow) + c);
                    else sum.StorePartial(target + (j * targetRow) + c, width);
                }
            }
        }
    }
}
