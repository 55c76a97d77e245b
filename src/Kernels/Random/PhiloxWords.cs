using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Handmade.Kernels;

/// <summary>
/// Consecutive Philox blocks written out as words. With AVX2 eight blocks go side by side, each word in the lower half of a 64-bit lane,
/// where the multiplier takes it and ignores what is left in the upper half; elsewhere one after another. Integers: the same bits.
/// Bound by arithmetic: 20 instructions a block against some 120 for one at a time.
/// </summary>
internal static unsafe class PhiloxWords
{
    /// <summary>Writes the words of blocks <paramref name="index"/>, <paramref name="index"/> + 1, …: at least <paramref name="count"/>, in whole blocks.</summary>
    public static void Write(ulong seed, ulong stream, ulong index, uint* words, int count)
    {
        int i = 0;
        if (Avx2.IsSupported)
            for (; i <= count - 32; i += 32, index += 8) EightBlocks(seed, stream, index, (ulong*)(words + i));
        for (; i < count; i += 4, index++) (words[i], words[i + 1], words[i + 2], words[i + 3]) = Philox.Block(seed, stream, index);
    }

    private static void EightBlocks(ulong seed, ulong stream, ulong index, ulong* pairs)
    {
        Vector256<ulong> indexP = Vector256.Create(index) + Vector256.Create(0UL, 1, 2, 3), indexQ = indexP + Vector256.Create(4UL);
        Vector256<ulong> aP = indexP, bP = indexP >>> 32, cP = Vector256.Create(stream), dP = Vector256.Create(stream >> 32);
        Vector256<ulong> aQ = indexQ, bQ = indexQ >>> 32, cQ = cP, dQ = dP;
        Vector256<ulong> key0 = Vector256.Create(seed), key1 = Vector256.Create(seed >> 32);
        for (int round = 0; round < 10; round++)
        {
            Round(ref aP, ref bP, ref cP, ref dP, key0, key1);
            Round(ref aQ, ref bQ, ref cQ, ref dQ, key0, key1);
            key0 += Vector256.Create((ulong)Philox.KeyStep0);
            key1 += Vector256.Create((ulong)Philox.KeyStep1);
        }
        Store(aP, bP, cP, dP, pairs);
        Store(aQ, bQ, cQ, dQ, pairs + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Round(ref Vector256<ulong> a, ref Vector256<ulong> b, ref Vector256<ulong> c, ref Vector256<ulong> d, Vector256<ulong> key0, Vector256<ulong> key1)
    {
        Vector256<ulong> left = Avx2.Multiply(a.AsUInt32(), Vector256.Create(Philox.Multiplier0)), right = Avx2.Multiply(c.AsUInt32(), Vector256.Create(Philox.Multiplier1));
        a = (right >>> 32) ^ b ^ key0;
        c = (left >>> 32) ^ d ^ key1;
        b = right;
        d = left;
    }

    // Four blocks from word-wise to block-wise order.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector256<ulong> a, Vector256<ulong> b, Vector256<ulong> c, Vector256<ulong> d, ulong* pairs)
    {
        Vector256<ulong> lower = Vector256.Create(0xFFFFFFFFUL), ab = (a & lower) | (b << 32), cd = (c & lower) | (d << 32);
        Vector256<ulong> even = Avx2.UnpackLow(ab, cd), odd = Avx2.UnpackHigh(ab, cd);
        Avx2.Permute2x128(even, odd, 0x20).Store(pairs);
        Avx2.Permute2x128(even, odd, 0x31).Store(pairs + 4);
    }
}
