using System.Numerics;
using Handmade.Kernels.Host;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Cross-entropy per replica, worked out in double whatever the logits are: the mean of log Σ eˣ − x[class] over the rows of <c>[R, ..., C]</c>. Where
/// a network is sure of its answers, f32 knows of the loss only multiples of 1.2e-7, and of the gradient what is left of them.
/// </summary>
/// <remarks>The slopes softmax(x) − onehot(class) come with the loss, from the same exponentials, which bound both. A class outside 0…C−1 is an error when run eagerly, NaN in a captured step.</remarks>
public static class CrossEntropyInDouble
{
    /// <summary>The mean loss of each replica, F64 [R], and the slopes of the rows' losses, of the logits' shape and type.</summary>
    public static (TensorView Loss, TensorView Slopes) Forward(TensorView logits, TensorView classes)
    {
        const string op = "cross_entropy_in_double";
        Require.Float(op, logits);
        Require.Rank(op, logits, 2);
        Require.Is(op, classes, DType.I32);
        Require.Shaped(op, "the tensor of classes", classes, logits.Shape.Without(logits.Shape.Rank - 1));
        TensorView losses = logits.Device.Empty(classes.Shape, DType.F64), slopes = logits.Device.Empty(logits.Shape, logits.DType);
        (logits, classes) = (Copy.Contiguous(logits), Copy.Contiguous(classes));
        logits.Device.Submit(logits.DType == DType.F32
            ? new RowsLaunch<float, F32>(logits, classes, losses, slopes)
            : new RowsLaunch<double, F64>(logits, classes, losses, slopes));
        int replicas = logits.Shape[0], rows = (int)(losses.Count / Math.Max(1, replicas));
        return (Sum.Mean(losses.Reshape([replicas, rows]), 1).Reshape([replicas]), slopes);
    }

    private sealed unsafe class RowsLaunch<T, TS>(TensorView logits, TensorView classes, TensorView losses, TensorView slopes)
        : Launch("cross_entropy_in_double", [logits, classes], [losses, slopes])
        where T : unmanaged, IFloatingPointIeee754<T>
        where TS : struct, IScalarMath<T>
    {
        private const int Some = 16;
        private readonly int count = logits.Shape[^1], rows = (int)classes.Count;
        private readonly bool isChecked = !logits.Device.IsCapturing;

        public override int Grid => (rows + Some - 1) / Some;

        public override long Work => 24L * rows * count;

        public override void Run(int begin, int end)
        {
            int padded = PaddedRows.Length<double>(count);
            double* row = Scratch.Take<double>(padded);
            for (int r = begin * Some; r < Math.Min(rows, end * Some); r++)
            {
                T* x = logits.Pointer<T>() + ((nint)r * count), dx = slopes.Pointer<T>() + ((nint)r * count);
                int own = classes.Pointer<int>()[r];
                bool isClass = (uint)own < (uint)count;
                if (!isClass && isChecked) throw Indices.OutOfRange(Name, own, logits.Shape, logits.Shape.Rank - 1);
                for (int c = 0; c < count; c++) row[c] = double.CreateTruncating(x[c]);
                for (int c = count; c < padded; c++) row[c] = double.NegativeInfinity;
                double most, at = isClass ? row[own] : double.NaN, sum;
                SoftmaxRows<double, MathF64>.Maxima(row, 1, padded, &most);
                SoftmaxRows<double, MathF64>.Exponentials(row, 1, padded, &most, row, &sum);
                double share = isClass ? 1 / sum : double.NaN;
                for (int c = 0; c < count; c++) dx[c] = T.CreateTruncating(row[c] * share);
                if (isClass) dx[own] = T.CreateTruncating((row[own] * share) - 1);
                losses.Pointer<double>()[r] = Math.Log(sum) + most - at;
            }
        }

        public override void Enqueue(KernelQueue queue)
        {
            if (rows == 0) return;
            if (isChecked) IndexFaults.Watch(queue, Name, classes, logits.Shape, logits.Shape.Rank - 1);
            CrossEntropyKernels.InDouble<T, TS>(queue, KernelConfig.ForElements(rows), losses, slopes, logits, classes, rows, count);
        }
    }
}
