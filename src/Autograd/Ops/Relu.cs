using Kernel = Handmade.Kernels.Ops.Relu;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>max(x, 0); its gradient at 0 is 0.</summary>
    public Tensor Relu() => Tape.Record("relu", Kernel.Forward(View), [this], (_, dy) =>
        [Tape.IsComposed ? dy.MaskedFill(this <= 0, 0) : new Tensor(Kernel.Backward(View, dy.View))]);

    /// <summary>x where it is positive, else slope · x.</summary>
    public Tensor LeakyRelu(double slope = 0.01) => Tape.Record("leaky_relu", Kernel.Leaky(View, slope), [this], (_, dy) =>
        [Tape.IsComposed ? Where(this > 0, dy, dy * slope) : new Tensor(Kernel.LeakyBackward(View, dy.View, slope))]);
}
