using Handmade.Autograd;
using Handmade.Kernels.Ops;

namespace Handmade.Model;

/// <summary>A pre-norm transformer block: <c>x += attn(ln1(x)); x += mlp(ln2(x))</c> over <c>[R, batch, position, d]</c>.</summary>
public sealed class TransformerBlock : Module
{
    private readonly LayerNorm? ln1;
    private readonly LayerNorm? ln2;
    private readonly Mlp mlp;

    /// <summary>A block of width <paramref name="features"/>; without <paramref name="layerNorm"/> the norms are left out.</summary>
    public TransformerBlock(Init init, int features, int heads, int hidden, AttentionMask mask, Activation activation = Activation.Gelu, bool layerNorm = true)
    {
        HookResidPre = Hook("hook_resid_pre", "[replica, batch, position, d]");
        if (layerNorm) ln1 = Child("ln1", new LayerNorm(init, features));
        Attention = Child("attn", new MultiHeadAttention(init, features, heads, mask));
        HookResidMid = Hook("hook_resid_mid", "[replica, batch, position, d]");
        if (layerNorm) ln2 = Child("ln2", new LayerNorm(init, features));
        mlp = Child("mlp", new Mlp(init, features, hidden, features, activation));
        HookResidPost = Hook("hook_resid_post", "[replica, batch, position, d]");
    }

    /// <summary>The attention layer.</summary>
    public MultiHeadAttention Attention { get; }

    /// <summary>The residual stream as it enters.</summary>
    public HookPoint HookResidPre { get; }

    /// <summary>The residual stream between attention and MLP.</summary>
    public HookPoint HookResidMid { get; }

    /// <summary>The residual stream as it leaves.</summary>
    public HookPoint HookResidPost { get; }

    /// <summary>The block applied to the residual stream.</summary>
    public Tensor Forward(Tensor x)
    {
        x = HookResidPre.Pass(x);
        x = HookResidMid.Pass(Attention.Forward(ln1?.Forward(x) ?? x, residual: x));
        return HookResidPost.Pass(mlp.Forward(ln2?.Forward(x) ?? x, residual: x));
    }
}
