using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests.Ops;

/// <summary>Elementwise launches of each kind: dense, broadcast, strided, through masks and casts.</summary>
internal static class MapDigests
{
    public static IReadOnlyDictionary<string, Func<ulong>> All { get; } = new Dictionary<string, Func<ulong>>
    {
        ["map gelu and its slope"] = () => Hash(x => Arithmetic.Add(Gelu.Erf(x), Gelu.ErfBackward(x, Gelu.Tanh(x)))),
        ["map broadcast and strided"] = () => Hash(x => Arithmetic.Divide(Arithmetic.Multiply(x, x.Slice(0, 0, 1)), Arithmetic.Add(x.Slice(1, 3, 1), x.Slice(1, 1, 1)))),
        ["map masks"] = () => Hash(x => Where.Select(Compare.LessOrEqual(x, x.Slice(0, 1, 1)), Sigmoid.Silu(x), -1.0)),
        ["map casts"] = () => Hash(x => Cast.To(Cast.To(Arithmetic.Multiply(Cast.To(x, DType.F64), 1e9), DType.I32), DType.F32)),
        ["map integer masks"] = () => Hash(x => Cast.To(Compare.Greater(Cast.To(x, DType.I32), 1), DType.F32)),
    };

    private static ulong Hash(Func<TensorView, TensorView> f)
    {
        using var device = new HostDevice(threads: 1);
        using Scope scope = device.Scope();
        TensorView x = device.From<float>([.. Enumerable.Range(0, 7 * 43).Select(i => (((i * 7919) % 1009) - 504) / 100f)], [43, 7]).Transpose(0, 1);
        return Digest.Of<float>(f(x).ToArray<float>()) + (31 * Digest.Of<float>(f(Copy.Contiguous(x)).ToArray<float>()));
    }
}
