namespace Handmade.Kernels.Ops;

/// <summary>A tensor set into a larger one of a constant: x [lead…, n, rest…] of any dtype. Bound by memory. With zeros, the gradient of a slice.</summary>
public static class Pad
{
    /// <summary>
    /// The result has <paramref name="extent"/> elements on <paramref name="axis"/>: x's at <paramref name="start"/>,
    /// <paramref name="start"/> + <paramref name="step"/>, …, and <paramref name="value"/> elsewhere.
    /// </summary>
    public static TensorView Into(TensorView x, int axis, int extent, int start, int step = 1, double value = 0)
    {
        axis = x.Shape.Axis(axis, "pad");
        TensorView y = x.Device.Empty(x.Shape.With(axis, extent), x.DType), place = y.Slice(axis, start, x.Shape[axis], step);
        Copy.Fill(y, value);
        Copy.Into(place, x);
        return y;
    }
}
