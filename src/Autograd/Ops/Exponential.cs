using Kernel = Handmade.Kernels.Ops.Exponential;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>eˣ.</summary>
    public Tensor Exp() => Tape.Record("exp", Kernel.Exp(View), [this], (y, dy) => [dy * y]);

    /// <summary>The natural logarithm; −∞ at zero, NaN below.</summary>
    public Tensor Log() => Tape.Record("log", Kernel.Log(View), [this], (_, dy) => [dy / this]);

    /// <summary>The error function.</summary>
    public Tensor Erf() => Tape.Record("erf", Kernel.Erf(View), [this], (_, dy) => [dy * (this * this * -1).Exp() * (2 / Math.Sqrt(Math.PI))]);
}
