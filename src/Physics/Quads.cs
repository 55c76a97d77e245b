using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using V = System.Runtime.Intrinsics.Vector256;
using Wide = System.Runtime.Intrinsics.Vector256<double>;

namespace Handmade.Physics;

/// <summary>Four pairs of discs, gathered from memory into the lanes of vectors. A disc is 32 bytes: x, y, vx, vy.</summary>
internal static unsafe class Quads
{
    // For each set of lanes the bytes of their 4-byte elements, moved to the front.
    private static ReadOnlySpan<byte> Front =>
    [
        0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
        0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
        4, 5, 6, 7, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
        0, 1, 2, 3, 4, 5, 6, 7, 0, 1, 2, 3, 0, 1, 2, 3,
        8, 9, 10, 11, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
        0, 1, 2, 3, 8, 9, 10, 11, 0, 1, 2, 3, 0, 1, 2, 3,
        4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3, 0, 1, 2, 3,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0, 1, 2, 3,
        12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3, 0, 1, 2, 3,
        0, 1, 2, 3, 12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3,
        4, 5, 6, 7, 12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3,
        0, 1, 2, 3, 4, 5, 6, 7, 12, 13, 14, 15, 0, 1, 2, 3,
        8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 0, 1, 2, 3,
        0, 1, 2, 3, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3,
        4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3,
        0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15,
    ];

    /// <summary>The elements of the given lanes, in order, at the front; what follows them means nothing.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<uint> Pack(Vector128<uint> elements, uint lanes) =>
        Vector128.ShuffleNative(elements.AsByte(), Vector128.LoadUnsafe(ref MemoryMarshal.GetReference(Front), 16 * lanes)).AsUInt32();

    /// <summary>a's place minus b's of four pairs, given by their offsets in bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Wide X, Wide Y) Separation(byte* discs, uint* a, uint* b)
    {
        var even = Halves(discs, a[0], a[2]) - Halves(discs, b[0], b[2]);
        var odd = Halves(discs, a[1], a[3]) - Halves(discs, b[1], b[3]);
        return (Low(even, odd), High(even, odd));
    }

    /// <summary>What four discs, given by their offsets in bytes, have in an array of one number for each disc.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Wide Of(double* numbers, uint* discs) =>
        V.Create(numbers[discs[0] / NearPairs.DiscBytes], numbers[discs[1] / NearPairs.DiscBytes], numbers[discs[2] / NearPairs.DiscBytes], numbers[discs[3] / NearPairs.DiscBytes]);

    /// <summary>a's place and velocity minus b's of four pairs, given by their offsets in bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static (Wide X, Wide Y, Wide Vx, Wide Vy) Motion(byte* discs, uint* a, uint* b)
    {
        var first = Disc(discs, a[0]) - Disc(discs, b[0]);
        var second = Disc(discs, a[1]) - Disc(discs, b[1]);
        var third = Disc(discs, a[2]) - Disc(discs, b[2]);
        var fourth = Disc(discs, a[3]) - Disc(discs, b[3]);
        Wide x = Low(first, second), y = High(first, second), moreX = Low(third, fourth), moreY = High(third, fourth);
        return (V.Create(x.GetLower(), moreX.GetLower()), V.Create(y.GetLower(), moreY.GetLower()),
            V.Create(x.GetUpper(), moreX.GetUpper()), V.Create(y.GetUpper(), moreY.GetUpper()));
    }

    /// <summary>Writes (x, y) of four pairs one after another.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StoreInterleaved(Wide x, Wide y, double* to)
    {
        Wide even = Low(x, y), odd = High(x, y);
        V.Create(even.GetLower(), odd.GetLower()).Store(to);
        V.Create(even.GetUpper(), odd.GetUpper()).Store(to + 4);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Wide Disc(byte* discs, uint offset) => V.LoadAligned((double*)(discs + offset));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Wide Halves(byte* discs, uint first, uint second) =>
        V.Create(Vector128.LoadAligned((double*)(discs + first)), Vector128.LoadAligned((double*)(discs + second)));

    // Elements 0 of both vectors' lower halves, then of their upper halves.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Wide Low(Wide a, Wide b) => Avx.IsSupported ? Avx.UnpackLow(a, b) : V.Create(a[0], b[0], a[2], b[2]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Wide High(Wide a, Wide b) => Avx.IsSupported ? Avx.UnpackHigh(a, b) : V.Create(a[1], b[1], a[3], b[3]);
}
