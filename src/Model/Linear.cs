using Handmade.Autograd;
using Handmade.Kernels.Ops;

namespace Handmade.Model;

/// <summary><c>y = x Wᵀ + b</c>, x <c>[R, ..., in]</c>, W <c>[R, out, in]</c>, b <c>[R, out]</c>; initialised as torch.nn.Linear.</summary>
public sealed class Linear : Module
{
    /// <summary>A layer from <paramref name="inFeatures"/> to <paramref name="outFeatures"/>.</summary>
    public Linear(Init init, int inFeatures, int outFeatures, bool bias = true)
        : this(init.Uniform([outFeatures, inFeatures], inFeatures), bias ? init.Uniform([outFeatures], inFeatures) : null)
    {
    }

    /// <summary>A layer of parameters that were initialised otherwise.</summary>
    public Linear(Tensor weight, Tensor? bias)
    {
        Weight = Parameter("weight", weight);
        if (bias is not null) Bias = Parameter("bias", bias);
    }

    /// <summary>W, <c>[R, out, in]</c>.</summary>
    public Tensor Weight { get; }

    /// <summary>b, <c>[R, out]</c>; null without bias.</summary>
    public Tensor? Bias { get; }

    /// <summary>x Wᵀ + b, plus <paramref name="residual"/> of the result's shape if given, in one kernel.</summary>
    public Tensor Forward(Tensor x, Tensor? residual = null) => Tensor.Linear(x, Weight, Bias, residual);

    /// <summary>f(x Wᵀ + b) in one kernel.</summary>
    public Tensor Forward(Tensor x, Activation activation) => Tensor.Linear(x, Weight, Bias, activation);
}
