using Handmade.Kernels;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>Running sums along an axis: y[i] = Σ x[j] over j ≤ i.</summary>
    public Tensor Cumsum(int axis) => Cumsum(axis, reverse: false);

    private Tensor Cumsum(int axis, bool reverse) =>
        Tape.Record("cumsum", Kernels.Ops.Cumsum.Along(View, axis, reverse), [this], (_, dy) => [dy.Cumsum(axis, !reverse)]);

    /// <summary>
    /// The elements in order along an axis, and (I32) where each stood. Stable; NaN counts as largest. The gradient goes back to
    /// where the elements came from.
    /// </summary>
    public (Tensor Values, Tensor Indices) Sort(int axis = -1, bool descending = false)
    {
        (TensorView values, TensorView places) = Kernels.Ops.Sort.Along(View, axis, descending);
        var indices = new Tensor(places);
        return (Tape.Record("sort", values, [this], (_, dy) => [Zeros(Device, Shape, DType).ScatterAdd(axis, indices, dy)]), indices);
    }

    /// <summary>I32: the places along an axis of the elements in order. Stable; NaN counts as largest. No gradient.</summary>
    public Tensor Argsort(int axis = -1, bool descending = false) => new(Kernels.Ops.Sort.Along(View, axis, descending).Indices);
}
