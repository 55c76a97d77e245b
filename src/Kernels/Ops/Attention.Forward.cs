using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Host;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

public static partial class Attention
{
    private sealed unsafe partial class ForwardLaunch<T, TM, TS>(TensorView q, TensorView k, TensorView v, TensorView z, TensorView pattern, AttentionMask mask, double scale)
        : HeadLaunch<T>("attention", [q, k, v], [z, pattern])
        where T : unmanaged, IFloatingPointIeee754<T>
        where TM : struct, IVectorMath<T>
        where TS : struct, IScalarMath<T>
    {
        public override long Work => (long)Grid * N * N * ((4 * D) + 20);

        public override Launch? For(ReplicaBlock block) => Leading.Rank > 0 && block.Cuts(q, k, v, z, pattern)
            ? new ForwardLaunch<T, TM, TS>(block.Of(q), block.Of(k), block.Of(v), block.Of(z), block.Of(pattern), mask, scale)
            : null;

        // The two products, over the pairs that the mask allows.
        public override long Flops => (long)Grid * Pairs * 4 * D;

        private long Pairs => mask switch
        {
            AttentionMask.None => (long)N * N,
            AttentionMask.ExcludeSelf => (long)N * (N - 1),
            _ => (long)N * (N + 1) / 2,
        };

        protected override long ScratchLength(int queries, int features) => ((long)queries * (D + N)) + (2L * features * N);

        protected override void Heads<V, TV>(CachedProducts<T, V, TV> products, T** at, int count, int queries, int features, T* scratch)
        {
            for (int head = 0; head < count; head++, at += 5) Head(products, at, queries, features, scratch);
        }

        private void Head<V, TV>(CachedProducts<T, V, TV> products, T** at, int queries, int features, T* scratch)
            where V : struct
            where TV : struct, IVectors<V, T>
        {
            T* turned = scratch, scores = turned + ((nint)queries * D), pad = scores + ((nint)queries * N), values = at[2], p = at[4];
            nint valueRow = v.Strides[^2], row = pattern.Strides[^1], zRow = z.Strides[^2];
            // Where registers end with a row of the pattern, scores are made in their place.
            T* weights = queries == N ? p : scores;
            nint weightRow = queries == N ? row : queries;
            GemmPanels<T, V, TV>.Pack(at[0], q.Strides[^2], 1, N, queries, D, turned);
            products.Multiply(at[1], k.Strides[^2], 1, turned, queries, weights, weightRow, queries, D);
            for (int i = 0; i < queries; i += Vector<T>.Count) Softmax(weights + i, weightRow, i);
            Unpad(weights, weightRow, p, row, N);

            Pad(ref values, ref valueRow, D, features, pad);
            T* gathered = features == D ? at[3] : pad + ((nint)features * N);
            nint gatheredRow = features == D ? zRow : features;
            products.Multiply(weights, 1, weightRow, values, valueRow, gathered, gatheredRow, D, N);
            Unpad(gathered, gatheredRow, at[3], zRow, D);
        }

        // One register of queries, all keys: down the column three times.
        private void Softmax(T* column, nint row, int first)
        {
            Vector<T> factor = Vector.Create(T.CreateTruncating(scale)), queries = Vector.CreateSequence(T.CreateTruncating(first), T.One), key = Vector<T>.Zero;
            Vector<T> largest = Vector.Create(T.NegativeInfinity), sum = Vector<T>.Zero;
            T* at = column;
            for (int j = 0; j < N; j++, at += row, key += Vector<T>.One)
            {
                Vector<T> score = Masked(Vector.Load(at) * factor, queries, key);
                score.Store(at);
                // A NaN need not win: its exponential makes the sum NaN anyway.
                largest = Vector.MaxNative(largest, score);
            }
            at = column;
            for (int j = 0; j < N; j++, at += row)
            {
                Vector<T> weight = TM.ExpOfNegative(Vector.Load(at) - largest);
                weight.Store(at);
                sum += weight;
            }
            Vector<T> inverse = Vector<T>.One / sum;
            at = column;
            for (int j = 0; j < N; j++, at += row) (Vector.Load(at) * inverse).Store(at);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private Vector<T> Masked(Vector<T> scores, Vector<T> queries, Vector<T> key) => mask switch
        {
            AttentionMask.None => scores,
            AttentionMask.ExcludeSelf => Vector.ConditionalSelect(Vector.Equals(queries, key), Vector.Create(T.NegativeInfinity), scores),
            _ => Vector.ConditionalSelect(Vector.LessThan(queries, key), Vector.Create(T.NegativeInfinity), scores),
        };
    }
}
