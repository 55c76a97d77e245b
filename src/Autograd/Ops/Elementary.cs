using Kernel = Handmade.Kernels.Ops.Elementary;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>eˣ.</summary>
    public Tensor Exp() => Tape.Record("exp", Kernel.Exp(View), [this], (y, dy) => [dy * y]);

    /// <summary>tanh x.</summary>
    public Tensor Tanh() => Tape.Record("tanh", Kernel.Tanh(View), [this], (y, dy) => [dy * (1 - (y * y))]);

    /// <summary>The error function.</summary>
    public Tensor Erf() => Tape.Record("erf", Kernel.Erf(View), [this], (_, dy) => [dy * (this * this * -1).Exp() * (2 / Math.Sqrt(Math.PI))]);
}
