using Handmade.Autograd;

namespace Handmade.Model;

/// <summary>Normalises the last axis and applies a learnt scale and shift (Ba et al. 2016); <c>[R, ..., d]</c> to the same.</summary>
public sealed class LayerNorm : Module
{
    private readonly double eps;

    /// <summary>A norm over <paramref name="features"/> features.</summary>
    public LayerNorm(Init init, int features, double eps = 1e-5)
    {
        this.eps = eps;
        Weight = Parameter("weight", init.Constant([features], 1));
        Bias = Parameter("bias", init.Constant([features], 0));
    }

    /// <summary>Scale γ, <c>[R, d]</c>.</summary>
    public Tensor Weight { get; }

    /// <summary>Shift β, <c>[R, d]</c>.</summary>
    public Tensor Bias { get; }

    /// <summary>(x − mean)/√(var + eps) · γ + β.</summary>
    public Tensor Forward(Tensor x) => Tensor.LayerNorm(x, Weight, Bias, eps);
}
