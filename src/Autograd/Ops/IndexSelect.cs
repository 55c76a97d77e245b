using Handmade.Kernels;
using Add = Handmade.Kernels.Ops.IndexAdd;
using Kernel = Handmade.Kernels.Ops.IndexSelect;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>
    /// Whole rows picked along an axis: this [lead…, n, row…], indices I32 [lead…, m…] or [m] for the same rows everywhere; the result is
    /// [lead…, m…, row…]. Leading extents broadcast. An index outside 0…n−1 is an error when run eagerly, a row of NaN in a captured step.
    /// </summary>
    public Tensor IndexSelect(int axis, Tensor indices) => Rows("index_select", Shape.Axis(axis, "index_select"), indices);

    /// <summary>
    /// Rows of a table by number: weight [R, rows, d], indices I32 [R, m…]; the result is [R, m…, d]. The gradient of a row that was
    /// taken several times is the sum in the order of the indices.
    /// </summary>
    public static Tensor Embedding(Tensor weight, Tensor indices)
    {
        if (weight.Shape.Rank != 3 || indices.Shape.Rank < 2)
            throw new HandmadeException($"embedding: a table of shape {weight.Shape} and indices of shape {indices.Shape}; they must be [R, rows, d] and [R, m…]");
        return weight.Rows("embedding", 1, indices);
    }

    private Tensor Rows(string op, int axis, Tensor indices) =>
        Tape.Record(op, Kernel.Take(View, axis, indices.View, op), [this, indices], (_, dy) =>
        {
            Tensor dx = dy.IndexAdd(op + "_backward", axis, indices, Shape[axis]);
            return [dx.SumTo(Shape), null];
        });

    // Zeros with rows added in: what IndexSelect is the gradient of, and it of IndexSelect.
    private Tensor IndexAdd(string op, int axis, Tensor indices, int extent) =>
        Tape.Record(op, Add.Rows(View, axis, indices.View, extent, op), [this, indices], (_, dy) => [dy.IndexSelect(axis, indices), null]);
}
