using System.Numerics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using Handmade.Kernels.Tests.Gemm;
using Handmade.Kernels.Tests.Lanes;
using Handmade.Kernels.Tests.Ops;

namespace Handmade.Kernels.Tests;

/// <summary>
/// Named computations whose bits must not depend on the machine's registers. <see cref="SameBitsTests"/> runs them all again in child
/// processes with narrower ones. To add some: a static class with such a dictionary beside the tests, and its line here. Keep one below 10 ms.
/// </summary>
public static class Digest
{
    private static readonly IReadOnlyDictionary<string, Func<ulong>>[] Sources = [LanesDigests.All, MapDigests.All, GemmDigests.All, AttentionDigests.All];

    /// <summary>The hash of every computation.</summary>
    public static IEnumerable<(string Name, ulong Hash)> Compute() =>
        from source in Sources from computation in source select (computation.Key, computation.Value());

    /// <summary>What this process computes with.</summary>
    public static string Registers =>
        $"registers of {(Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : Vector128.IsHardwareAccelerated ? 128 : 0)} bits, " +
        $"Vector<float> of {Vector<float>.Count}, {(Fma.IsSupported ? "with" : "without")} FMA";

    /// <summary>FNV-1a over the bits; all NaNs count as one, because their payload is not part of the promise.</summary>
    public static ulong Of<T>(ReadOnlySpan<T> values) where T : unmanaged, IFloatingPointIeee754<T>
    {
        ulong hash = 14695981039346656037;
        foreach (T value in values)
        {
            T counted = T.IsNaN(value) ? T.NaN : value;
            foreach (byte b in MemoryMarshal.AsBytes(new ReadOnlySpan<T>(in counted))) hash = (hash ^ b) * 1099511628211;
        }
        return hash;
    }
}
