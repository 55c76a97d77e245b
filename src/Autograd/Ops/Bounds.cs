using Kernel = Handmade.Kernels.Ops.Bounds;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>The larger of each pair, broadcast; where they are equal, each gets half of the gradient.</summary>
    public static Tensor Maximum(Tensor a, Tensor b) => Tape.Record("maximum", Kernel.Maximum(a.View, b.View), [a, b], (_, dy) =>
    [
        a.RequiresGrad ? WhereLarger(a, b, dy).SumTo(a.Shape) : null,
        b.RequiresGrad ? WhereLarger(b, a, dy).SumTo(b.Shape) : null,
    ]);

    /// <summary>The smaller of each pair, broadcast; where they are equal, each gets half of the gradient.</summary>
    public static Tensor Minimum(Tensor a, Tensor b) => Tape.Record("minimum", Kernel.Minimum(a.View, b.View), [a, b], (_, dy) =>
    [
        a.RequiresGrad ? WhereLarger(b, a, dy).SumTo(a.Shape) : null,
        b.RequiresGrad ? WhereLarger(a, b, dy).SumTo(b.Shape) : null,
    ]);

    /// <summary>
    /// x, no lower than <paramref name="min"/> and no higher than <paramref name="max"/>; the gradient passes where x is
    /// left as it was, the bounds included.
    /// </summary>
    public Tensor Clamp(double min = double.NegativeInfinity, double max = double.PositiveInfinity) =>
        Tape.Record("clamp", Kernel.Clamp(View, min, max), [this], (y, dy) =>
            [Tape.IsComposed ? Where(Eq(y), dy, 0) : new Tensor(Kernel.ClampBackward(View, y.View, dy.View))]);

    private static Tensor WhereLarger(Tensor a, Tensor b, Tensor dy) => Tape.IsComposed
        ? Where(a > b, dy, Where(a.Eq(b), dy * 0.5, 0))
        : new Tensor(Kernel.WhereLarger(a.View, b.View, dy.View));
}
