using System.Numerics;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Cross-entropy per replica: the mean of log Σ eˣ − x[class] over the rows of <c>logits [R, ..., C]</c> with <c>classes</c>
/// I32 [R, ...]. f32 and f64; rows' losses are added in double, in the order of <see cref="Reduce"/>. Bound by the exponential.
/// A class outside 0…C−1 is an error when run eagerly and makes the loss and the row's gradient NaN in a captured step.
/// </summary>
public static class CrossEntropy
{
    /// <summary>The mean loss of each replica, [R].</summary>
    public static TensorView Forward(TensorView logits, TensorView classes)
    {
        Check(logits, classes);
        int replicas = logits.Shape[0];
        TensorView losses = logits.Device.Empty(classes.Shape, DType.F64);
        (logits, classes) = (Copy.Contiguous(logits), Copy.Contiguous(classes));
        logits.Device.Submit(logits.DType == DType.F32
            ? new ForwardLaunch<float, MathF32, F32>(logits, classes, losses, !logits.Device.IsCapturing)
            : new ForwardLaunch<double, MathF64, F64>(logits, classes, losses, !logits.Device.IsCapturing));
        int rows = (int)(losses.Count / Math.Max(1, replicas));
        return Cast.To(Sum.Mean(losses.Reshape([replicas, rows]), 1), logits.DType).Reshape([replicas]);
    }

    /// <summary>The gradient of the logits: <c>dy[r] / rows · (softmax(x) − onehot(class))</c>.</summary>
    public static TensorView Backward(TensorView logits, TensorView classes, TensorView dy)
    {
        TensorView dx = logits.Device.Empty(logits.Shape, logits.DType);
        (logits, classes, dy) = (Copy.Contiguous(logits), Copy.Contiguous(classes), Copy.Contiguous(dy));
        logits.Device.Submit(logits.DType == DType.F32
            ? new BackwardLaunch<float, MathF32, F32>(logits, classes, dy, dx)
            : new BackwardLaunch<double, MathF64, F64>(logits, classes, dy, dx));
        return dx;
    }

    private static void Check(TensorView logits, TensorView classes)
    {
        Require.Float("cross_entropy", logits);
        Require.Rank("cross_entropy", logits, 2);
        Require.Is("cross_entropy", classes, DType.I32);
        Require.Shaped("cross_entropy", "the tensor of classes", classes, logits.Shape.Without(logits.Shape.Rank - 1));
    }

    private sealed unsafe class ForwardLaunch<T, TM, TS>(TensorView logits, TensorView classes, TensorView losses, bool isChecked)
        : RowsLaunch<T>("cross_entropy", [logits, classes], [losses], logits, null, null, T.NegativeInfinity, workPerElement: 24)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TM : struct, IMath<Lanes<T>>
        where TS : struct, IScalarMath<T>
    {
        private readonly Shape shape = logits.Shape;

        public override Launch? For(ReplicaBlock block) => block.Cuts(Inputs[0], classes, losses)
            ? new ForwardLaunch<T, TM, TS>(block.Of(Inputs[0]), block.Of(classes), block.Of(losses), isChecked)
            : null;

        public override void Enqueue(KernelQueue queue)
        {
            if (isChecked) IndexFaults.Watch(queue, Name, classes, shape, shape.Rank - 1);
            RowThreads threads = Threads(queue);
            CrossEntropyKernels.Forward<T, TS>(queue, threads.Over(RowCount), losses, Inputs[0], classes, RowCount, RowLength, threads.Lanes);
        }

        protected override void Rows(int first, int rows, T* x, T* second, T* work)
        {
            T* maxima = stackalloc T[Lanes<T>.Count], sums = stackalloc T[Lanes<T>.Count];
            SoftmaxRows<T, TM>.Maxima(x, rows, Length, maxima);
            SoftmaxRows<T, TM>.Exponentials(x, rows, Length, maxima, work, sums);
            int* own = classes.Pointer<int>() + first;
            double* y = losses.Pointer<double>() + first;
            for (int r = 0; r < rows; r++)
            {
                bool isClass = (uint)own[r] < (uint)shape[^1];
                if (!isClass && isChecked) throw Indices.OutOfRange(Name, own[r], shape, shape.Rank - 1);
                double at = isClass ? double.CreateTruncating(x[((nint)r * Length) + own[r]]) : double.NaN;
                y[r] = Math.Log(double.CreateTruncating(sums[r])) + double.CreateTruncating(maxima[r]) - at;
            }
        }
    }

    private sealed unsafe class BackwardLaunch<T, TM, TS>(TensorView logits, TensorView classes, TensorView dy, TensorView dx)
        : RowsLaunch<T>("cross_entropy_backward", [logits, classes, dy], [dx], logits, null, dx, T.NegativeInfinity, workPerElement: 24)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TM : struct, IMath<Lanes<T>>
        where TS : struct, IScalarMath<T>
    {
        private readonly int count = logits.Shape[^1], rowsPerReplica = (int)(classes.Count / Math.Max(1, classes.Shape[0]));

        public override Launch? For(ReplicaBlock block) => block.Cuts(Inputs[0], Inputs[1], dy, Outputs[0])
            ? new BackwardLaunch<T, TM, TS>(block.Of(Inputs[0]), block.Of(Inputs[1]), block.Of(dy), block.Of(Outputs[0]))
            : null;

        public override void Enqueue(KernelQueue queue)
        {
            RowThreads threads = Threads(queue);
            CrossEntropyKernels.Backward<T, TS>(queue, threads.Over(RowCount), Outputs[0], Inputs[0], classes, dy, RowCount, rowsPerReplica, RowLength, threads.Lanes);
        }

        protected override void Rows(int first, int rows, T* x, T* second, T* dx)
        {
            T* maxima = stackalloc T[Lanes<T>.Count], sums = stackalloc T[Lanes<T>.Count], slopes = stackalloc T[Lanes<T>.Count];
            SoftmaxRows<T, TM>.Maxima(x, rows, Length, maxima);
            SoftmaxRows<T, TM>.Exponentials(x, rows, Length, maxima, dx, sums);
            int* own = classes.Pointer<int>() + first;
            T* replicas = dy.Pointer<T>();
            for (int r = 0; r < rows; r++) slopes[r] = replicas[(first + r) / rowsPerReplica] / T.CreateTruncating(rowsPerReplica);
            (Lanes<T>.Load(slopes) / Lanes<T>.Load(sums)).Store(sums);
            SoftmaxRows<T, TM>.Scale(dx, rows, Length, sums);
            for (int r = 0; r < rows; r++)
            {
                if ((uint)own[r] < (uint)count) dx[((nint)r * Length) + own[r]] -= slopes[r];
                else new Span<T>(dx + ((nint)r * Length), count).Fill(T.NaN);
            }
        }
    }
}
