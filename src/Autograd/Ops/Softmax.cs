using Kernel = Handmade.Kernels.Ops.Softmax;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>eˣ / Σ eˣ along an axis (the last is the fast one). Where every element is −∞ the result is NaN.</summary>
    public Tensor Softmax(int axis = -1)
    {
        if (Shape.Axis(axis, "softmax") != Shape.Rank - 1) return Transpose(axis, -1).Softmax().Transpose(axis, -1);
        return Tape.Record("softmax", Kernel.Forward(View), [this], (y, dy) =>
            [Tape.IsComposed ? y * (dy - (y * dy).Sum([-1], keepAxes: true)) : new Tensor(Kernel.Backward(y.View, dy.View))]);
    }

    /// <summary>x − log Σ eˣ along an axis (the last is the fast one). Where every element is −∞ the result is NaN.</summary>
    public Tensor LogSoftmax(int axis = -1)
    {
        if (Shape.Axis(axis, "log_softmax") != Shape.Rank - 1) return Transpose(axis, -1).LogSoftmax().Transpose(axis, -1);
        return Tape.Record("log_softmax", Kernel.LogForward(View), [this], (y, dy) =>
            [Tape.IsComposed ? dy - (y.Exp() * dy.Sum([-1], keepAxes: true)) : new Tensor(Kernel.LogBackward(y.View, dy.View))]);
    }
}
