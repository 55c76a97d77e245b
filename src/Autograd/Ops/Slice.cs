using Handmade.Kernels;
using Kernel = Handmade.Kernels.Ops.Pad;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>Elements <paramref name="start"/>, <paramref name="start"/> + <paramref name="step"/>, … of an axis, <paramref name="length"/> of them: a view.</summary>
    public Tensor Slice(int axis, int start, int length, int step = 1) =>
        Tape.Record("slice", View.Slice(axis, start, length, step), [this], (_, dy) =>
            [dy.Shape == Shape ? dy : dy.Place("slice_backward", axis, Shape[Shape.Axis(axis, "slice")], start, step)]);

    /// <summary>
    /// The axis cut into pieces of the given lengths, which must add up to it: views. Each piece that gets a gradient adds a tensor of this
    /// tensor's size to its gradient.
    /// </summary>
    public Tensor[] Split(int axis, params ReadOnlySpan<int> lengths)
    {
        axis = Shape.Axis(axis, "split");
        int total = 0;
        foreach (int length in lengths) total += length;
        if (total != Shape[axis]) throw new HandmadeException($"split: lengths {new Shape(lengths)} add up to {total}; axis {axis} of {Shape} has {Shape[axis]}");
        var pieces = new Tensor[lengths.Length];
        for (int i = 0, start = 0; i < pieces.Length; start += lengths[i++]) pieces[i] = Slice(axis, start, lengths[i]);
        return pieces;
    }

    /// <summary>The axis cut into at most <paramref name="count"/> pieces of ⌈extent / count⌉ elements, the last one shorter: views, as <c>torch.chunk</c>.</summary>
    public Tensor[] Chunk(int axis, int count)
    {
        if (count < 1) throw new HandmadeException($"chunk: {count} pieces; it needs at least 1");
        int extent = Shape[Shape.Axis(axis, "chunk")], length = Math.Max(1, (extent + count - 1) / count);
        int pieces = Math.Max(1, (extent + length - 1) / length);
        return Split(axis, [.. Enumerable.Range(0, pieces).Select(i => Math.Min(length, extent - (i * length)))]);
    }

    /// <summary>The tensor with <paramref name="value"/> put before and after it along an axis.</summary>
    public Tensor Pad(int axis, int before, int after, double value = 0)
    {
        axis = Shape.Axis(axis, "pad");
        if (before < 0 || after < 0) throw new HandmadeException($"pad: {before} before and {after} after; both must be at least 0");
        return Place("pad", axis, before + Shape[axis] + after, before, 1, value);
    }

    private Tensor Place(string op, int axis, int extent, int start, int step, double value = 0) =>
        Tape.Record(op, Kernel.Into(View, axis, extent, start, step, value), [this], (_, dy) => [dy.Slice(axis, start, Shape[Shape.Axis(axis, op)], step)]);
}
