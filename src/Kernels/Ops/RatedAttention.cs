using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Host;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Attention over few positions with a rate: <c>z = A v, A = α·P + (1 − α), P = softmax(q kᵀ · scale)</c>. Packed projections
/// [R, examples, position, 3, head, d_head], rates [R]; z is [R, examples, position, head, d_head] and P [R, examples, head, query, key]; f32 and f64.
/// </summary>
/// <remarks>
/// A head's queries and keys fill no tile here (two positions make a 2×2 product), so each score is a dot product of its own and the exponentials of
/// many examples are taken together. Bound by the caches: the projections are read once each way.
/// </remarks>
public static class RatedAttention
{
    // Every position sees every other: for longer sequences attention (Attention) keeps less.
    private const int MostPositions = 1024;

    // Examples of a piece of work, whose exponentials fill some vectors.
    private const int Some = 16;

    /// <summary>z and P.</summary>
    public static (TensorView Z, TensorView Softmax) Forward(TensorView qkv, TensorView rates, double scale)
    {
        Check(qkv, rates);
        Shape s = qkv.Shape;
        TensorView z = qkv.Device.Empty([s[0], s[1], s[2], s[4], s[5]], qkv.DType), p = qkv.Device.Empty([s[0], s[1], s[4], s[2], s[2]], qkv.DType);
        (qkv, rates) = (Copy.Contiguous(qkv), Copy.Contiguous(rates));
        qkv.Device.Submit(qkv.DType == DType.F32
            ? new ForwardLaunch<float, MathF32, F32>(qkv, rates, scale, z, p)
            : new ForwardLaunch<double, MathF64, F64>(qkv, rates, scale, z, p));
        return (z, p);
    }

    /// <summary>The gradient of the projections.</summary>
    public static TensorView Backward(TensorView qkv, TensorView rates, double scale, TensorView p, TensorView dz)
    {
        TensorView dqkv = qkv.Device.Empty(qkv.Shape, qkv.DType);
        (qkv, rates, dz) = (Copy.Contiguous(qkv), Copy.Contiguous(rates), Copy.Contiguous(dz));
        qkv.Device.Submit(qkv.DType == DType.F32
            ? new BackwardLaunch<float, MathF32, F32>(qkv, rates, scale, p, dz, dqkv)
            : new BackwardLaunch<double, MathF64, F64>(qkv, rates, scale, p, dz, dqkv));
        return dqkv;
    }

    private static void Check(TensorView qkv, TensorView rates)
    {
        const string op = "rated_attention";
        Require.Float(op, qkv);
        Require.Same(op, qkv, rates);
        if (qkv.Shape.Rank != 6 || qkv.Shape[3] != 3) throw new HandmadeException($"{op}: qkv has shape {qkv.Shape}; it must be [R, examples, position, 3, head, d_head]");
        if (qkv.Shape[2] is < 1 or > MostPositions || qkv.Shape[5] < 1)
            throw new HandmadeException($"{op}: qkv has shape {qkv.Shape}; it must have 1 to {MostPositions} positions and a head of at least one feature");
        Require.Shaped(op, "the tensor of rates", rates, [qkv.Shape[0]]);
    }

