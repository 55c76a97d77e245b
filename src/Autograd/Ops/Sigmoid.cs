using Kernel = Handmade.Kernels.Ops.Sigmoid;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>The logistic function 1 / (1 + e⁻ˣ).</summary>
    public Tensor Sigmoid() => Tape.Record("sigmoid", Kernel.Logistic(View), [this], (y, dy) =>
        [Tape.IsComposed ? dy * y * (1 - y) : new Tensor(Kernel.LogisticBackward(y.View, dy.View))]);

    /// <summary>x · sigmoid(x), also called swish.</summary>
    public Tensor Silu() => Tape.Record("silu", Kernel.Silu(View), [this], (_, dy) =>
        [Tape.IsComposed ? dy * SiluSlope(this) : new Tensor(Kernel.SiluBackward(View, dy.View))]);

    /// <summary>tanh x.</summary>
    public Tensor Tanh() => Tape.Record("tanh", Kernel.Tanh(View), [this], (y, dy) =>
        [Tape.IsComposed ? dy * (1 - (y * y)) : new Tensor(Kernel.TanhBackward(y.View, dy.View))]);

    private static Tensor SiluSlope(Tensor x)
    {
        Tensor sigma = x.Sigmoid();
        return sigma * (1 + (x * (1 - sigma)));
    }
}
