using Handmade.Kernels;
using Kernel = Handmade.Kernels.Ops.Concat;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>Tensors laid one after another along an axis; all their other extents agree.</summary>
    public static Tensor Concat(int axis, params ReadOnlySpan<Tensor> tensors)
    {
        Tensor[] parts = tensors.ToArray();
        return Tape.Record("concat", Kernel.Along(axis, [.. parts.Select(part => part.View)]), parts, (_, dy) =>
        {
            int at = dy.Shape.Axis(axis, "concat"), start = 0;
            var gradients = new Tensor?[parts.Length];
            for (int i = 0; i < parts.Length; start += parts[i++].Shape[at])
                gradients[i] = Tape.Wants(parts[i]) ? dy.Slice(at, start, parts[i].Shape[at]) : null;
            return gradients;
        });
    }

    /// <summary>Tensors of one shape, side by side along a new axis.</summary>
    public static Tensor Stack(int axis, params ReadOnlySpan<Tensor> tensors)
    {
        foreach (Tensor tensor in tensors)
            if (tensor.Shape != tensors[0].Shape) throw new HandmadeException($"stack: {tensors[0].Shape} and {tensor.Shape}; all shapes must be equal");
        return Concat(axis, [.. tensors.ToArray().Select(tensor => tensor.Unsqueeze(axis))]);
    }
}
