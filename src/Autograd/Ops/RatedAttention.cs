using Kernel = Handmade.Kernels.Ops.RatedAttention;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>
    /// Attention over few positions whose pattern is <c>A = α·P + (1 − α)</c>, P the softmax of scores scaled by 1/√d_head: <paramref name="qkv"/>
    /// [R, examples, position, 3, head, d_head], <paramref name="rate"/> α [R], which gets no gradient. z is [R, examples, position, head, d_head]; P,
    /// [R, examples, head, query, key], stays in a device buffer and carries no gradient.
    /// </summary>
    public static (Tensor Z, Tensor Softmax) RatedAttention(Tensor qkv, Tensor rate)
    {
        double scale = 1 / Math.Sqrt(qkv.Shape[^1]);
        var (z, softmax) = Kernel.Forward(qkv.View, rate.View, scale);
        Tensor result = Tape.Record("rated_attention", z, [qkv, rate], (_, dz) =>
        [
            Tape.IsComposed ? Gradients(ComposedRatedAttention(qkv, rate, scale), [qkv], dz, createGraph: true)[0] : new Tensor(Kernel.Backward(qkv.View, rate.View, scale, softmax, dz.View)),
            null,
        ]);
        return (result, new Tensor(softmax));
    }

    // The same from ops that can be differentiated again.
    private static Tensor ComposedRatedAttention(Tensor qkv, Tensor rate, double scale)
    {
        Tensor alpha = rate.Reshape([rate.Shape[0], 1, 1, 1, 1]), q = Heads(0), k = Heads(1), v = Heads(2);
        Tensor pattern = ((MatMul(q, k.Transpose(-1, -2)) * scale).Softmax() * alpha) + (1 - alpha);
        return MatMul(pattern, v).Transpose(-2, -3);

        Tensor Heads(int which) => qkv.Slice(-3, which, 1).Squeeze(-3).Transpose(-2, -3);
    }
}
