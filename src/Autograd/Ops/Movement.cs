using Handmade.Kernels;
using Kernel = Handmade.Kernels.Ops.Copy;

namespace Handmade.Autograd;

/// <remarks>Views: the same memory seen differently. Only <see cref="Contiguous"/> and what needs it launch a copy.</remarks>
public sealed partial class Tensor
{
    /// <summary>The same elements in another shape of the same count.</summary>
    public Tensor Reshape(Shape shape)
    {
        if (shape == Shape) return this;
        if (shape.Count != Shape.Count) throw new HandmadeException($"reshape: {Shape} has {Shape.Count} elements, {shape} has {shape.Count}");
        Tensor dense = Contiguous();
        return Tape.Record("reshape", dense.View.Reshape(shape), [dense], (_, dy) => [dy.Reshape(dense.Shape)]);
    }

    /// <summary>Axes in a new order.</summary>
    public Tensor Permute(params ReadOnlySpan<int> axes)
    {
        int[] order = [.. axes.ToArray().Select(axis => Shape.Axis(axis, "permute"))];
        return Tape.Record("permute", View.Permute(order), [this], (_, dy) =>
        {
            var back = new int[order.Length];
            for (int i = 0; i < order.Length; i++) back[order[i]] = i;
            return [dy.Permute(back)];
        });
    }

    /// <summary>Two axes exchanged.</summary>
    public Tensor Transpose(int a, int b) =>
        Tape.Record("transpose", View.Transpose(a, b), [this], (_, dy) => [dy.Transpose(a, b)]);

    /// <summary>Stretched to a shape by the broadcasting rule.</summary>
    public Tensor Expand(Shape shape) => shape == Shape
        ? this
        : Tape.Record("expand", View.Expand(shape), [this], (_, dy) => [dy.SumTo(Shape)]);

    /// <summary>A dense copy; the tensor itself when it is dense already.</summary>
    public Tensor Contiguous() => View.IsContiguous
        ? this
        : Tape.Record("contiguous", Kernel.Contiguous(View), [this], (_, dy) => [dy]);

    /// <summary>A dense copy in memory of its own.</summary>
    internal Tensor Clone() => Tape.Record("contiguous", Kernel.Clone(View), [this], (_, dy) => [dy]);

    /// <summary>A new axis of extent 1.</summary>
    public Tensor Unsqueeze(int axis) => Tape.Record("unsqueeze", View.Unsqueeze(axis), [this], (_, dy) => [dy.Squeeze(axis)]);

    /// <summary>An axis of extent 1 removed.</summary>
    public Tensor Squeeze(int axis) => Tape.Record("squeeze", View.Squeeze(axis), [this], (_, dy) => [dy.Unsqueeze(axis)]);
}
