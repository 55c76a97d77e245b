using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Kernel = Handmade.Kernels.Ops.Attention;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>
    /// Fused softmax attention on packed projections: <paramref name="qkv"/> is <c>[..., position, 3, head, d_head]</c> (the
    /// output of one linear layer, reshaped). z is <c>[..., position, head, d_head]</c>; the pattern
    /// <c>[..., head, query, key]</c> stays in a device buffer and carries no gradient. Scores are scaled by 1/√d_head.
    /// </summary>
    public static (Tensor Z, Tensor Pattern) Attention(Tensor qkv, AttentionMask mask = AttentionMask.None)
    {
        if (qkv.Shape.Rank < 4 || qkv.Shape[^3] != 3)
            throw new HandmadeException($"attention: qkv has shape {qkv.Shape}; it must be [..., position, 3, head, d_head]");
        Shape packed = qkv.Shape;
        double scale = 1 / Math.Sqrt(packed[^1]);
        TensorView dense = Copy.Contiguous(qkv.View);
        TensorView z = qkv.Device.Empty(new Shape([.. packed.Extents[..^3], packed[^2], packed[^1]]), qkv.DType);
        TensorView pattern = Kernel.Forward(Part(dense, 0), Part(dense, 1), Part(dense, 2), z.Transpose(-2, -3), mask, scale);
        Tensor result = Tape.Record("attention", z, [qkv], (_, dz) =>
        {
            if (Tape.IsComposed) return ComposedAttentionGradient(qkv, dz, mask, scale);
            TensorView dqkv = qkv.Device.Empty(packed, qkv.DType);
            Kernel.Backward(Part(dense, 0), Part(dense, 1), Part(dense, 2), pattern, Copy.Contiguous(dz.View).Transpose(-2, -3), scale, Part(dqkv, 0), Part(dqkv, 1), Part(dqkv, 2));
            return [new Tensor(dqkv)];
        });
        return (result, new Tensor(pattern));
    }

    /// <summary>q (0), k (1) or v (2) of a packed tensor as [..., head, position, d_head].</summary>
    private static TensorView Part(TensorView packed, int which) => packed.Slice(-3, which, 1).Squeeze(-3).Transpose(-2, -3);

    // The same formulas from ops that can be differentiated again.
    private static Tensor?[] ComposedAttentionGradient(Tensor qkv, Tensor dz, AttentionMask mask, double scale)
    {
        Tensor q = Heads(0), k = Heads(1), v = Heads(2), dzHeads = dz.Transpose(-2, -3);
        Tensor scores = MatMul(q, k.Transpose(-1, -2)) * scale;
        if (mask != AttentionMask.None) scores = scores.MaskedFill(Forbidden(qkv.Device, q.Shape[^2], mask), double.NegativeInfinity);
        Tensor pattern = scores.Softmax(-1);
        Tensor dv = MatMul(pattern.Transpose(-1, -2), dzHeads);
        Tensor slope = MatMul(dzHeads, v.Transpose(-1, -2));
        Tensor ds = pattern * (slope - (pattern * slope).Sum([-1], keepAxes: true)) * scale;
        return [Stack(-3, MatMul(ds, k).Transpose(-2, -3), MatMul(ds.Transpose(-1, -2), q).Transpose(-2, -3), dv.Transpose(-2, -3))];

        Tensor Heads(int which) => qkv.Slice(-3, which, 1).Squeeze(-3).Transpose(-2, -3);
    }

    private static Tensor Forbidden(Device device, int n, AttentionMask mask)
    {
        var forbidden = new byte[n * n];
        for (int query = 0; query < n; query++)
            for (int key = 0; key < n; key++)
                forbidden[(query * n) + key] = mask == AttentionMask.ExcludeSelf ? (byte)(query == key ? 1 : 0) : (byte)(key > query ? 1 : 0);
        return From<byte>(device, forbidden, [n, n]);
    }
}
