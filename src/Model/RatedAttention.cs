using Handmade.Autograd;
using Handmade.Kernels;

namespace Handmade.Model;

/// <summary>
/// Attention whose pattern is <c>A = α·softmax(q·k/√d_head) + (1 − α)</c> (Zhong, Liu, Tegmark, Andreas 2023): at the attention rate α = 1 the usual
/// one, at 0 a plain sum over positions. No mask, no biases. Head h owns features h·d_head … (h+1)·d_head − 1 of q, k, v and z.
/// </summary>
public sealed class RatedAttention : Module
{
    private readonly double[] rates;
    private readonly Tensor rate, rest;

    /// <summary>Attention of <paramref name="heads"/> heads of ⌊d/heads⌋ features; one rate, or one per replica.</summary>
    public RatedAttention(Init init, int features, int heads, double[] rates)
    {
        if (heads < 1 || features < heads) throw new HandmadeException($"attention: {heads} heads for {features} features; each head needs at least one");
        if (rates.Length != 1 && rates.Length != init.Replicas) throw new HandmadeException($"attention: {rates.Length} rates for {init.Replicas} replicas; give one, or one each");
        if (rates.Any(alpha => !(alpha >= 0 && alpha <= 1))) throw new HandmadeException($"attention: the rate {rates.First(alpha => !(alpha >= 0 && alpha <= 1))}; it must lie between 0 and 1");
        this.rates = rates;
        Heads = heads;
        int width = features / heads * heads;
        Qkv = Child("qkv", new Linear(init.Normal([3 * width, features], 1 / Math.Sqrt(features)), bias: null));
        Output = Child("out", new Linear(init.Normal([features, width], 1 / Math.Sqrt(features)), bias: null));
        rate = Constant(alpha => alpha);
        rest = Constant(alpha => 1 - alpha);
        HookPattern = Hook("hook_pattern", "[replica, batch, head, query, key]");
        HookZ = Hook("hook_z", "[replica, batch, position, head, d_head]");

        Tensor Constant(Func<double, double> of) =>
            Tensor.From<double>(init.Device, [.. Enumerable.Range(0, init.Replicas).Select(r => of(rates[rates.Length == 1 ? 0 : r]))], [init.Replicas]).Cast(init.DType);
    }

    /// <summary>How many heads.</summary>
    public int Heads { get; }

    /// <summary>Queries, keys and values, one below the other: [R, 3·width, d].</summary>
    public Linear Qkv { get; }

    /// <summary>From the heads' features to the residual stream: [R, d, width].</summary>
    public Linear Output { get; }

    /// <summary>True where every rate is 0. Queries and keys do not matter then, and get a gradient of zeros.</summary>
    public bool IsConstant => rates.All(alpha => alpha == 0);

    /// <summary>A (to be read; replace z to ablate a head).</summary>
    public HookPoint HookPattern { get; }

    /// <summary>What each head gathered, before the output layer mixes the heads.</summary>
    public HookPoint HookZ { get; }

    /// <summary>α·x + (1 − α)·y.</summary>
    public Tensor Rated(Tensor x, Tensor y)
    {
        Shape each = new([rate.Shape[0], .. Enumerable.Repeat(1, x.Shape.Rank - 1)]);
        return (x * rate.Reshape(each)) + (y * rest.Reshape(each));
    }

    /// <summary>z [R, batch, position, width] from packed queries, keys and values [R, batch, position, 3·width].</summary>
    public Tensor Gather(Tensor qkv)
    {
        Shape tokens = new(qkv.Shape.Extents[..^1]);
        Tensor packed = qkv.Reshape([.. tokens, 3, Heads, qkv.Shape[^1] / (3 * Heads)]);
        var (z, softmax) = Tensor.RatedAttention(packed, rate);
        if (HookPattern.IsHeard) HookPattern.Pass(Rated(softmax, Tensor.Ones(softmax.Device, softmax.Shape, softmax.DType)));
        return HookZ.Pass(z).Reshape([.. tokens, qkv.Shape[^1] / 3]);
    }
}
