namespace Handmade.Kernels.Ops;

/// <summary>
/// Tensors laid one after another along an axis, as <c>torch.cat</c>: inputs [lead…, n_k, rest…] of one dtype, result [lead…, Σ n_k, rest…].
/// Copies of rows; bound by memory.
/// </summary>
public static class Concat
{
    /// <summary>The joined tensor.</summary>
    public static TensorView Along(int axis, params ReadOnlySpan<TensorView> tensors)
    {
        if (tensors.IsEmpty) throw new HandmadeException("concat: no tensors; it needs at least one");
        TensorView first = tensors[0];
        axis = first.Shape.Axis(axis, "concat");
        int extent = 0;
        foreach (TensorView tensor in tensors)
        {
            Require.Same("concat", first, tensor);
            if (tensor.Shape.Rank != first.Shape.Rank || tensor.Shape.With(axis, 0) != first.Shape.With(axis, 0))
                throw new HandmadeException($"concat: {first.Shape} and {tensor.Shape} differ beside axis {axis}; all other extents must agree");
            extent += tensor.Shape[axis];
        }
        TensorView y = first.Device.Empty(first.Shape.With(axis, extent), first.DType);
        int start = 0;
        foreach (TensorView tensor in tensors)
        {
            Copy.Into(y.Slice(axis, start, tensor.Shape[axis]), tensor);
            start += tensor.Shape[axis];
        }
        return y;
    }
}
