using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Host;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

public static partial class PairMix
{
    private sealed unsafe class WeightsLaunch<T, TM, TS>(TensorView tables, TensorView dweights, TensorView pairs, TensorView dy, TensorView? y)
        : PairLaunch<T>("pair_mix_weights", [tables, pairs, dy, .. y is null ? Array.Empty<TensorView>() : [y]], [dweights], tables.Shape, dweights.Shape, pairs)
        where T : unmanaged, INumber<T>
        where TM : struct, IMath<Lanes<T>>
        where TS : struct, IScalarMath<T>
    {
        private int Pieces => (Pairs + Some - 1) / Some;

        public override int Grid => Replicas * Pieces;

        public override void Run(int begin, int end)
        {
            int length = PaddedRows.Length<T>(D);
            T* slope = Scratch.Take<T>(length);
            new Span<T>(slope, length).Clear();
            for (int unit = begin; unit < end; unit++)
            {
                var (r, piece) = Math.DivRem(unit, Pieces);
                for (int n = piece * Some; n < Math.Min(Pairs, (piece + 1) * Some); n++)
                {
                    nint at = ((nint)r * Pairs) + n;
                    T* to = dweights.Pointer<T>() + (at * Heads);
                    if (!Seek(r, n, out int a, out int b))
                    {
                        new Span<T>(to, Heads).Fill(T.CreateTruncating(double.NaN));
                        continue;
                    }
                    Cut(dy.Pointer<T>() + (at * D), y is null ? null : y.Pointer<T>() + (at * D), slope);
                    T* first = tables.Pointer<T>() + (((r * (nint)Tables) + 1) * Table) + ((nint)a * D), second = first + (Heads * Table) + (((nint)b - a) * D);
                    int h = 0;
                    for (; h + 4 <= Heads; h += 4) Dots(slope, first + (h * Table), second + (h * Table), to + h);
                    for (; h < Heads; h++) to[h] = Dot(slope, first + (h * Table), second + (h * Table));
                }
            }
        }

        // dy where y is above 0, in whole vectors. The last one ends with the row and is zero where the one before has been.
        private void Cut(T* from, T* cut, T* slope)
        {
            int whole = D / Lanes<T>.Count * Lanes<T>.Count;
            if (cut == null) Unsafe.CopyBlockUnaligned(slope, from, (uint)(whole * sizeof(T)));
            else for (int c = 0; c < whole; c += Lanes<T>.Count) TM.SelectLessOrEqual(Lanes<T>.Load(cut + c), default, default, Lanes<T>.Load(from + c)).Store(slope + c);
            int shift = D < Lanes<T>.Count ? 0 : whole + Lanes<T>.Count - D;
            for (int c = whole; c < D; c++) slope[c + shift] = cut != null && cut[c] <= T.Zero ? T.Zero : from[c];
        }

        private void Dots(T* slope, T* f, T* s, T* to)
        {
            nint table = Table, d = D;
            if (d < Lanes<T>.Count)
            {
                for (int h = 0; h < 4; h++) to[h] = Dot(slope, f + (h * table), s + (h * table));
                return;
            }
            T* f1 = f + table, f2 = f1 + table, f3 = f2 + table, s1 = s + table, s2 = s1 + table, s3 = s2 + table;
            Lanes<T> d0 = default, d1 = default, d2 = default, d3 = default;
            for (nint c = 0; c < d; c += Lanes<T>.Count)
            {
                Lanes<T> dy = Lanes<T>.Load(slope + c);
                nint at = Math.Min(c, d - Lanes<T>.Count);
                d0 = TM.Fma(dy, Lanes<T>.Load(f + at) - Lanes<T>.Load(s + at), d0);
                d1 = TM.Fma(dy, Lanes<T>.Load(f1 + at) - Lanes<T>.Load(s1 + at), d1);
                d2 = TM.Fma(dy, Lanes<T>.Load(f2 + at) - Lanes<T>.Load(s2 + at), d2);
                d3 = TM.Fma(dy, Lanes<T>.Load(f3 + at) - Lanes<T>.Load(s3 + at), d3);
            }
            (to[0], to[1], to[2], to[3]) = (d0.Sum(), d1.Sum(), d2.Sum(), d3.Sum());
        }

        private T Dot(T* slope, T* f, T* s)
        {
            nint d = D;
            if (d < Lanes<T>.Count) return (Lanes<T>.Load(slope) * (Lanes<T>.LoadPartial(f, D) - Lanes<T>.LoadPartial(s, D))).Sum();
            Lanes<T> sum = default;
            for (nint c = 0; c < d; c += Lanes<T>.Count)
            {
                nint at = Math.Min(c, d - Lanes<T>.Count);
                sum = TM.Fma(Lanes<T>.Load(slope + c), Lanes<T>.Load(f + at) - Lanes<T>.Load(s + at), sum);
            }
            return sum.Sum();
        }

        public override void Enqueue(KernelQueue queue)
        {
            if (dweights.Count == 0) return;
            Watch(queue);
            PairMixKernels.Weights<T, TS>(
                queue, KernelConfig.ForElements(dweights.Count), dweights, tables, Indices, dy, y ?? dy, checked((int)dweights.Count), Pairs, Heads, Rows, D, y is null ? 0 : 1);
        }
    }
}