    /// <summary>Sizes, and the walk over pieces of examples.</summary>
    private abstract unsafe class ExamplesLaunch<T>(string name, TensorView[] inputs, TensorView[] outputs, Shape qkv) : Launch(name, inputs, outputs)
        where T : unmanaged, INumber<T>
    {
        protected int Examples { get; } = qkv[0] * qkv[1];

        protected int Each { get; } = qkv[1];

        protected int Positions { get; } = qkv[2];

        protected int Heads { get; } = qkv[4];

        protected int Features { get; } = qkv[5];

        // From a position's queries to its keys, and from those to its values.
        protected nint Part { get; } = (nint)qkv[4] * qkv[5];

        public override int Grid => (Examples + Some - 1) / Some;

        public override long Work => 8L * Examples * Positions * Positions * Part;

        protected static T Dot(T* a, T* b, int count)
        {
            if (count % Lanes<T>.Count != 0) return RaggedDot(a, b, count);
            Lanes<T> sum = Lanes<T>.Load(a) * Lanes<T>.Load(b);
            for (nint c = Lanes<T>.Count; c < count; c += Lanes<T>.Count) sum += Lanes<T>.Load(a + c) * Lanes<T>.Load(b + c);
            return sum.Sum();
        }

        /// <summary>y = Σ weight[i · step] · x[i · row], i below the number of positions.</summary>
        protected void Mix(T* y, T* weight, nint step, T* x, nint row)
        {
            int count = Features, positions = Positions;
            for (nint c = 0; c <= count - Lanes<T>.Count; c += Lanes<T>.Count)
            {
                Lanes<T> sum = Lanes<T>.Broadcast(weight[0]) * Lanes<T>.Load(x + c);
                for (nint i = 1; i < positions; i++) sum += Lanes<T>.Broadcast(weight[i * step]) * Lanes<T>.Load(x + (i * row) + c);
                sum.Store(y + c);
            }
            int whole = count / Lanes<T>.Count * Lanes<T>.Count;
            if (whole < count) MixRest(y + whole, weight, step, x + whole, row, count - whole);
        }

        // Apart from the loops above, for a call among them costs the sums their registers.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static T RaggedDot(T* a, T* b, int count)
        {
            Lanes<T> sum = default;
            int c = 0;
            for (; c <= count - Lanes<T>.Count; c += Lanes<T>.Count) sum += Lanes<T>.Load(a + c) * Lanes<T>.Load(b + c);
            return (sum + (Lanes<T>.LoadPartial(a + c, count - c) * Lanes<T>.LoadPartial(b + c, count - c))).Sum();
        }

        [MethodImpl(MethodImplOptions.NoInlining)]
        private void MixRest(T* y, T* weight, nint step, T* x, nint row, int count)
        {
            Lanes<T> rest = default;
            for (nint i = 0; i < Positions; i++) rest += Lanes<T>.Broadcast(weight[i * step]) * Lanes<T>.LoadPartial(x + (i * row), count);
            rest.StorePartial(y, count);
        }
    }

    private sealed unsafe class ForwardLaunch<T, TM, TS>(TensorView qkv, TensorView rates, double scale, TensorView z, TensorView p)
        : ExamplesLaunch<T>("rated_attention", [qkv, rates], [z, p], qkv.Shape)
        where T : unmanaged, INumber<T>
        where TM : struct, IMath<Lanes<T>>
        where TS : struct, IScalarMath<T>
    {
        public override void Run(int begin, int end)
        {
            int heads = Heads, positions = Positions, features = Features, most = Some * heads * positions;
            int padded = PaddedRows.Length<T>(most);
            nint part = Part, row = 3 * part;
            // Scores [key, example · head · query]: a softmax over keys is one over rows of vectors.
            T* scores = Scratch.Take<T>(((nint)positions * padded) + positions), pattern = scores + ((nint)positions * padded), q = qkv.Pointer<T>(), gathered = z.Pointer<T>();
            new Span<T>(scores, positions * padded).Clear();
            T factor = T.CreateTruncating(scale);
            for (int unit = begin; unit < end; unit++)
            {
                int from = unit * Some, past = Math.Min(Examples, from + Some), at = 0;
                for (int e = from; e < past; e++)
                {
                    for (int h = 0; h < heads; h++)
                    {
                        T* x = q + (e * (positions * row)) + ((nint)h * features);
                        for (int query = 0; query < positions; query++, at++)
                            for (int key = 0; key < positions; key++) scores[(key * padded) + at] = factor * Dot(x + (query * row), x + (key * row) + part, features);
                    }
                }
                Softmax(scores, positions, padded);
                at = 0;
                T* kept = p.Pointer<T>() + ((nint)from * heads * positions * positions);
                for (int e = from; e < past; e++)
                {
                    T alpha = rates.Pointer<T>()[e / Each];
                    for (int h = 0; h < heads; h++)
                    {
                        T* v = q + (e * (positions * row)) + ((nint)h * features) + (2 * part), to = gathered + (e * (positions * part)) + ((nint)h * features);
                        for (int query = 0; query < positions; query++, at++, kept += positions)
                        {
                            for (int key = 0; key < positions; key++)
                            {
                                kept[key] = scores[(key * padded) + at];
                                pattern[key] = (alpha * kept[key]) + (T.One - alpha);
                            }
                            Mix(to + (query * part), pattern, 1, v, row);
                        }
                    }
                }
            }
        }

        private static void Softmax(T* scores, int keys, int padded)
        {
            for (int c = 0; c < padded; c += Lanes<T>.Count)
            {
                T* column = scores + c;
                Lanes<T> most = Lanes<T>.Load(column), sum = default;
                for (int key = 1; key < keys; key++) most = TM.Max(most, Lanes<T>.Load(column + ((nint)key * padded)));
                for (int key = 0; key < keys; key++)
                {
                    Lanes<T> weight = TM.Exp(Lanes<T>.Load(column + ((nint)key * padded)) - most);
                    weight.Store(column + ((nint)key * padded));
                    sum += weight;
                }
                for (int key = 0; key < keys; key++) (Lanes<T>.Load(column + ((nint)key * padded)) / sum).Store(column + ((nint)key * padded));
            }
        }

        public override void Enqueue(KernelQueue queue)
        {
            int rows = checked(Examples * Heads * Positions);
            if (rows > 0) RatedAttentionKernels.Forward<T, TS>(queue, KernelConfig.ForElements(rows), z, p, qkv, rates, rows, Each, Positions, Heads, Features, TS.Of(scale));
        }
    }

