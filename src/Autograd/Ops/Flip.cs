using Kernel = Handmade.Kernels.Ops.Flip;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>The order of the elements reversed along the named axes.</summary>
    public Tensor Flip(params ReadOnlySpan<int> axes)
    {
        int[] over = axes.ToArray();
        return Tape.Record("flip", Kernel.Over(View, over), [this], (_, dy) => [dy.Flip(over)]);
    }
}
