using Kernel = Handmade.Kernels.Ops.Sign;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>|x|; its gradient at 0 is 0.</summary>
    public Tensor Abs() => Tape.Record("abs", Kernel.Abs(View), [this], (_, dy) => [dy * Sign()]);

    /// <summary>−1, 0 or 1; its gradient is 0 everywhere.</summary>
    public Tensor Sign() => Tape.Record("sign", Kernel.Of(View), [this], (_, _) => [Zeros(Device, Shape, DType)]);
}
