using Handmade.Kernels;
using Kernel = Handmade.Kernels.Ops.LayerNorm;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>
    /// (x − mean)/√(var + eps) · weight + bias over the last axis of x [..., d]. Weight and bias are [d], or [R, d] for
    /// x [R, ..., d]: one pair per replica.
    /// </summary>
    public static Tensor LayerNorm(Tensor x, Tensor weight, Tensor bias, double eps = 1e-5)
    {
        var (value, mean, rstd) = Kernel.Forward(x.View, weight.View, bias.View, eps);
        return Tape.Record("layer_norm", value, [x, weight, bias], (_, dy) =>
        {
            if (Tape.IsComposed) return LayerNormSlopes(x, weight, dy, rstd);
            var (dx, dweight, dbias) = Kernel.Backward(dy.View, x.View, weight.View, mean, rstd);
            return [new Tensor(dx), new Tensor(dweight), new Tensor(dbias)];
        });
    }

    private static Tensor?[] LayerNormSlopes(Tensor x, Tensor weight, Tensor dy, TensorView rstd)
    {
        // [R, d] stands for [R, 1, ..., 1, d].
        Shape spread = new([.. weight.Shape.Extents[..^1], .. Enumerable.Repeat(1, weight.Shape.Rank == 2 ? x.Shape.Rank - 2 : 0), weight.Shape[^1]]);
        Tensor deviation = x - x.Mean([-1], keepAxes: true), scale = InverseDeviation(x, deviation, rstd.Unsqueeze(-1));
        Tensor normal = deviation * scale, g = dy * weight.Reshape(spread);
        Tensor dx = scale * (g - g.Mean([-1], keepAxes: true) - (normal * (g * normal).Mean([-1], keepAxes: true)));
        return [dx, (dy * normal).SumTo(spread).Reshape(weight.Shape), dy.SumTo(spread).Reshape(weight.Shape)];
    }

    /// <summary>1/√(var + eps) of rows as a function of x: its slope −rstd³·(x − mean)/d needs nothing but itself.</summary>
    private static Tensor InverseDeviation(Tensor x, Tensor deviation, TensorView rstd) =>
        Tape.Record("rstd", rstd, [x], (y, dy) => [dy * y * y * y * (-1.0 / x.Shape[^1]) * deviation]);
}
