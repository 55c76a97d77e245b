using System.Numerics;
using Handmade.Kernels.Host;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

public static partial class PairMix
{
    private sealed unsafe class ForwardLaunch<T, TM, TS>(TensorView tables, TensorView weights, TensorView pairs, bool relu, TensorView y)
        : PairLaunch<T>("pair_mix", [tables, weights, pairs], [y], tables.Shape, weights.Shape, pairs)
        where T : unmanaged, INumber<T>
        where TM : struct, IMath<Lanes<T>>
        where TS : struct, IScalarMath<T>
    {
        private int Pieces => (Pairs + Some - 1) / Some;

        public override int Grid => Replicas * Pieces;

        public override void Run(int begin, int end)
        {
            for (int unit = begin; unit < end; unit++)
            {
                var (r, piece) = Math.DivRem(unit, Pieces);
                for (int n = piece * Some; n < Math.Min(Pairs, (piece + 1) * Some); n++)
                {
                    T* to = y.Pointer<T>() + ((((nint)r * Pairs) + n) * D);
                    if (Seek(r, n, out int a, out int b)) Mix(r, n, a, b, to);
                    else new Span<T>(to, D).Fill(T.CreateTruncating(double.NaN));
                }
            }
        }

        private void Mix(int r, int n, int a, int b, T* to)
        {
            T* ground = tables.Pointer<T>() + (r * Tables * Table) + ((nint)b * D), first = ground + Table + (((nint)a - b) * D), second = ground + ((1 + Heads) * Table);
            T* weight = weights.Pointer<T>() + ((((nint)r * Pairs) + n) * Heads);
            int h = 0;
            do
            {
                T* from = h == 0 ? ground : to, f = first + (h * Table), s = second + (h * Table);
                bool cut = relu && h + MostHeads >= Heads;
                switch (Math.Min(Heads - h, MostHeads))
                {
                    case 1: Mix<Size1>(from, f, s, weight + h, cut, to); break;
                    case 2: Mix<Size2>(from, f, s, weight + h, cut, to); break;
                    case 3: Mix<Size3>(from, f, s, weight + h, cut, to); break;
                    default: Mix<Size4>(from, f, s, weight + h, cut, to); break;
                }
                h += MostHeads;
            }
            while (h < Heads);
        }

        private void Mix<TCount>(T* from, T* f, T* s, T* weight, bool cut, T* to) where TCount : struct, ISize
        {
            nint table = Table, d = D;
            if (d < Lanes<T>.Count)
            {
                Lanes<T> sum = Lanes<T>.LoadPartial(from, (int)d);
                for (int h = 0; h < TCount.Value; h++)
                    sum = TM.Fma(Lanes<T>.Broadcast(weight[h]), Lanes<T>.LoadPartial(f + (h * table), (int)d) - Lanes<T>.LoadPartial(s + (h * table), (int)d), sum);
                if (cut) sum = TM.SelectLessOrEqual(sum, default, default, sum);
                sum.StorePartial(to, (int)d);
                return;
            }
            T* f1 = f + table, f2 = f1 + table, f3 = f2 + table, s1 = s + table, s2 = s1 + table, s3 = s2 + table;
            Lanes<T> zero = TM.Of(0), w0 = Lanes<T>.Broadcast(weight[0]), w1 = default, w2 = default, w3 = default;
            if (TCount.Value > 1) w1 = Lanes<T>.Broadcast(weight[1]);
            if (TCount.Value > 2) w2 = Lanes<T>.Broadcast(weight[2]);
            if (TCount.Value > 3) w3 = Lanes<T>.Broadcast(weight[3]);
            // Where to stands for from, columns that are worked out twice must not be read after they were written.
            Lanes<T> last = Lanes<T>.Load(from + d - Lanes<T>.Count);
            for (nint c = 0; c < d; c += Lanes<T>.Count)
            {
                Lanes<T> sum;
                if (c <= d - Lanes<T>.Count) sum = Lanes<T>.Load(from + c);
                else (sum, c) = (last, d - Lanes<T>.Count);
                sum = TM.Fma(w0, Lanes<T>.Load(f + c) - Lanes<T>.Load(s + c), sum);
                if (TCount.Value > 1) sum = TM.Fma(w1, Lanes<T>.Load(f1 + c) - Lanes<T>.Load(s1 + c), sum);
                if (TCount.Value > 2) sum = TM.Fma(w2, Lanes<T>.Load(f2 + c) - Lanes<T>.Load(s2 + c), sum);
                if (TCount.Value > 3) sum = TM.Fma(w3, Lanes<T>.Load(f3 + c) - Lanes<T>.Load(s3 + c), sum);
                if (cut) sum = TM.SelectLessOrEqual(sum, zero, zero, sum);
                sum.Store(to + c);
            }
        }

        public override void Enqueue(KernelQueue queue)
        {
            if (y.Count == 0) return;
            Watch(queue);
            PairMixKernels.Forward<T, TS>(queue, KernelConfig.ForElements(y.Count), y, tables, weights, Indices, checked((int)y.Count), Pairs, Heads, Rows, D, relu ? 1 : 0);
        }
    }
}
