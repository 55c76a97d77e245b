namespace Handmade.Kernels.Emulation;

/// <summary>What mma.sync of m16n8k8 and m16n8k16 computes, as the fragments of PTX lie: every thread reads the words of its warp and makes its own four sums.</summary>
internal static class EmulatedMma
{
    /// <summary>Numbers as a word of a fragment holds them.</summary>
    internal interface IOperand
    {
        /// <summary>How many a word holds; the depth of the product is eight times as much.</summary>
        static abstract int PerWord { get; }

        static abstract float Value(uint word, int which);
    }

    /// <summary>sums += a·b: <paramref name="words"/> are this thread's four of a and two of b. In double, where the products are exact, and rounded once.</summary>
    public static void Add<TOperand>(ArrayView<float> sums, ReadOnlySpan<uint> words) where TOperand : struct, IOperand
    {
        ReadOnlySpan<uint> warp = WorkItem.Current.Exchange(words, out int lane);
        int per = TOperand.PerWord;
        for (int s = 0; s < 4; s++)
        {
            int i = (lane / 4) + (s / 2 * 8), j = (lane % 4 * 2) + (s % 2);
            double sum = sums[s];
            for (int k = 0; k < 8 * per; k++)
            {
                // Four threads hold the depth's first half, so many numbers each, and the second half in other words.
                int holder = k % (4 * per) / per, half = k / (4 * per);
                uint a = warp[(((i % 8 * 4) + holder) * EmulatedWarp.Words) + (i / 8) + (half * 2)], b = warp[(((j * 4) + holder) * EmulatedWarp.Words) + 4 + half];
                sum += (double)TOperand.Value(a, k % per) * TOperand.Value(b, k % per);
            }
            sums[s] = (float)sum;
        }
    }

    /// <summary>A float without its last 13 bits.</summary>
    internal readonly struct Tf32 : IOperand
    {
        public static int PerWord => 1;

        public static float Value(uint word, int which) => BitConverter.UInt32BitsToSingle(word & 0xFFFFE000);
    }

    /// <summary>The upper half of a float.</summary>
    internal readonly struct BFloat16 : IOperand
    {
        public static int PerWord => 2;

        public static float Value(uint word, int which) => Intrinsics.FromBFloat16((ushort)(word >> (16 * which)));
    }

    /// <summary>IEEE's 16 bits.</summary>
    internal readonly struct IeeeHalf : IOperand
    {
        public static int PerWord => 2;

        public static float Value(uint word, int which) => Intrinsics.FromHalf((ushort)(word >> (16 * which)));
    }
}
