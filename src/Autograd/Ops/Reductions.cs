using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Kernel = Handmade.Kernels.Ops.Sum;

namespace Handmade.Autograd;

/// <remarks>Reductions go over the named axes (none named: all of them); with keepAxes these stay with extent 1.</remarks>
public sealed partial class Tensor
{
    /// <summary>Sum over axes.</summary>
    public Tensor Sum(ReadOnlySpan<int> axes = default, bool keepAxes = false) =>
        Reduced("sum", axes, keepAxes, over => Kernel.Over(View, over), (_, _, dy) => dy.Expand(Shape));

    /// <summary>Mean over axes.</summary>
    public Tensor Mean(ReadOnlySpan<int> axes = default, bool keepAxes = false) =>
        Reduced("mean", axes, keepAxes, over => Kernel.Mean(View, over), (_, y, dy) => (dy / ElementsPer(y)).Expand(Shape));

    /// <summary>Variance over axes: squared deviations from the mean over n − 1, or over n when not <paramref name="unbiased"/>.</summary>
    public Tensor Var(ReadOnlySpan<int> axes = default, bool unbiased = true, bool keepAxes = false) =>
        Reduced("var", axes, keepAxes, over => Kernel.Variance(View, unbiased, over), (over, y, dy) =>
            (this - Mean(over, keepAxes: true)) * (dy * (2 / Math.Max(0, ElementsPer(y) - (unbiased ? 1 : 0)))));

    /// <summary>Largest element over axes (torch.amax): equal largest elements share the gradient.</summary>
    public Tensor Max(ReadOnlySpan<int> axes = default, bool keepAxes = false) =>
        Reduced("max", axes, keepAxes, over => Extremes.Max(View, over), (over, y, dy) => dy * new Tensor(Extremes.Slope(View, y.View, over)));

    /// <summary>Smallest element over axes (torch.amin): equal smallest elements share the gradient.</summary>
    public Tensor Min(ReadOnlySpan<int> axes = default, bool keepAxes = false) =>
        Reduced("min", axes, keepAxes, over => Extremes.Min(View, over), (over, y, dy) => dy * new Tensor(Extremes.Slope(View, y.View, over)));

    /// <summary>log Σ eˣ over axes, safe from overflow.</summary>
    public Tensor LogSumExp(ReadOnlySpan<int> axes = default, bool keepAxes = false) =>
        Reduced("logsumexp", axes, keepAxes, over => Kernels.Ops.LogSumExp.Over(View, over), (_, y, dy) => dy * (this - y).Exp());

    /// <summary>I32: where along the axis the largest element stands (the first of equals, a NaN before all). No gradient.</summary>
    public Tensor Argmax(int axis, bool keepAxis = false)
    {
        TensorView y = Kernels.Ops.Argmax.Over(View, axis);
        return new Tensor(keepAxis ? y : y.Squeeze(axis));
    }

    /// <summary>Sums away what broadcasting stretched, back to <paramref name="shape"/>: the gradient of every broadcast.</summary>
    internal Tensor SumTo(Shape shape)
    {
        if (shape == Shape) return this;
        int lead = Shape.Rank - shape.Rank;
        int[] axes = [.. Enumerable.Range(0, Shape.Rank).Where(axis => axis < lead || (shape[axis - lead] == 1 && Shape[axis] != 1))];
        return axes.Length == 0 ? Reshape(shape) : Sum(axes, keepAxes: true).Reshape(shape);
    }

    private double ElementsPer(Tensor y) => (double)Shape.Count / y.Shape.Count;

    /// <summary>Records a reduction; <paramref name="slope"/> gets the axes, and y and dy with those axes at extent 1.</summary>
    private Tensor Reduced(string name, ReadOnlySpan<int> axes, bool keepAxes, Func<int[], TensorView> kernel, Func<int[], Tensor, Tensor, Tensor> slope)
    {
        int[] over = Shape.Axes(axes, name);
        TensorView kept = kernel(over);
        Shape shape = keepAxes ? kept.Shape : new Shape([.. Enumerable.Range(0, Shape.Rank).Except(over).Select(axis => Shape[axis])]);
        return Tape.Record(name, kept.Reshape(shape), [this], (y, dy) => [slope(over, y.Reshape(kept.Shape), dy.Reshape(kept.Shape))]);
    }
}
