namespace Handmade.Kernels.Lanes;

/// <summary>
/// The remainder of a large angle by π/2, exact for every double (Payne and Hanek 1983): only those bits of 2/π are
/// multiplied that neither give whole turns nor fall below the result's precision. Integer arithmetic, so no libm is trusted with it.
/// </summary>
internal static class HugeAngle
{
    // The first 1280 bits of 2/π after a zero word: computed with 1400 bits by mpmath.
    private static ReadOnlySpan<ulong> TwoOverPi =>
    [
        0,
        0xa2f9836e4e441529, 0xfc2757d1f534ddc0, 0xdb6295993c439041, 0xfe5163abdebbc561, 0xb7246e3a424dd2e0,
        0x06492eea09d1921c, 0xfe1deb1cb129a73e, 0xe88235f52ebb4484, 0xe99c7026b45f7e41, 0x3991d639835339f4,
        0x9c845f8bbdf9283b, 0x1ff897ffde05980f, 0xef2f118b5a0a6d1f, 0x6d367ecf27cb09b7, 0x4f463f669e5fea2d,
        0x7527bac7ebe5f17b, 0x3d0739f78a5292ea, 0x6bfb5fb11f8d5d08, 0x56033046fc7b6bab, 0xf0cfbc209af4361d,
    ];

    /// <summary>
    /// The remainder r with x = n·π/2 + r, |r| ≤ π/4, to about one unit in the last place, and n modulo 4.
    /// For |x| of at least 1e5; NaN for ∞ and NaN.
    /// </summary>
    internal static double Reduce(double x, out int quadrant)
    {
        quadrant = 0;
        if (!double.IsFinite(x)) return double.NaN;

        // |x| = m·2ᵉ. Bits of 2/π above weight 2^(2−e) give multiples of four quadrants: the window starts behind them.
        long bits = BitConverter.DoubleToInt64Bits(x);
        ulong m = ((ulong)bits & 0xFFFFFFFFFFFFF) | 0x10000000000000;
        int e = (int)((bits >> 52) & 0x7FF) - 1075;
        int start = 64 + e - 2;
        ulong w0 = Window(start), w1 = Window(start + 64), w2 = Window(start + 128);

        // m·w modulo 2¹⁹²: two bits of quadrant, then the fraction of a quadrant.
        ulong high2 = Math.BigMul(m, w2, out _);
        ulong high1 = Math.BigMul(m, w1, out ulong low1);
        ulong middle = low1 + high2;
        ulong top = unchecked(m * w0 + high1 + (middle < low1 ? 1UL : 0));
        UInt128 product = new(top, middle);
        quadrant = (int)(top >> 62);

        // The nearest quadrant: a fraction of a half or more counts back from the next one.
        UInt128 fraction = product << 2;
        bool negative = (fraction >> 127) != 0;
        if (negative)
        {
            fraction = UInt128.Zero - fraction;
            quadrant++;
        }

        // fraction·π/2 with the leading 53 bits apart from the rest.
        int zeros = (int)UInt128.LeadingZeroCount(fraction);
        ulong leading = (ulong)((fraction << zeros) >> 64);
        double high = Math.ScaleB(leading >> 11, -53 - zeros);
        double low = Math.ScaleB(leading & 0x7FF, -64 - zeros);
        const double halfPi = 1.5707963267948966, halfPiLow = 6.123233995736766e-17;
        double r = Math.FusedMultiplyAdd(high, halfPi, Math.FusedMultiplyAdd(high, halfPiLow, low * halfPi));

        if (negative) r = -r;
        if (x > 0) return r;
        quadrant = -quadrant;
        return -r;
    }

    // 64 bits of the table from bit `start` on.
    private static ulong Window(int start)
    {
        int word = start >> 6, bit = start & 63;
        ulong first = TwoOverPi[word] << bit;
        return bit == 0 ? first : first | (TwoOverPi[word + 1] >> (64 - bit));
    }
}
