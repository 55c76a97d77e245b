using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Mean squared error per replica: <c>y[r] = Σ (prediction − target)² / n</c> over all axes but the first. f32 and f64,
/// accumulated in double; bound by memory.
/// </summary>
/// <remarks>
/// A block of 8,192 elements has two accumulators of 8 doubles, for the lower and the upper half of each vector; they are
/// added, then the lanes fold by halves. <see cref="Reduce"/> adds the blocks.
/// </remarks>
public static class MeanSquaredError
{
    private const int Block = 8192;

    // What a work item of a processor, or a warp of a GPU, writes of the gradient.
    private const int DeviceBlock = 1024;

    /// <summary>The error of each replica, [R].</summary>
    public static TensorView Forward(TensorView prediction, TensorView target)
    {
        Check(prediction, target);
        int replicas = prediction.Shape[0], count = Count(prediction), blocks = Math.Max(1, (count + Block - 1) / Block);
        TensorView sums = prediction.Device.Empty([replicas, blocks], DType.F64);
        (prediction, target) = (Copy.Contiguous(prediction), Copy.Contiguous(target));
        prediction.Device.Submit(prediction.DType == DType.F32
            ? new ForwardLaunch<float, F32>(prediction, target, count, blocks, sums)
            : new ForwardLaunch<double, F64>(prediction, target, count, blocks, sums));
        return Cast.To(Sum.Divided(sums, 1, count), prediction.DType).Reshape([replicas]);
    }

    /// <summary>The gradient of the prediction, <c>2/n · dy[r] · (prediction − target)</c>; the target's is its negative.</summary>
    public static TensorView Backward(TensorView prediction, TensorView target, TensorView dy)
    {
        TensorView dx = prediction.Device.Empty(prediction.Shape, prediction.DType);
        (prediction, target, dy) = (Copy.Contiguous(prediction), Copy.Contiguous(target), Copy.Contiguous(dy));
        prediction.Device.Submit(prediction.DType == DType.F32
            ? new BackwardLaunch<float, F32>(prediction, target, dy, Count(prediction), dx)
            : new BackwardLaunch<double, F64>(prediction, target, dy, Count(prediction), dx));
        return dx;
    }

    private static int Count(TensorView x) => x.Shape[0] == 0 ? 0 : (int)(x.Count / x.Shape[0]);

    private static void Check(TensorView prediction, TensorView target)
    {
        Require.Float("mean_squared", prediction);
        Require.Same("mean_squared", prediction, target);
        Require.Shaped("mean_squared", "the target", target, prediction.Shape);
        Require.Rank("mean_squared", prediction, 1);
    }

    private sealed unsafe class ForwardLaunch<T, TS>(TensorView prediction, TensorView target, int count, int blocks, TensorView sums)
        : Launch("mean_squared", [prediction, target], [sums])
        where T : unmanaged, INumber<T>
        where TS : struct, IScalarMath<T>
    {
        public override int Grid => (int)sums.Count;

        public override long Work => 3 * sums.Count * Math.Min(count, Block);

        public override Launch? For(ReplicaBlock block) => block.Cuts(prediction, target, sums)
            ? new ForwardLaunch<T, TS>(block.Of(prediction), block.Of(target), count, blocks, block.Of(sums))
            : null;

        public override void Enqueue(KernelQueue queue)
        {
            RowThreads threads = RowThreads.For(queue.Device, Math.Min(count, Block));
            MeanSquaredErrorKernels.Forward<T, TS>(queue, threads.Over(Grid), sums, prediction, target, Grid, blocks, count, Block, threads.Lanes);
        }

        public override void Run(int begin, int end)
        {
            T* p = prediction.Pointer<T>(), t = target.Pointer<T>();
            double* y = sums.Pointer<double>();
            for (int unit = begin; unit < end; unit++)
            {
                (int replica, int block) = Math.DivRem(unit, blocks);
                int start = block * Block, length = Math.Min(Block, count - start);
                nint at = ((nint)replica * count) + start;
                int whole = length / Lanes<T>.Count * Lanes<T>.Count, tail = length - whole;
                // The padded vector comes first: a call behind the loop would cost it its registers.
                Lanes<T> last = tail > 0 ? Lanes<T>.LoadPartial(p + at + whole, tail) - Lanes<T>.LoadPartial(t + at + whole, tail) : default;
                y[unit] = SumOfSquares(p + at, t + at, whole, last);
            }
        }

        private static double SumOfSquares(T* p, T* t, int whole, Lanes<T> last)
        {
            Vector512<double> lower = default, upper = default;
            Add(last, ref lower, ref upper);
            for (int i = 0; i < whole; i += Lanes<T>.Count) Add(Lanes<T>.Load(p + i) - Lanes<T>.Load(t + i), ref lower, ref upper);
            return new Lanes<double>(lower + upper).Sum();
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add(Lanes<T> difference, ref Vector512<double> lower, ref Vector512<double> upper)
        {
            if (typeof(T) == typeof(float))
            {
                (Vector512<double> a, Vector512<double> b) = Vector512.Widen(difference.V.AsSingle());
                lower += a * a;
                upper += b * b;
            }
            else
            {
                lower += difference.V.AsDouble() * difference.V.AsDouble();
            }
        }
    }

    private sealed unsafe class BackwardLaunch<T, TS>(TensorView prediction, TensorView target, TensorView dy, int count, TensorView dx)
        : Launch("mean_squared_backward", [prediction, target, dy], [dx])
        where T : unmanaged, INumber<T>
        where TS : struct, IScalarMath<T>
    {
        private readonly int blocks = (count + Block - 1) / Block;

        public override int Grid => prediction.Shape[0] * blocks;

        public override long Work => 2 * dx.Count;

        public override Launch? For(ReplicaBlock block) => block.Cuts(prediction, target, dy, dx)
            ? new BackwardLaunch<T, TS>(block.Of(prediction), block.Of(target), block.Of(dy), count, block.Of(dx))
            : null;

        public override void Enqueue(KernelQueue queue)
        {
            RowThreads threads = RowThreads.For(queue.Device, Math.Min(count, DeviceBlock));
            int pieces = (count + DeviceBlock - 1) / DeviceBlock, units = prediction.Shape[0] * pieces;
            MeanSquaredErrorKernels.Backward<T, TS>(queue, threads.Over(units), dx, prediction, target, dy, units, pieces, count, DeviceBlock, threads.Lanes);
        }

        public override void Run(int begin, int end)
        {
            T* p = prediction.Pointer<T>(), t = target.Pointer<T>(), slopes = dy.Pointer<T>(), d = dx.Pointer<T>();
            for (int unit = begin; unit < end; unit++)
            {
                (int replica, int block) = Math.DivRem(unit, blocks);
                int start = block * Block, length = Math.Min(Block, count - start), whole = length / Lanes<T>.Count * Lanes<T>.Count, tail = length - whole;
                nint at = ((nint)replica * count) + start;
                Lanes<T> factor = Lanes<T>.Broadcast(T.CreateTruncating(2 * double.CreateTruncating(slopes[replica]) / count));
                if (tail > 0)
                {
                    Lanes<T> last = (Lanes<T>.LoadPartial(p + at + whole, tail) - Lanes<T>.LoadPartial(t + at + whole, tail)) * factor;
                    last.StorePartial(d + at + whole, tail);
                }
                for (nint i = at; i < at + whole; i += Lanes<T>.Count) ((Lanes<T>.Load(p + i) - Lanes<T>.Load(t + i)) * factor).Store(d + i);
            }
        }
    }
}
