using System.Numerics;
using Handmade.Kernels.Host;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

public static partial class LayerNorm
{
    /// <summary>
    /// With x̂ = (x − mean)·rstd and g = dy·weight: dx = rstd·(g − mean(g) − x̂·mean(g·x̂)); over the rows of a block
    /// dweight = Σ dy·x̂ and dbias = Σ dy, [groups, blocks, d] each. A grid unit is a block.
    /// </summary>
    private sealed unsafe class BackwardLaunch<T, TM, TS>(
        TensorView dy, TensorView x, TensorView weight, TensorView mean, TensorView rstd, int rows, int blocks, TensorView dx, TensorView dweight, TensorView dbias)
        : Launch("layer_norm_backward", [dy, x, weight, mean, rstd], [dx, dweight, dbias])
        where T : unmanaged, INumber<T>
        where TM : struct, IMath<Lanes<T>>
        where TS : struct, IScalarMath<T>
    {
        private readonly int d = x.Shape[^1], groups = Groups(weight), length = PaddedRows.Length<T>(x.Shape[^1]);

        public override int Grid => groups * blocks;

        public override long Work => 16L * groups * rows * d;

        public override Launch? For(ReplicaBlock block) => weight.Shape.Rank == 2 && block.Cuts(dy, x, weight, mean, rstd, dx, dweight, dbias)
            ? new BackwardLaunch<T, TM, TS>(
                block.Of(dy), block.Of(x), block.Of(weight), block.Of(mean), block.Of(rstd), rows, blocks, block.Of(dx), block.Of(dweight), block.Of(dbias))
            : null;

        public override void Enqueue(KernelQueue queue)
        {
            RowThreads threads = RowThreads.For(queue.Device, d);
            LayerNormKernels.Slopes<T, TS>(queue, threads.Over(groups * rows), dx, dy, x, weight, mean, rstd, groups * rows, rows, d, threads.Lanes);
            ColumnThreads columns = ColumnThreads.For(queue.Device, Math.Min(rows, BlockRows), d, sums: 2);
            LayerNormKernels.Gradients<T, TS>(
                queue, columns.Over(groups * blocks, d), dweight, dbias, dy, x, mean, rstd, groups * blocks, blocks, rows, BlockRows, d, columns.Lanes, columns.Width);
        }

        public override void Run(int begin, int end)
        {
            for (int unit = begin; unit < end; unit++)
            {
                (int group, int block) = Math.DivRem(unit, blocks);
                Block((group * rows) + (block * BlockRows), Math.Min(BlockRows, rows - (block * BlockRows)), group, unit);
            }
        }

        private void Block(int first, int count, int group, int unit)
        {
            nint chunk = Lanes<T>.Count * (nint)length;
            T* pads = Scratch.Take<T>((3 * chunk) + (3 * length)), padOfW = pads + (3 * chunk);
            T* g = stackalloc T[Lanes<T>.Count], gx = stackalloc T[Lanes<T>.Count];
            T* w = PaddedRows.Read(weight.Pointer<T>() + ((nint)group * d), 1, d, padOfW);
            T* toWeight = dweight.Pointer<T>() + ((nint)unit * d), toBias = dbias.Pointer<T>() + ((nint)unit * d);
            T* dw = PaddedRows.Target(toWeight, d, padOfW + length), db = PaddedRows.Target(toBias, d, padOfW + (2 * length));
            new Span<T>(dw, length).Clear();
            new Span<T>(db, length).Clear();
            T* px = x.Pointer<T>(), pdy = dy.Pointer<T>(), pdx = dx.Pointer<T>(), m = mean.Pointer<T>(), s = rstd.Pointer<T>();
            for (int row = first, left = count; left > 0; row += Lanes<T>.Count, left -= Lanes<T>.Count)
            {
                int now = Math.Min(left, Lanes<T>.Count);
                nint at = (nint)row * d;
                T* from = PaddedRows.Read(px + at, now, d, pads), slopes = PaddedRows.Read(pdy + at, now, d, pads + chunk), to = PaddedRows.Target(pdx + at, d, pads + (2 * chunk));
                Sums(from, slopes, now, m + row, s + row, w, g, gx, dw, db);
                (Lanes<T>.Load(g) / TM.Of(d)).Store(g);
                (Lanes<T>.Load(gx) / TM.Of(d)).Store(gx);
                Slopes(from, slopes, now, m + row, s + row, w, g, gx, to);
                PaddedRows.Write(to, pdx + at, now, d);
            }
            PaddedRows.Write(dw, toWeight, 1, d);
            PaddedRows.Write(db, toBias, 1, d);
        }

        /// <summary>Σg and Σg·x̂ of each row; what the rows add to the gradients of weight and bias.</summary>
        private void Sums(T* x, T* dy, int count, T* means, T* rstds, T* w, T* sumsOfG, T* sumsOfGx, T* dw, T* db)
        {
            for (int r = 0; r < count; r++, x += length, dy += length)
            {
                Lanes<T> m = Lanes<T>.Broadcast(means[r]), s = Lanes<T>.Broadcast(rstds[r]), sumOfG = default, sumOfGx = default;
                for (int i = 0; i < length; i += Lanes<T>.Count)
                {
                    Lanes<T> slope = Lanes<T>.Load(dy + i), normal = (Lanes<T>.Load(x + i) - m) * s, g = slope * Lanes<T>.Load(w + i);
                    sumOfG += g;
                    sumOfGx += g * normal;
                    (Lanes<T>.Load(dw + i) + (slope * normal)).Store(dw + i);
                    (Lanes<T>.Load(db + i) + slope).Store(db + i);
                }
                sumsOfG[r] = sumOfG.Sum();
                sumsOfGx[r] = sumOfGx.Sum();
            }
        }

        private void Slopes(T* x, T* dy, int count, T* means, T* rstds, T* w, T* meansOfG, T* meansOfGx, T* dx)
        {
            for (int r = 0; r < count; r++, x += length, dy += length, dx += length)
            {
                Lanes<T> m = Lanes<T>.Broadcast(means[r]), s = Lanes<T>.Broadcast(rstds[r]), a = Lanes<T>.Broadcast(meansOfG[r]), b = Lanes<T>.Broadcast(meansOfGx[r]);
                for (int i = 0; i < length; i += Lanes<T>.Count)
                {
                    Lanes<T> normal = (Lanes<T>.Load(x + i) - m) * s;
                    (s * ((Lanes<T>.Load(dy + i) * Lanes<T>.Load(w + i)) - a - (normal * b))).Store(dx + i);
                }
            }
        }
    }
}
