using System.Numerics;
using Handmade.Kernels.Host;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

public static partial class Attention
{
    private sealed unsafe partial class BackwardLaunch<T, TM, TS>(
        TensorView q, TensorView k, TensorView v, TensorView pattern, TensorView dz, double scale, TensorView dq, TensorView dk, TensorView dv)
        : HeadLaunch<T>("attention_backward", [q, k, v, pattern, dz], [dq, dk, dv])
        where T : unmanaged, IFloatingPointIeee754<T>
        where TM : struct, IVectorMath<T>
        where TS : struct, IScalarMath<T>
    {
        public override long Work => (long)Grid * N * N * ((10 * D) + 10);

        public override Launch? For(ReplicaBlock block) => Leading.Rank > 0 && block.Cuts(q, k, v, pattern, dz, dq, dk, dv)
            ? new BackwardLaunch<T, TM, TS>(block.Of(q), block.Of(k), block.Of(v), block.Of(pattern), block.Of(dz), scale, block.Of(dq), block.Of(dk), block.Of(dv))
            : null;

        // Four products over all pairs: the pattern holds the mask as zeros.
        public override long Flops => (long)Grid * N * N * 8 * D;

        protected override long ScratchLength(int queries, int features) => ((long)queries * (D + (2 * N))) + (2L * features * N);

        protected override void Heads<V, TV>(CachedProducts<T, V, TV> products, T** at, int count, int queries, int features, T* scratch)
        {
            for (int head = 0; head < count; head++, at += 8) Head(products, at, queries, features, scratch);
        }

        private void Head<V, TV>(CachedProducts<T, V, TV> products, T** at, int queries, int features, T* scratch)
            where V : struct
            where TV : struct, IVectors<V, T>
        {
            T* turned = scratch, slopes = turned + ((nint)queries * D), pad = slopes + ((nint)queries * N);
            T* weights = at[3], patternPad = pad + (2 * (nint)features * N);
            nint weightRow = pattern.Strides[^1];
            Pad(ref weights, ref weightRow, N, queries, patternPad);
            // dP[j, i] = v[j]·dz[i], from which dS.
            GemmPanels<T, V, TV>.Pack(at[4], dz.Strides[^2], 1, N, queries, D, turned);
            products.Multiply(at[2], v.Strides[^2], 1, turned, queries, slopes, queries, queries, D);
            for (int i = 0; i < queries; i += Vector<T>.Count) Slopes(slopes + i, queries, weights + i, weightRow);
            Sum(products, slopes, 1, queries, at[1], k.Strides[^2], at[5], dq.Strides[^2], features, pad);
            Sum(products, slopes, queries, 1, at[0], q.Strides[^2], at[6], dk.Strides[^2], features, pad);
            Sum(products, weights, weightRow, 1, at[4], dz.Strides[^2], at[7], dv.Strides[^2], features, pad);
        }

        // One register of queries: dS[j] = scale · P[j] (dP[j] − Σ_j P[j] dP[j]), in place of dP.
        private void Slopes(T* column, nint row, T* weights, nint weightRow)
        {
            Vector<T> mean = Vector<T>.Zero, factor = Vector.Create(T.CreateTruncating(scale));
            T* slope = column, weight = weights;
            for (int j = 0; j < N; j++, slope += row, weight += weightRow) mean = TM.MultiplyAdd(Vector.Load(weight), Vector.Load(slope), mean);
            for (int j = 0; j < N; j++, column += row, weights += weightRow) (Vector.Load(weights) * (Vector.Load(column) - mean) * factor).Store(column);
        }

        /// <summary>y[r, :] = Σ_s matrix[r, s] · x[s, :]; lanes over features.</summary>
        private void Sum<V, TV>(CachedProducts<T, V, TV> products, T* matrix, nint across, nint along, T* x, nint xRow, T* y, nint yRow, int features, T* pad)
            where V : struct
            where TV : struct, IVectors<V, T>
        {
            Pad(ref x, ref xRow, D, features, pad);
            T* made = features == D ? y : pad + ((nint)features * N);
            nint madeRow = features == D ? yRow : features;
            products.Multiply(matrix, across, along, x, xRow, made, madeRow, D, N);
            Unpad(made, madeRow, y, yRow, D);
        }
    }
}
