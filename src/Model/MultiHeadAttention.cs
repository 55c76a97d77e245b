using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;

namespace Handmade.Model;

/// <summary>
/// Self-attention with several heads over tokens <c>[R, batch, position, d]</c>. q, k and v come from one linear layer;
/// head h owns features h·d_head … (h+1)·d_head − 1 of each.
/// </summary>
public sealed class MultiHeadAttention : Module
{
    private readonly int heads;
    private readonly AttentionMask mask;
    private readonly Linear qkv;
    private readonly Linear output;

    /// <summary>Attention of <paramref name="heads"/> heads of width <paramref name="features"/>/<paramref name="heads"/>.</summary>
    public MultiHeadAttention(Init init, int features, int heads, AttentionMask mask = AttentionMask.None)
    {
        if (heads < 1 || features % heads != 0) throw new HandmadeException($"attention: {features} features do not divide into {heads} heads; make the width a multiple of the heads");
        this.heads = heads;
        this.mask = mask;
        qkv = Child("qkv", new Linear(init, features, 3 * features));
        output = Child("out", new Linear(init, features, features));
        HookQ = Hook("hook_q", "[replica, batch, position, head, d_head]");
        HookK = Hook("hook_k", "[replica, batch, position, head, d_head]");
        HookV = Hook("hook_v", "[replica, batch, position, head, d_head]");
        HookPattern = Hook("hook_pattern", "[replica, batch, head, query, key]");
        HookZ = Hook("hook_z", "[replica, batch, position, head, d_head]");
    }

    /// <summary>Queries (to be read; a replacement is ignored, as q, k and v are views of one tensor).</summary>
    public HookPoint HookQ { get; }

    /// <summary>Keys (to be read).</summary>
    public HookPoint HookK { get; }

    /// <summary>Values (to be read).</summary>
    public HookPoint HookV { get; }

    /// <summary>Attention weights, in their device buffer (to be read; replace z to ablate a head).</summary>
    public HookPoint HookPattern { get; }

    /// <summary>What each head gathered, before the output layer mixes the heads.</summary>
    public HookPoint HookZ { get; }

    /// <summary>Attention over x, mixed by the output layer, plus <paramref name="residual"/> if given.</summary>
    public Tensor Forward(Tensor x, Tensor? residual = null)
    {
        Tensor packed = qkv.Forward(x);
        packed = packed.Reshape([.. x.Shape.Extents[..^1], 3, heads, x.Shape[^1] / heads]);
        Show(HookQ, packed, 0);
        Show(HookK, packed, 1);
        Show(HookV, packed, 2);
        var (z, pattern) = Tensor.Attention(packed, mask);
        HookPattern.Pass(pattern);
        return output.Forward(HookZ.Pass(z).Reshape(x.Shape), residual);
    }

    private static void Show(HookPoint hook, Tensor packed, int which)
    {
        if (hook.IsHeard) hook.Pass(new Tensor(packed.View.Slice(-3, which, 1).Squeeze(-3)));
    }
}
