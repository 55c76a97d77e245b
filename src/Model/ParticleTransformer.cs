using Handmade.Autograd;
using Handmade.Kernels.Ops;

namespace Handmade.Model;

/// <summary>Sizes of a <see cref="ParticleTransformer"/>.</summary>
public sealed record ParticleTransformerSizes
{
    /// <summary>Features of a particle: (x, y, vx, vy).</summary>
    public int Inputs { get; init; } = 4;

    /// <summary>Predicted features of a particle: (Δvx, Δvy).</summary>
    public int Outputs { get; init; } = 2;

    /// <summary>Width d of the residual stream.</summary>
    public int Width { get; init; } = 32;

    /// <summary>Number of transformer blocks L.</summary>
    public int Blocks { get; init; } = 2;

    /// <summary>Attention heads per block H.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Hidden width of the MLPs, as a multiple of d.</summary>
    public int MlpRatio { get; init; } = 4;

    /// <summary>An encoder of one hidden layer (2d) instead of a linear one.</summary>
    public bool MlpEncoder { get; init; }

    /// <summary>Which particles a particle may attend to.</summary>
    public AttentionMask Mask { get; init; } = AttentionMask.ExcludeSelf;

    /// <summary>Layer norms before attention, MLP and decoder.</summary>
    public bool LayerNorm { get; init; } = true;

    /// <summary>Nonlinearity of the MLPs.</summary>
    public Activation Activation { get; init; } = Activation.Gelu;
}

/// <summary>
/// One token per particle, no positions but the particle's own, no order: encoder, pre-norm blocks, decoder
/// (Hitchcock et al. 2025, Fig. 4; sizes as measured in the project's prototype). <c>[R, batch, particle, 4] → [R, batch, particle, 2]</c>.
/// </summary>
public sealed class ParticleTransformer : Module
{
    private readonly Linear? encoder;
    private readonly Mlp? mlpEncoder;
    private readonly LayerNorm? norm;
    private readonly Linear decoder;

    /// <summary>A network with fresh parameters.</summary>
    public ParticleTransformer(Init init, ParticleTransformerSizes sizes)
    {
        if (sizes.MlpEncoder) mlpEncoder = Child("encoder", new Mlp(init, sizes.Inputs, 2 * sizes.Width, sizes.Width, sizes.Activation));
        else encoder = Child("encoder", new Linear(init, sizes.Inputs, sizes.Width));
        Blocks = [.. Enumerable.Range(0, sizes.Blocks).Select(b => Child(
            $"blocks.{b}", new TransformerBlock(init, sizes.Width, sizes.Heads, sizes.MlpRatio * sizes.Width, sizes.Mask, sizes.Activation, sizes.LayerNorm)))];
        if (sizes.LayerNorm) norm = Child("norm", new LayerNorm(init, sizes.Width));
        decoder = Child("decoder", new Linear(init, sizes.Width, sizes.Outputs));
    }

    /// <summary>The blocks, first to last.</summary>
    public IReadOnlyList<TransformerBlock> Blocks { get; }

    /// <summary>The prediction for every particle.</summary>
    public Tensor Forward(Tensor tokens)
    {
        Tensor x = encoder?.Forward(tokens) ?? mlpEncoder!.Forward(tokens);
        foreach (TransformerBlock block in Blocks) x = block.Forward(x);
        return decoder.Forward(norm?.Forward(x) ?? x);
    }
}
