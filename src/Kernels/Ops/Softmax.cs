using System.Numerics;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Softmax and its logarithm over the last axis, f32 and f64: y = eˣ / Σ eˣ with the row's maximum taken out first. A row
/// of which every element is −∞ (all masked) has no softmax and gives NaN, as in PyTorch. Bound by the exponential.
/// </summary>
/// <remarks>Sums over a row add its vectors one after the other, then the lanes fold by halves.</remarks>
public static class Softmax
{
    /// <summary>eˣ / Σ eˣ along the last axis.</summary>
    public static TensorView Forward(TensorView x) => Launch("softmax", x, null, (x, _, y) => x.DType == DType.F32
        ? new ForwardLaunch<float, MathF32, F32>(x, y)
        : new ForwardLaunch<double, MathF64, F64>(x, y));

    /// <summary>dx = y·(dy − Σ y·dy).</summary>
    public static TensorView Backward(TensorView y, TensorView dy) => Launch("softmax", y, dy, (y, dy, dx) => y.DType == DType.F32
        ? new BackwardLaunch<float, F32>(y, dy!, dx)
        : new BackwardLaunch<double, F64>(y, dy!, dx));

    /// <summary>x − log Σ eˣ along the last axis.</summary>
    public static TensorView LogForward(TensorView x) => Launch("log_softmax", x, null, (x, _, y) => x.DType == DType.F32
        ? new LogForwardLaunch<float, MathF32, F32>(x, y)
        : new LogForwardLaunch<double, MathF64, F64>(x, y));

    /// <summary>dx = dy − eʸ·Σ dy.</summary>
    public static TensorView LogBackward(TensorView y, TensorView dy) => Launch("log_softmax", y, dy, (y, dy, dx) => y.DType == DType.F32
        ? new LogBackwardLaunch<float, MathF32, F32>(y, dy!, dx)
        : new LogBackwardLaunch<double, MathF64, F64>(y, dy!, dx));

    private static TensorView Launch(string op, TensorView x, TensorView? second, Func<TensorView, TensorView?, TensorView, Launch> launch)
    {
        Require.Float(op, x);
        Require.Rank(op, x, 1);
        TensorView y = x.Device.Empty(x.Shape, x.DType);
        x.Device.Submit(launch(Copy.Contiguous(x), second is null ? null : Copy.Contiguous(second), y));
        return y;
    }

    private sealed unsafe class ForwardLaunch<T, TM, TS>(TensorView x, TensorView y) : RowsLaunch<T>("softmax", x, null, y, T.NegativeInfinity, workPerElement: 24)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TM : struct, IMath<Lanes<T>>
        where TS : struct, IScalarMath<T>
    {
        public override void Enqueue(KernelQueue queue) =>
            SoftmaxKernels.Forward<T, TS>(queue, Threads(queue).Over(RowCount), Outputs[0], Inputs[0], RowCount, RowLength, Threads(queue).Lanes);

        public override Launch? For(ReplicaBlock block) => Inputs[0].Shape.Rank > 1 && block.Cuts(Inputs[0], Outputs[0]) ? new ForwardLaunch<T, TM, TS>(block.Of(Inputs[0]), block.Of(Outputs[0])) : null;

        protected override void Rows(int first, int count, T* x, T* second, T* y)
        {
            T* maxima = stackalloc T[Lanes<T>.Count], sums = stackalloc T[Lanes<T>.Count];
            SoftmaxRows<T, TM>.Maxima(x, count, Length, maxima);
            SoftmaxRows<T, TM>.Exponentials(x, count, Length, maxima, y, sums);
            (TM.Of(1) / Lanes<T>.Load(sums)).Store(sums);
            SoftmaxRows<T, TM>.Scale(y, count, Length, sums);
        }
    }

