using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Host;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

public static partial class PairMix
{
    private sealed unsafe class TablesLaunch<T, TM, TS>(TensorView dtables, TensorView weights, TensorView pairs, TensorView dy, TensorView? y)
        : PairLaunch<T>("pair_mix_tables", [weights, pairs, dy, .. y is null ? Array.Empty<TensorView>() : [y]], [dtables], dtables.Shape, weights.Shape, pairs)
        where T : unmanaged, INumber<T>
        where TM : struct, IMath<Lanes<T>>
        where TS : struct, IScalarMath<T>
    {
        // Rows of the tables that b picks, then of those that a picks, of every replica.
        public override int Grid => D == 0 ? 0 : Replicas * 2 * Rows;

        public override long Work => 2 * base.Work;

        public override void Run(int begin, int end)
        {
            int length = PaddedRows.Length<T>(D);
            T* sums = Scratch.Take<T>((nint)(1 + MostHeads) * length + ((long)sizeof(int) * (Rows + 1 + Pairs) / sizeof(T)) + 1);
            int* starts = (int*)(sums + ((nint)(1 + MostHeads) * length)), order = starts + Rows + 1;
            int sorted = -1;
            bool isGood = true;
            for (int unit = begin; unit < end; unit++)
            {
                var (list, row) = Math.DivRem(unit, Rows);
                var (r, side) = Math.DivRem(list, 2);
                if (list != sorted) isGood = Sort(r, side, starts, order);
                sorted = list;
                var places = new ReadOnlySpan<int>(order + starts[row], starts[row + 1] - starts[row]);
                T* to = dtables.Pointer<T>() + ((((nint)r * Tables * Rows) + row) * D);
                for (int h = 0; h < Heads; h += MostHeads)
                {
                    int ground = side == 0 && h == 0 ? 1 : 0, heads = Math.Min(Heads - h, MostHeads);
                    new Span<T>(sums, (ground + heads) * length).Clear();
                    if (isGood) Sum(r, places, h, ground, heads, sums);
                    else new Span<T>(sums, (ground + heads) * length).Fill(T.CreateTruncating(double.NaN));
                    if (ground > 0) Write(sums, to, isNegative: false);
                    for (int i = 0; i < heads; i++) Write(sums + ((nint)(ground + i) * length), to + ((1 + (side == 0 ? Heads : 0) + h + i) * Table), isNegative: side == 0);
                }
            }
        }

        // The pairs of each row, in their order: a counting sort.
        private bool Sort(int r, int side, int* starts, int* order)
        {
            new Span<int>(starts, Rows + 1).Clear();
            bool isGood = true;
            for (int n = 0; n < Pairs; n++)
            {
                if (Seek(r, n, out int a, out int b)) starts[side == 0 ? b : a]++;
                else isGood = false;
            }
            int total = 0;
            for (int row = 0; row <= Rows; row++) (starts[row], total) = (total, total + starts[row]);
            for (int n = 0; n < Pairs; n++)
                if (Seek(r, n, out int a, out int b)) order[starts[side == 0 ? b : a]++] = n;
            for (int row = Rows; row > 0; row--) starts[row] = starts[row - 1];
            starts[0] = 0;
            return isGood;
        }

        private void Sum(int r, ReadOnlySpan<int> places, int h, int ground, int heads, T* sums)
        {
            nint at = (nint)r * Pairs;
            T* from = dy.Pointer<T>() + (at * D), cut = y is null ? from : y.Pointer<T>() + (at * D), weight = weights.Pointer<T>() + (at * Heads) + h;
            if (D < Lanes<T>.Count) Narrow(places, from, y is null ? null : cut, weight, ground, heads, sums);
            else if (heads == 4 && ground == 1) Sum<Size1, Size4>(places, from, cut, weight, sums);
            else if (heads == 4) Sum<None, Size4>(places, from, cut, weight, sums);
            else
            {
                if (ground == 1) Sum<Size1, None>(places, from, cut, weight, sums);
                for (int i = 0; i < heads; i++) Sum<None, Size1>(places, from, cut, weight + i, sums + ((nint)(ground + i) * PaddedRows.Length<T>(D)));
            }
        }

        private void Sum<TGround, TCount>(ReadOnlySpan<int> places, T* from, T* cut, T* weight, T* sums)
            where TGround : struct, ISize
            where TCount : struct, ISize
        {
            int i = 0;
            if (y is null)
            {
                for (; i <= places.Length - 4; i += 4) Add<TGround, TCount, Size4, None>(places[i], places[i + 1], places[i + 2], places[i + 3], from, cut, D, weight, Heads, sums);
                for (; i < places.Length; i++) Add<TGround, TCount, Size1, None>(places[i], 0, 0, 0, from, cut, D, weight, Heads, sums);
            }
            else
            {
                for (; i <= places.Length - 4; i += 4) Add<TGround, TCount, Size4, Size1>(places[i], places[i + 1], places[i + 2], places[i + 3], from, cut, D, weight, Heads, sums);
                for (; i < places.Length; i++) Add<TGround, TCount, Size1, Size1>(places[i], 0, 0, 0, from, cut, D, weight, Heads, sums);
            }
        }

        // One or four pairs added to a row of ground and of each head's table, which stay in L1. The pairs' own rows pass by once, from end to end: a vector
        // of columns at a time, with its sums in registers, visits a page for each pair and is ten times slower. Nothing in the loop may be a call.
        [MethodImpl(MethodImplOptions.NoInlining)]
        private static void Add<TGround, TCount, TPairs, TCut>(int n0, int n1, int n2, int n3, T* from, T* cut, nint d, T* weight, nint width, T* sums)
            where TGround : struct, ISize
            where TCount : struct, ISize
            where TPairs : struct, ISize
            where TCut : struct, ISize
        {
            nint length = (d + Lanes<T>.Count - 1) / Lanes<T>.Count * Lanes<T>.Count;
            T* f0 = from + (n0 * d), f1 = from + (n1 * d), f2 = from + (n2 * d), f3 = from + (n3 * d);
            T* c0 = cut + (n0 * d), c1 = cut + (n1 * d), c2 = cut + (n2 * d), c3 = cut + (n3 * d);
            T* w0 = weight + (n0 * width), w1 = weight + (n1 * width), w2 = weight + (n2 * width), w3 = weight + (n3 * width);
            for (nint c = 0; c < d; c += Lanes<T>.Count)
            {
                // The last vector ends with the row: it has columns of the one before once more, which are not written out.
                nint at = Math.Min(c, d - Lanes<T>.Count);
                Lanes<T> s0 = Lanes<T>.Load(f0 + at), s1 = default, s2 = default, s3 = default;
                if (TCut.Value > 0) s0 = TM.SelectLessOrEqual(Lanes<T>.Load(c0 + at), default, default, s0);
                if (TPairs.Value > 1)
                {
                    s1 = Lanes<T>.Load(f1 + at);
                    s2 = Lanes<T>.Load(f2 + at);
                    s3 = Lanes<T>.Load(f3 + at);
                    if (TCut.Value > 0)
                    {
                        s1 = TM.SelectLessOrEqual(Lanes<T>.Load(c1 + at), default, default, s1);
                        s2 = TM.SelectLessOrEqual(Lanes<T>.Load(c2 + at), default, default, s2);
                        s3 = TM.SelectLessOrEqual(Lanes<T>.Load(c3 + at), default, default, s3);
                    }
                }
                T* sum = sums + c;
                if (TGround.Value > 0)
                {
                    Lanes<T> ground = Lanes<T>.Load(sum) + s0;
                    if (TPairs.Value > 1) ground = ground + s1 + s2 + s3;
                    ground.Store(sum);
                    sum += length;
                }
                for (int h = 0; h < TCount.Value; h++, sum += length)
                {
                    Lanes<T> head = TM.Fma(Lanes<T>.Broadcast(w0[h]), s0, Lanes<T>.Load(sum));
                    if (TPairs.Value > 1)
                    {
                        head = TM.Fma(Lanes<T>.Broadcast(w1[h]), s1, head);
                        head = TM.Fma(Lanes<T>.Broadcast(w2[h]), s2, head);
                        head = TM.Fma(Lanes<T>.Broadcast(w3[h]), s3, head);
                    }
                    head.Store(sum);
                }
            }
        }

        // Tables narrower than a vector.
        private void Narrow(ReadOnlySpan<int> places, T* from, T* cut, T* weight, int ground, int heads, T* sums)
        {
            foreach (int n in places)
            {
                Lanes<T> slope = Lanes<T>.LoadPartial(from + ((nint)n * D), D);
                if (cut != null) slope = TM.SelectLessOrEqual(Lanes<T>.LoadPartial(cut + ((nint)n * D), D), default, default, slope);
                for (int t = 0; t < ground + heads; t++)
                {
                    Lanes<T> w = t < ground ? TM.Of(1) : Lanes<T>.Broadcast(weight[((nint)n * Heads) + t - ground]);
                    TM.Fma(w, slope, Lanes<T>.Load(sums + (t * Lanes<T>.Count))).Store(sums + (t * Lanes<T>.Count));
                }
            }
        }

        private void Write(T* sums, T* to, bool isNegative)
        {
            int whole = D < Lanes<T>.Count ? 0 : D / Lanes<T>.Count * Lanes<T>.Count, shift = whole == 0 ? 0 : (whole + Lanes<T>.Count - D) % Lanes<T>.Count;
            for (int c = 0; c < D; c++)
            {
                T sum = sums[c < whole ? c : c + shift];
                to[c] = isNegative ? -sum : sum;
            }
        }

        public override void Enqueue(KernelQueue queue)
        {
            if (dtables.Count == 0) return;
            TensorView Sorted(int which)
            {
                TensorView dense = queue.Scratch([Replicas, Pairs], DType.I32);
                Copy.Enqueue(queue, dense, Indices.Slice(2, which, 1).Squeeze(2));
                return dense;
            }
            Watch(queue);
            IndexSort.Sorted first = IndexSort.Enqueue(queue, Sorted(0), Replicas, Pairs, Rows), second = IndexSort.Enqueue(queue, Sorted(1), Replicas, Pairs, Rows);
            PairMixKernels.Tables<T, TS>(
                queue, KernelConfig.ForElements((long)Rows * D) with { GridY = Replicas * Tables }, dtables, weights, dy, y ?? dy,
                first.Order, first.Starts, first.IsBad, second.Order, second.Starts, second.IsBad, Pairs, Heads, Rows, D, y is null ? 0 : 1);
        }
    }
}