    private sealed unsafe class BackwardLaunch<T, TM, TS>(TensorView qkv, TensorView rates, double scale, TensorView p, TensorView dz, TensorView dqkv)
        : ExamplesLaunch<T>("rated_attention_backward", [qkv, rates, p, dz], [dqkv], qkv.Shape)
        where T : unmanaged, INumber<T>
        where TM : struct, IMath<Lanes<T>>
        where TS : struct, IScalarMath<T>
    {
        public override long Work => 2 * base.Work;

        public override void Run(int begin, int end)
        {
            int heads = Heads, positions = Positions, features = Features;
            nint part = Part, row = 3 * part;
            // [query, key]: slopes of the scores, and A.
            T* slopes = Scratch.Take<T>(2 * positions * positions), pattern = slopes + (positions * positions);
            T factor = T.CreateTruncating(scale);
            for (int e = begin * Some; e < Math.Min(Examples, end * Some); e++)
            {
                T alpha = rates.Pointer<T>()[e / Each];
                for (int h = 0; h < heads; h++)
                {
                    nint first = ((nint)e * positions * row) + ((nint)h * features);
                    T* x = qkv.Pointer<T>() + first, dx = dqkv.Pointer<T>() + first, slope = dz.Pointer<T>() + ((nint)e * positions * part) + ((nint)h * features);
                    T* softmax = p.Pointer<T>() + (((nint)e * heads) + h) * positions * positions;
                    for (int query = 0; query < positions; query++)
                    {
                        T mean = T.Zero;
                        for (int key = 0; key < positions; key++)
                        {
                            int at = (query * positions) + key;
                            pattern[at] = (alpha * softmax[at]) + (T.One - alpha);
                            slopes[at] = Dot(slope + (query * part), x + (key * row) + (2 * part), features);
                            mean += softmax[at] * slopes[at];
                        }
                        for (int key = 0; key < positions; key++)
                        {
                            int at = (query * positions) + key;
                            slopes[at] = factor * alpha * softmax[at] * (slopes[at] - mean);
                        }
                    }
                    for (int i = 0; i < positions; i++)
                    {
                        Mix(dx + (i * row), slopes + (i * positions), 1, x + part, row);
                        Mix(dx + (i * row) + part, slopes + i, positions, x, row);
                        Mix(dx + (i * row) + (2 * part), pattern + i, positions, slope, part);
                    }
                }
            }
        }

        public override void Enqueue(KernelQueue queue)
        {
            int rows = checked(Examples * Heads * Positions);
            if (rows == 0) return;
            TensorView slopes = queue.Scratch(p.Shape, p.DType);
            RatedAttentionKernels.Queries<T, TS>(queue, KernelConfig.ForElements(rows), slopes, dqkv, qkv, rates, p, dz, rows, Each, Positions, Heads, Features, TS.Of(scale));
            RatedAttentionKernels.KeysAndValues<T, TS>(queue, KernelConfig.ForElements(rows), dqkv, slopes, qkv, rates, p, dz, rows, Each, Positions, Heads, Features);
        }
    }
}
