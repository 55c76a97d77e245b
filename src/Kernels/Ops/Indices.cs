using System.Runtime.CompilerServices;

namespace Handmade.Kernels.Ops;

/// <summary>
/// What the ops that read indices (I32 tensors) share. An index outside its axis is an error where it can be told to
/// someone: an eager launch throws it, on a device other than the host when values are read next (<see cref="IndexFaults"/>). A captured step has no one to tell while it replays, so there the elements that
/// the index asked for become NaN (I32: the smallest integer, which no axis has; Bool: false). Nothing is clamped or wrapped.
/// </summary>
internal static class Indices
{
    /// <summary>The error of an eager launch.</summary>
    public static HandmadeException OutOfRange(string op, int index, Shape shape, int axis) =>
        new($"{op}: index {index} on axis {axis} of {shape}; {(shape[axis] == 0 ? "that axis is empty" : $"use 0…{shape[axis] - 1}")}");

    /// <summary>What stands in a captured step's result where an index was out of range, as the bits of a <typeparamref name="T"/> of the dtype's size.</summary>
    public static T Poison<T>(DType dtype) where T : unmanaged => dtype switch
    {
        DType.F32 => Unsafe.BitCast<float, T>(float.NaN),
        DType.F64 => Unsafe.BitCast<double, T>(double.NaN),
        DType.I32 => Unsafe.BitCast<int, T>(int.MinValue),
        _ => default,
    };

    /// <summary>The same as a number.</summary>
    public static double Poison(DType dtype) => dtype switch
    {
        DType.I32 => int.MinValue,
        DType.Bool => 0,
        _ => double.NaN,
    };

    /// <summary>
    /// The view on <paramref name="x"/> that <c>gather</c> and <c>scatter_add</c> walk: as large as the indices, but standing still along
    /// <paramref name="axis"/>, where the index moves it.
    /// </summary>
    public static TensorView Lines(string op, TensorView x, int axis, TensorView indices)
    {
        Require.Is(op, indices, DType.I32);
        bool fits = indices.Shape.Rank == x.Shape.Rank && x.Device == indices.Device;
        for (int i = 0; fits && i < x.Shape.Rank; i++) fits = i == axis || indices.Shape[i] <= x.Shape[i];
        if (!fits)
            throw new HandmadeException($"{op}: indices of shape {indices.Shape} for {x.Shape} on axis {axis}; they need the same axes on the same device, none longer except axis {axis}");
        if (indices.Count == 0) return x.Device.Empty(indices.Shape, x.DType);
        if (x.Shape[axis] == 0) throw new HandmadeException($"{op}: axis {axis} of {x.Shape} is empty; there is nothing to index");
        TensorView lines = x;
        for (int i = 0; i < x.Shape.Rank; i++) lines = lines.Slice(i, 0, i == axis ? 1 : indices.Shape[i]);
        return lines.Expand(indices.Shape);
    }
}
