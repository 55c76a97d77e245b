using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// y = (x − mean) / √(var + eps) · weight + bias over the last axis, with the biased variance (Ba, Kiros and Hinton 2016).
/// x is [..., d]; weight and bias are [d], or [R, d] when x is [R, ..., d]: one pair per replica. Bound by arithmetic for
/// short rows (two sums over lanes each), by memory for long ones.
/// </summary>
/// <remarks>
/// Sums over a row add its vectors one after the other, then the lanes fold by halves.
/// Gradients of weight and bias add up row by row within blocks of 128 rows; <see cref="Sum"/> adds the blocks.
/// </remarks>
public static partial class LayerNorm
{
    private const int BlockRows = 128;

    /// <summary>The result, and per row (the shape of x without its last axis) the mean and 1/√(var + eps) for the backward pass.</summary>
    public static (TensorView Y, TensorView Mean, TensorView Rstd) Forward(TensorView x, TensorView weight, TensorView bias, double eps = 1e-5)
    {
        Check(x, weight, bias);
        x = Copy.Contiguous(x);
        TensorView y = x.Device.Empty(x.Shape, x.DType), mean = x.Device.Empty(x.Shape.Without(x.Shape.Rank - 1), x.DType), rstd = x.Device.Empty(mean.Shape, x.DType);
        weight = Copy.Contiguous(weight);
        bias = Copy.Contiguous(bias);
        x.Device.Submit(x.DType == DType.F32
            ? new ForwardLaunch<float, MathF32, F32>(x, weight, bias, eps, y, mean, rstd)
            : new ForwardLaunch<double, MathF64, F64>(x, weight, bias, eps, y, mean, rstd));
        return (y, mean, rstd);
    }

    /// <summary>The gradients of x, weight and bias from the gradient of y and what the forward pass left.</summary>
    public static (TensorView Dx, TensorView Dweight, TensorView Dbias) Backward(TensorView dy, TensorView x, TensorView weight, TensorView mean, TensorView rstd)
    {
        (dy, x, weight) = (Copy.Contiguous(dy), Copy.Contiguous(x), Copy.Contiguous(weight));
        int d = x.Shape[^1], groups = Groups(weight), rows = Rows(x) / groups, blocks = Math.Max(1, (rows + BlockRows - 1) / BlockRows);
        TensorView dx = x.Device.Empty(x.Shape, x.DType), dweight = x.Device.Empty([groups, blocks, d], x.DType), dbias = x.Device.Empty([groups, blocks, d], x.DType);
        x.Device.Submit(x.DType == DType.F32
            ? new BackwardLaunch<float, MathF32, F32>(dy, x, weight, mean, rstd, rows, blocks, dx, dweight, dbias)
            : new BackwardLaunch<double, MathF64, F64>(dy, x, weight, mean, rstd, rows, blocks, dx, dweight, dbias));
        if (blocks > 1) (dweight, dbias) = (Sum.Over(dweight, 1), Sum.Over(dbias, 1));
        return (dx, dweight.Reshape(weight.Shape), dbias.Reshape(weight.Shape));
    }

    private static void Check(TensorView x, TensorView weight, TensorView bias)
    {
        Require.Float("layer_norm", x);
        Require.Rank("layer_norm", x, 1);
        Require.Same("layer_norm", x, weight);
        Require.Same("layer_norm", x, bias);
        Require.Shaped("layer_norm", "the bias", bias, weight.Shape);
        int rank = weight.Shape.Rank, d = x.Shape[^1];
        if (d == 0) throw new HandmadeException($"layer_norm: the last axis of {x.Shape} has no elements to normalise");
        if (rank is 0 or > 2 || weight.Shape[^1] != d || (Groups(weight) != 1 && (x.Shape.Rank < 2 || Groups(weight) != x.Shape[0])))
            throw new HandmadeException($"layer_norm: weight {weight.Shape} for x {x.Shape}; it must be [{d}]{(x.Shape.Rank > 1 ? $" or [{x.Shape[0]}, {d}]" : "")}");
    }

    private static int Groups(TensorView weight) => weight.Shape.Rank == 2 ? weight.Shape[0] : 1;

    private static int Rows(TensorView x) => (int)(x.Count / x.Shape[^1]);
}
