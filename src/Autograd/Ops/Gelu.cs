using Kernel = Handmade.Kernels.Ops.Gelu;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>x·Φ(x), exact through erf; <paramref name="tanh"/> takes the tanh form.</summary>
    public Tensor Gelu(bool tanh = false) => tanh
        ? Tape.Record("gelu_tanh", Kernel.Tanh(View), [this], (_, dy) => [Tape.IsComposed ? dy * GeluTanhSlope(this) : new Tensor(Kernel.TanhBackward(View, dy.View))])
        : Tape.Record("gelu", Kernel.Erf(View), [this], (_, dy) => [Tape.IsComposed ? dy * GeluSlope(this) : new Tensor(Kernel.ErfBackward(View, dy.View))]);

    private static Tensor GeluSlope(Tensor x) =>
        ((1 + (x * Math.Sqrt(0.5)).Erf()) * 0.5) + (x * (x * x * -0.5).Exp() * (1 / Math.Sqrt(2 * Math.PI)));

    private static Tensor GeluTanhSlope(Tensor x)
    {
        double scale = Math.Sqrt(2 / Math.PI);
        Tensor t = ((x + (x * x * x * 0.044715)) * scale).Tanh();
        return (1 + t + (x * (1 - (t * t)) * ((1 + (x * x * (3 * 0.044715))) * scale))) * 0.5;
    }
}
