using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;

namespace Handmade.Model;

/// <summary>
/// Embedding, one or two linear layers with ReLU, unembedding without bias: what is left of the transformer of Zhong et al. 2023 (arXiv 2306.17844,
/// appendix) without attention, residual stream and positions. Scales are those of the authors' program.
/// </summary>
public sealed class ModularAdditionLinear : Module
{
    // Vectors have the scale of 128 features, whatever their width is.
    private static readonly double TokenScale = 1 / Math.Sqrt(128);

    private readonly Tensor first, second;
    private readonly Linear lower;
    private readonly Linear? upper;

    /// <summary>Networks with fresh parameters for numbers modulo <paramref name="p"/>; the authors' hidden width is 256.</summary>
    public ModularAdditionLinear(Init init, LinearVariant variant, int p = 59, int hidden = 256)
    {
        if (p < 2 || hidden < 2 || hidden % 2 != 0) throw new HandmadeException($"modular addition: {p} tokens and a hidden width of {hidden}; use at least 2 tokens and an even width");
        Variant = variant;
        int width = variant == LinearVariant.Delta ? hidden / 2 : hidden;
        first = second = Parameter("embed", init.Normal([p, width], TokenScale));
        if (variant == LinearVariant.AlphaPrime) second = Parameter("embed_second", init.Normal([p, width], TokenScale));
        lower = Child("lower", new Linear(init, hidden, hidden));
        if (variant is LinearVariant.Beta or LinearVariant.Gamma) upper = Child("upper", new Linear(init, hidden, hidden));
        Unembedding = Parameter("unembed", init.Normal([p, hidden], 1 / Math.Sqrt(hidden)));
    }

    /// <summary>Which of the five.</summary>
    public LinearVariant Variant { get; }

    /// <summary>From the last hidden layer to the logits, [R, p, hidden].</summary>
    public Tensor Unembedding { get; }

    /// <summary>Logits [R, batch, p] of tokens I32 [R, batch, 2].</summary>
    public Tensor Forward(Tensor tokens) =>
        Forward(Tensor.Embedding(first, tokens.Slice(2, 0, 1).Squeeze(2)), Tensor.Embedding(second, tokens.Slice(2, 1, 1).Squeeze(2)));

    /// <summary>These networks as readers of pairs.</summary>
    public PairNetwork Pairs() => new(first, second, Forward);

    private Tensor Forward(Tensor a, Tensor b)
    {
        Tensor hidden = Variant switch
        {
            LinearVariant.Delta => lower.Forward(Tensor.Concat(-1, a, b), Activation.Relu),
            LinearVariant.Gamma => (lower.Forward(a) + lower.Forward(b)).Relu(),
            _ => lower.Forward(a + b, Activation.Relu),
        };
        if (upper is not null) hidden = upper.Forward(hidden, Activation.Relu);
        return Tensor.Linear(hidden, Unembedding);
    }
}