    private sealed unsafe class LogForwardLaunch<T, TM, TS>(TensorView x, TensorView y) : RowsLaunch<T>("log_softmax", x, null, y, T.NegativeInfinity, workPerElement: 24)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TM : struct, IMath<Lanes<T>>
        where TS : struct, IScalarMath<T>
    {
        public override void Enqueue(KernelQueue queue) =>
            SoftmaxKernels.LogForward<T, TS>(queue, Threads(queue).Over(RowCount), Outputs[0], Inputs[0], RowCount, RowLength, Threads(queue).Lanes);

        public override Launch? For(ReplicaBlock block) => Inputs[0].Shape.Rank > 1 && block.Cuts(Inputs[0], Outputs[0]) ? new LogForwardLaunch<T, TM, TS>(block.Of(Inputs[0]), block.Of(Outputs[0])) : null;

        protected override void Rows(int first, int count, T* x, T* second, T* y)
        {
            T* maxima = stackalloc T[Lanes<T>.Count], sums = stackalloc T[Lanes<T>.Count];
            SoftmaxRows<T, TM>.Maxima(x, count, Length, maxima);
            SoftmaxRows<T, TM>.Exponentials(x, count, Length, maxima, y, sums);
            TM.Log(Lanes<T>.Load(sums)).Store(sums);
            for (int r = 0; r < count; r++, x += Length, y += Length)
            {
                Lanes<T> m = Lanes<T>.Broadcast(maxima[r]), log = Lanes<T>.Broadcast(sums[r]);
                for (int i = 0; i < Length; i += Lanes<T>.Count) (Lanes<T>.Load(x + i) - m - log).Store(y + i);
            }
        }
    }

    private sealed unsafe class BackwardLaunch<T, TS>(TensorView y, TensorView dy, TensorView dx) : RowsLaunch<T>("softmax_backward", y, dy, dx, T.Zero, workPerElement: 5)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TS : struct, IScalarMath<T>
    {
        public override void Enqueue(KernelQueue queue) =>
            SoftmaxKernels.Backward<T, TS>(queue, Threads(queue).Over(RowCount), Outputs[0], Inputs[0], Inputs[1], RowCount, RowLength, Threads(queue).Lanes);

        public override Launch? For(ReplicaBlock block) => Inputs[0].Shape.Rank > 1 && block.Cuts(Inputs[0], Inputs[1], Outputs[0])
            ? new BackwardLaunch<T, TS>(block.Of(Inputs[0]), block.Of(Inputs[1]), block.Of(Outputs[0]))
            : null;

        protected override void Rows(int first, int count, T* y, T* dy, T* dx)
        {
            for (int r = 0; r < count; r++, y += Length, dy += Length, dx += Length)
            {
                Lanes<T> sum = default;
                for (int i = 0; i < Length; i += Lanes<T>.Count) sum += Lanes<T>.Load(y + i) * Lanes<T>.Load(dy + i);
                Lanes<T> dot = Lanes<T>.Broadcast(sum.Sum());
                for (int i = 0; i < Length; i += Lanes<T>.Count) (Lanes<T>.Load(y + i) * (Lanes<T>.Load(dy + i) - dot)).Store(dx + i);
            }
        }
    }

    private sealed unsafe class LogBackwardLaunch<T, TM, TS>(TensorView y, TensorView dy, TensorView dx) : RowsLaunch<T>("log_softmax_backward", y, dy, dx, T.Zero, workPerElement: 24)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TM : struct, IMath<Lanes<T>>
        where TS : struct, IScalarMath<T>
    {
        public override void Enqueue(KernelQueue queue) =>
            SoftmaxKernels.LogBackward<T, TS>(queue, Threads(queue).Over(RowCount), Outputs[0], Inputs[0], Inputs[1], RowCount, RowLength, Threads(queue).Lanes);

        public override Launch? For(ReplicaBlock block) => Inputs[0].Shape.Rank > 1 && block.Cuts(Inputs[0], Inputs[1], Outputs[0])
            ? new LogBackwardLaunch<T, TM, TS>(block.Of(Inputs[0]), block.Of(Inputs[1]), block.Of(Outputs[0]))
            : null;

        protected override void Rows(int first, int count, T* y, T* dy, T* dx)
        {
            for (int r = 0; r < count; r++, y += Length, dy += Length, dx += Length)
            {
                Lanes<T> sum = default;
                for (int i = 0; i < Length; i += Lanes<T>.Count) sum += Lanes<T>.Load(dy + i);
                Lanes<T> total = Lanes<T>.Broadcast(sum.Sum());
                for (int i = 0; i < Length; i += Lanes<T>.Count) (Lanes<T>.Load(dy + i) - (TM.Exp(Lanes<T>.Load(y + i)) * total)).Store(dx + i);
            }
        }
    }
}
