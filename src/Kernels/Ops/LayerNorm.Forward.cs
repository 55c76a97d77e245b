using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Host;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

public static partial class LayerNorm
{
    /// <summary>
    /// A grid unit is as many rows (of one replica) as a vector has lanes: their deviations then take one division and
    /// one root together, and no row waits for its sums.
    /// </summary>
    private sealed unsafe class ForwardLaunch<T, TM, TS>(TensorView x, TensorView weight, TensorView bias, double eps, TensorView y, TensorView mean, TensorView rstd)
        : Launch("layer_norm", [x, weight, bias], [y, mean, rstd])
        where T : unmanaged, INumber<T>
        where TM : struct, IMath<Lanes<T>>
        where TS : struct, IScalarMath<T>
    {
        private readonly int d = x.Shape[^1], groups = Groups(weight), rows = Rows(x) / Groups(weight), length = PaddedRows.Length<T>(x.Shape[^1]);
        private readonly int chunks = ((Rows(x) / Groups(weight)) + Lanes<T>.Count - 1) / Lanes<T>.Count;
        private readonly Lanes<T> tail = TailLanes<T>(x.Shape[^1]);

        public override int Grid => groups * chunks;

        public override long Work => 8L * groups * rows * d;

        public override Launch? For(ReplicaBlock block) => weight.Shape.Rank == 2 && block.Cuts(x, weight, bias, y, mean, rstd)
            ? new ForwardLaunch<T, TM, TS>(block.Of(x), block.Of(weight), block.Of(bias), eps, block.Of(y), block.Of(mean), block.Of(rstd))
            : null;

        public override void Enqueue(KernelQueue queue)
        {
            RowThreads threads = RowThreads.For(queue.Device, d);
            LayerNormKernels.Forward<T, TS>(queue, threads.Over(groups * rows), y, mean, rstd, x, weight, bias, groups * rows, rows, d, T.CreateTruncating(eps), threads.Lanes);
        }

        public override void Run(int begin, int end)
        {
            T* pads = Scratch.Take<T>(((2 * Lanes<T>.Count) + 2) * (long)length), padsOfY = pads + (Lanes<T>.Count * (nint)length), padOfW = padsOfY + (Lanes<T>.Count * (nint)length);
            T* sums = stackalloc T[Lanes<T>.Count], means = stackalloc T[Lanes<T>.Count], rstds = stackalloc T[Lanes<T>.Count];
            T* px = x.Pointer<T>(), py = y.Pointer<T>(), pw = weight.Pointer<T>(), pb = bias.Pointer<T>(), pm = mean.Pointer<T>(), ps = rstd.Pointer<T>();
            for (int unit = begin; unit < end; unit++)
            {
                (int group, int chunk) = Math.DivRem(unit, chunks);
                int first = (group * rows) + (chunk * Lanes<T>.Count), count = Math.Min(Lanes<T>.Count, rows - (chunk * Lanes<T>.Count));
                T* from = PaddedRows.Read(px + ((nint)first * d), count, d, pads), place = py + ((nint)first * d), to = PaddedRows.Target(place, d, padsOfY);
                T* w = PaddedRows.Read(pw + ((nint)group * d), 1, d, padOfW), b = PaddedRows.Read(pb + ((nint)group * d), 1, d, padOfW + length);
                Sums(from, count, sums);
                (Lanes<T>.Load(sums) / TM.Of(d)).Store(means);
                SumsOfSquares(from, count, means, sums);
                (TM.Of(1) / TM.Sqrt((Lanes<T>.Load(sums) / TM.Of(d)) + TM.Of(eps))).Store(rstds);
                Normalize(from, count, means, rstds, w, b, to);
                PaddedRows.Write(to, place, count, d);
                Unsafe.CopyBlockUnaligned(pm + first, means, (uint)(count * sizeof(T)));
                Unsafe.CopyBlockUnaligned(ps + first, rstds, (uint)(count * sizeof(T)));
            }
        }

        private void Sums(T* x, int count, T* sums)
        {
            for (int r = 0; r < count; r++)
            {
                Lanes<T> sum = default;
                for (T* end = x + length; x < end; x += Lanes<T>.Count) sum += Lanes<T>.Load(x);
                sums[r] = sum.Sum();
            }
        }

        private void SumsOfSquares(T* x, int count, T* means, T* sums)
        {
            for (int r = 0; r < count; r++)
            {
                Lanes<T> sum = default, m = Lanes<T>.Broadcast(means[r]);
                for (T* last = x + length - Lanes<T>.Count; x < last; x += Lanes<T>.Count) sum += Square(Lanes<T>.Load(x) - m);
                sums[r] = (sum + Square((Lanes<T>.Load(x) - m) * tail)).Sum();
                x += Lanes<T>.Count;
            }
        }

        private void Normalize(T* x, int count, T* means, T* rstds, T* weight, T* bias, T* y)
        {
            for (int r = 0; r < count; r++)
            {
                Lanes<T> m = Lanes<T>.Broadcast(means[r]), s = Lanes<T>.Broadcast(rstds[r]);
                T* w = weight, b = bias;
                for (T* end = x + length; x < end; x += Lanes<T>.Count, y += Lanes<T>.Count, w += Lanes<T>.Count, b += Lanes<T>.Count)
                    (((Lanes<T>.Load(x) - m) * s * Lanes<T>.Load(w)) + Lanes<T>.Load(b)).Store(y);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static Lanes<T> Square(Lanes<T> x) => x * x;
    }

    /// <summary>1 in the lanes that the last vector of a row uses, 0 in its padding.</summary>
    private static unsafe Lanes<T> TailLanes<T>(int d) where T : unmanaged, INumber<T>
    {
        T* ones = stackalloc T[Lanes<T>.Count];
        int used = d - PaddedRows.Length<T>(d) + Lanes<T>.Count;
        for (int i = 0; i < Lanes<T>.Count; i++) ones[i] = i < used ? T.One : T.Zero;
        return Lanes<T>.Load(ones);
    }
}
