using Handmade.Autograd;

namespace Handmade.Model;

/// <summary>A table of vectors, looked up by index: <c>I32 [R, ...] → [R, ..., d]</c>; initialised N(0, 1) as torch.nn.Embedding.</summary>
public sealed class Embedding : Module
{
    /// <summary>A table of <paramref name="count"/> vectors of <paramref name="features"/> features.</summary>
    public Embedding(Init init, int count, int features, double deviation = 1) =>
        Weight = Parameter("weight", init.Normal([count, features], deviation));

    /// <summary>The table, <c>[R, count, d]</c>.</summary>
    public Tensor Weight { get; }

    /// <summary>The vectors of the given indices.</summary>
    public Tensor Forward(Tensor indices) => Tensor.Embedding(Weight, indices);
}
