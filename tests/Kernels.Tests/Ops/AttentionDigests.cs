using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests.Ops;

/// <summary>Attention forth and back where rows and heads end with a register, inside one, and before the narrowest is full.</summary>
internal static class AttentionDigests
{
    public static IReadOnlyDictionary<string, Func<ulong>> All { get; } = new Dictionary<string, Func<ulong>>
    {
        ["attention, whole registers"] = () => Hash<float>(AttentionMask.ExcludeSelf, 16, 8),
        ["attention, whole registers of some machines"] = () => Hash<float>(AttentionMask.None, 40, 12),
        ["attention, ragged"] = () => Hash<float>(AttentionMask.Causal, 21, 19),
        ["attention, narrow heads"] = () => Hash<float>(AttentionMask.ExcludeSelf, 3, 2),
        ["attention of doubles"] = () => Hash<double>(AttentionMask.ExcludeSelf, 13, 6),
    };

    private static ulong Hash<T>(AttentionMask mask, int n, int d) where T : unmanaged, System.Numerics.IFloatingPointIeee754<T>
    {
        using var device = new HostDevice(threads: 1);
        using Scope scope = device.Scope();
        TensorView Numbers(int count, Shape shape) => device.From<T>([.. Enumerable.Range(0, count).Select(i => T.CreateChecked(((i * 7919) % 1009) - 504) / T.CreateChecked(200))], shape);
        TensorView qkv = Numbers(2 * n * 3 * 2 * d, [2, n, 3, 2, d]), dz = Numbers(2 * n * 2 * d, [2, n, 2, d]), z = device.Empty(dz.Shape, dz.DType), dqkv = device.Empty(qkv.Shape, qkv.DType);
        TensorView Part(TensorView packed, int which) => packed.Slice(-3, which, 1).Squeeze(-3).Transpose(-2, -3);
        TensorView pattern = Attention.Forward(Part(qkv, 0), Part(qkv, 1), Part(qkv, 2), z.Transpose(-2, -3), mask, 0.4);
        Attention.Backward(Part(qkv, 0), Part(qkv, 1), Part(qkv, 2), pattern, dz.Transpose(-2, -3), 0.4, Part(dqkv, 0), Part(dqkv, 1), Part(dqkv, 2));
        return Digest.Of<T>(pattern.ToArray<T>()) + (31 * Digest.Of<T>(z.ToArray<T>())) + (961 * Digest.Of<T>(dqkv.ToArray<T>()));
    }
}
