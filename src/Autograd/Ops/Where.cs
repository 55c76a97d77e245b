using Kernel = Handmade.Kernels.Ops.Where;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>a where the Bool mask is true, else b; all three broadcast.</summary>
    public static Tensor Where(Tensor mask, Tensor a, Tensor b) => Tape.Record("where", Kernel.Select(mask.View, a.View, b.View), [a, b], (_, dy) =>
    [
        a.RequiresGrad ? Where(mask, dy, 0).SumTo(a.Shape) : null,
        b.RequiresGrad ? dy.MaskedFill(mask, 0).SumTo(b.Shape) : null,
    ]);

    /// <summary>a where the Bool mask is true, else the number b; both tensors broadcast.</summary>
    public static Tensor Where(Tensor mask, Tensor a, double b) =>
        Tape.Record("where", Kernel.Select(mask.View, a.View, b), [a], (_, dy) => [Where(mask, dy, 0).SumTo(a.Shape)]);

    /// <summary>This tensor with a number in its place where the Bool mask is true; both broadcast.</summary>
    public Tensor MaskedFill(Tensor mask, double value) =>
        Tape.Record("masked_fill", Kernel.Select(mask.View, value, View, "masked_fill"), [this], (_, dy) => [dy.MaskedFill(mask, 0).SumTo(Shape)]);
}
