using Kernel = Handmade.Kernels.Ops.Gather;
using Scatter = Handmade.Kernels.Ops.ScatterAdd;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>
    /// Elements picked along one axis: with axis 1, y[i, j, k] = this[i, indices[i, j, k], k]. Indices are I32 with as many axes, none longer
    /// except <paramref name="axis"/>. An index outside the axis is an error when run eagerly, a NaN in a captured step.
    /// </summary>
    public Tensor Gather(int axis, Tensor indices) =>
        Tape.Record("gather", Kernel.Along(View, axis, indices.View), [this, indices], (_, dy) => [Zeros(Device, Shape, DType).ScatterAdd(axis, indices, dy), null]);

    /// <summary>
    /// A copy with <paramref name="source"/> added in at places named by indices of its shape: with axis 1,
    /// y[i, indices[i, j, k], k] += source[i, j, k], j ascending. An index outside the axis is an error when run eagerly; in a captured step its
    /// line becomes NaN.
    /// </summary>
    public Tensor ScatterAdd(int axis, Tensor indices, Tensor source) =>
        Tape.Record("scatter_add", Scatter.Along(View, axis, indices.View, source.View), [this, indices, source], (_, dy) =>
            [dy, null, source.RequiresGrad ? dy.Gather(axis, indices) : null]);
}
