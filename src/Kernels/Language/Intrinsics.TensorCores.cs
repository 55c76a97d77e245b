using Handmade.Kernels.Emulation;

namespace Handmade.Kernels;

/// <remarks>
/// Products on tensor cores, CUDA's alone: the 32 threads of a warp multiply two small matrices together, and each holds a part of every one. All
/// threads of the warp must call, with views of <see cref="LocalMemory"/>. With lane l of the warp, g = l / 4 and t = l % 4, as PTX has it (mma.sync):
/// sums are s[0…1] = C[g, 2t…2t+1] and s[2…3] = C[g + 8, 2t…2t+1] of a 16×8 matrix; a and b are said at each function. Products are exact; the order in which
/// a device adds them, and how it rounds on the way, is its own. The emulator rounds once.
/// </remarks>
public static partial class Intrinsics
{
    /// <summary>
    /// C += A·B, A 16×8 and B 8×8, of TF32: floats whose last 13 bits are ignored (so <see cref="RoundToTf32"/> comes first). a is A[g, t], A[g + 8, t], A[g, t + 4],
    /// A[g + 8, t + 4]; b is B[t, g], B[t + 4, g].
    /// </summary>
    public static void MmaTf32(ArrayView<float> sums, ArrayView<float> a, ArrayView<float> b) =>
        EmulatedMma.Add<EmulatedMma.Tf32>(sums, [Bits(a[0]), Bits(a[1]), Bits(a[2]), Bits(a[3]), Bits(b[0]), Bits(b[1])]);

    /// <summary>
    /// C += A·B, A 16×16 and B 16×8, of bfloat16, two in a word (<see cref="PackBFloat16"/>). a is A[g, 2t…2t+1], A[g + 8, 2t…2t+1], A[g, 2t+8…2t+9], A[g + 8, 2t+8…2t+9];
    /// b is B[2t…2t+1, g], B[2t+8…2t+9, g].
    /// </summary>
    public static void MmaBFloat16(ArrayView<float> sums, ArrayView<uint> a, ArrayView<uint> b) => EmulatedMma.Add<EmulatedMma.BFloat16>(sums, Words(a, b));

    /// <summary>As <see cref="MmaBFloat16"/>, of IEEE halves.</summary>
    public static void MmaHalf(ArrayView<float> sums, ArrayView<uint> a, ArrayView<uint> b) => EmulatedMma.Add<EmulatedMma.IeeeHalf>(sums, Words(a, b));

    /// <summary>Two bfloat16 in a word, as tensor cores take them: <paramref name="first"/> in the lower half.</summary>
    public static uint PackBFloat16(float first, float second) => ToBFloat16(first) | ((uint)ToBFloat16(second) << 16);

    private static uint Bits(float x) => BitConverter.SingleToUInt32Bits(x);

    private static uint[] Words(ArrayView<uint> a, ArrayView<uint> b) => [a[0], a[1], a[2], a[3], b[0], b[1]];
}
