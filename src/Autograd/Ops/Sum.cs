using Handmade.Kernels;
using Kernel = Handmade.Kernels.Ops.Sum;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>Sum over axes (none named: over all). With <paramref name="keepAxes"/> they stay with extent 1.</summary>
    public Tensor Sum(ReadOnlySpan<int> axes = default, bool keepAxes = false)
    {
        int[] over = axes.Length == 0 ? [.. Enumerable.Range(0, Shape.Rank)] : [.. axes.ToArray().Select(axis => Shape.Axis(axis, "sum"))];
        Tensor y = Tape.Record("sum", Kernel.Over(View, over), [this], (_, dy) => [dy.Expand(Shape)]);
        return keepAxes ? y : y.Reshape(new Shape([.. Enumerable.Range(0, Shape.Rank).Except(over).Select(axis => Shape[axis])]));
    }

    /// <summary>Sums away what broadcasting stretched, back to <paramref name="shape"/>: the gradient of every broadcast.</summary>
    internal Tensor SumTo(Shape shape)
    {
        if (shape == Shape) return this;
        int lead = Shape.Rank - shape.Rank;
        int[] axes = [.. Enumerable.Range(0, Shape.Rank).Where(axis => axis < lead || (shape[axis - lead] == 1 && Shape[axis] != 1))];
        return Sum(axes, keepAxes: true).Reshape(shape);
    }
}
