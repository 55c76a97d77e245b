using Kernel = Handmade.Kernels.Ops.Power;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>xᶜ; a negative x takes integer exponents only.</summary>
    public Tensor Pow(double c) => Tape.Record("pow", Kernel.Pow(View, c), [this], (_, dy) =>
    [
        c == 0 ? Zeros(Device, Shape, DType) : c == 2 ? dy * this * 2 : dy * Pow(c - 1) * c,
    ]);

    /// <summary>xʸ, elementwise, broadcast. The gradients follow PyTorch where the formula says 0·∞: 0 for x at y = 0, 0 for y at x = 0 ≤ y.</summary>
    public Tensor Pow(Tensor y) => Tape.Record("pow", Kernel.Pow(View, y.View), [this, y], (power, dy) =>
    [
        RequiresGrad ? (dy * y * Pow(y - 1)).MaskedFill(y.Eq(0), 0).SumTo(Shape) : null,
        y.RequiresGrad ? ExponentGradient(dy * power * Log(), y).SumTo(y.Shape) : null,
    ]);

    private Tensor ExponentGradient(Tensor slope, Tensor y) => Where(y.Lt(0), slope, slope.MaskedFill(Eq(0), 0));
}
