using Kernel = Handmade.Kernels.Ops.Trigonometry;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>sin x, x in radians.</summary>
    public Tensor Sin() => Tape.Record("sin", Kernel.Sin(View), [this], (_, dy) => [dy * Cos()]);

    /// <summary>cos x, x in radians.</summary>
    public Tensor Cos() => Tape.Record("cos", Kernel.Cos(View), [this], (_, dy) => [-(dy * Sin())]);
}
