namespace Handmade.Kernels.Ops;

/// <summary>The order of the elements reversed along axes, as <c>torch.flip</c>: a copy, any dtype. Bound by memory.</summary>
public static class Flip
{
    /// <summary>The reversed copy.</summary>
    public static TensorView Over(TensorView x, params ReadOnlySpan<int> axes)
    {
        nint offset = x.Offset;
        nint[] strides = x.Strides.ToArray();
        foreach (int named in axes)
        {
            int axis = x.Shape.Axis(named, "flip");
            if (strides[axis] != x.Strides[axis]) throw new HandmadeException($"flip: axis {axis} of {x.Shape} is named twice");
            if (x.Shape[axis] < 2) continue;
            offset += (x.Shape[axis] - 1) * strides[axis];
            strides[axis] = -strides[axis];
        }
        return Copy.Clone(new TensorView(x.Buffer, offset, x.Shape, strides, x.DType));
    }
}
