using Kernel = Handmade.Kernels.Ops.Roots;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>√x; NaN below zero.</summary>
    public Tensor Sqrt() => Tape.Record("sqrt", Kernel.Sqrt(View), [this], (y, dy) => [dy / y * 0.5]);

    /// <summary>1/√x; +∞ at zero, NaN below.</summary>
    public Tensor Rsqrt() => Tape.Record("rsqrt", Kernel.Rsqrt(View), [this], (y, dy) => [dy * (y * y * y) * -0.5]);
}
