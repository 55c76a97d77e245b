using System.Numerics;
using System.Runtime.CompilerServices;
using static System.Numerics.Vector;
using V = System.Numerics.Vector<double>;

namespace Handmade.Kernels.Lanes;

// x = 2ᵏ·(1 + f) with √½ ≤ 1 + f < √2; with s = f / (2 + f) the logarithm of 1 + f is 2·atanh s = 2·(s + s³/3 + s⁵/5 + …).
public readonly partial struct MathF64
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Log(V x)
    {
        V f = Split(x, out V k);
        V s = f / (Create(2.0) + f);
        V s2 = s * s;
        V r = s2 * FusedMultiplyAdd(AtanhTail(s2), s2, Create(2.0 / 3));

        // 2s + s·r written as f − (f²/2 − s·(f²/2 + r)), because f is exact and s is not.
        V half = Create(0.5) * f * f;
        V low = FusedMultiplyAdd(s, half + r, k * Create(Ln2Lo));
        V y = FusedMultiplyAdd(k, Create(Ln2Hi), f - (half - low));

        y = ConditionalSelect(LessThan(x, Create(double.PositiveInfinity)), y, x);
        return ConditionalSelect(LessThan(Create(0.0), x), y, ConditionalSelect(Vector.Equals(x, Create(0.0)), Create(double.NegativeInfinity), Create(double.NaN)));
    }

    // exp(y·log x) with the logarithm and its product as unevaluated sums of two doubles (about 2⁻⁶⁵ relative):
    // an error of the exponent is an error of the result, 700-fold at the ends of the range.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Pow(V x, V y)
    {
        V one = Create(1.0), zero = Create(0.0), infinity = Create(double.PositiveInfinity), nan = Create(double.NaN);
        V a = Vector.Abs(x);
        V high = LogOfPositive(a, out V low);
        high = ConditionalSelect(Vector.Equals(a, zero), -infinity, ConditionalSelect(Vector.Equals(a, infinity), infinity, high));
        V e = y * high;
        V eLow = FusedMultiplyAdd(y, high, -e) + y * low;
        eLow = ConditionalSelect(LessThan(Vector.Abs(e), Create(1000.0)), eLow, zero); // beyond, the result is 0 or ∞ and the low part may be ∞ − ∞
        V magnitude = ExpOfSum(e, eLow);

        // A negative base: odd integers flip the sign, other integers do not, the rest has no real power. ±∞ counts as an even integer.
        V isInteger = ConditionalSelect(Vector.Equals(Vector.Floor(y), y), one, zero);
        V isEven = ConditionalSelect(Vector.Equals(Vector.Floor(y * Create(0.5)), y * Create(0.5)), one, zero);
        V negative = Vector.CopySign(one, x);
        V signed = ConditionalSelect(Vector.Equals(isInteger - isEven, one), Vector.CopySign(magnitude, negative), magnitude);
        V belowZero = ConditionalSelect(LessThan(-infinity, x), ConditionalSelect(Vector.Equals(isInteger, one), signed, nan), signed);
        V result = ConditionalSelect(LessThan(x, zero), belowZero, signed);

        // |x| = 1 with y = ±∞ is 0·∞ above, but 1 by definition. NaN stays NaN, except in 1ʸ and x⁰.
        result = ConditionalSelect(Vector.Equals(a, one), ConditionalSelect(Vector.Equals(Vector.Abs(y), infinity), one, result), result);
        result = ConditionalSelect(Vector.Equals(x, x), ConditionalSelect(Vector.Equals(y, y), result, y), x);
        return ConditionalSelect(Vector.Equals(y, zero), one, ConditionalSelect(Vector.Equals(x, one), one, result));
    }

    // log a = the sum of the result and `low`, for 0 < a < ∞.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V LogOfPositive(V a, out V low)
    {
        V f = Split(a, out V k);

        // s = f / (2 + f) to double length: the division's remainder is exact in a fused multiply-add.
        V d = Create(2.0) + f;
        V dLow = f - (d - Create(2.0));
        V s = f / d;
        V sLow = (FusedMultiplyAdd(-s, d, f) - s * dLow) / d;

        // s³·(2/3 + tail) to double length; the tail is at most 1/80 of it and needs one double only.
        V s2 = s * s;
        V s2Low = FusedMultiplyAdd(s, s, -s2) + Create(2.0) * s * sLow;
        V s3 = s2 * s;
        V s3Low = FusedMultiplyAdd(s2, s, -s3) + s * s2Low + s2 * sLow;
        V tail = AtanhTail(s2) * s2;
        V c = Create(2.0 / 3) + tail;
        V cLow = (Create(2.0 / 3) - c) + tail + Create(3.700743415417188e-17);
        V w = s3 * c;
        V wLow = FusedMultiplyAdd(s3, c, -w) + s3 * cLow + s3Low * c;

        // log(1 + f) = 2s + w, then k·ln 2 before it: each larger than what it is added to, so the sums' errors are exact.
        V t = Create(2.0) * s;
        V log1 = t + w;
        V log1Low = (t - log1) + w + (Create(2.0) * sLow + wLow);
        V kLn2 = k * Create(Ln2Hi);
        V kLn2Low = FusedMultiplyAdd(k, Create(Ln2Hi), -kLn2) + k * Create(Ln2Lo);
        V sum = kLn2 + log1;
        V sumLow = (kLn2 - sum) + log1 + (kLn2Low + log1Low);
        V high = sum + sumLow;
        low = (sum - high) + sumLow;
        return high;
    }

    // 2/5 + 2/7·s² + …, the series of 2·atanh behind its first two terms; s² ≤ 0.0295, the first term left out is below 1e-17 of the whole.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V AtanhTail(V s2)
    {
        V p = Create(2.0 / 21);
        p = FusedMultiplyAdd(p, s2, Create(2.0 / 19));
        p = FusedMultiplyAdd(p, s2, Create(2.0 / 17));
        p = FusedMultiplyAdd(p, s2, Create(2.0 / 15));
        p = FusedMultiplyAdd(p, s2, Create(2.0 / 13));
        p = FusedMultiplyAdd(p, s2, Create(2.0 / 11));
        p = FusedMultiplyAdd(p, s2, Create(2.0 / 9));
        p = FusedMultiplyAdd(p, s2, Create(2.0 / 7));
        return FusedMultiplyAdd(p, s2, Create(2.0 / 5));
    }

    // f and k of the header for positive finite x; anything else gives numbers without meaning.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Split(V x, out V k)
    {
        V tiny = Create(2.2250738585072014e-308);
        V scaled = ConditionalSelect(LessThan(x, tiny), x * Create(18014398509481984.0), x); // 2⁵⁴
        V shift = ConditionalSelect(LessThan(x, tiny), Create(-54.0), Create(0.0));

        // The exponent is made positive first: narrow machines have no arithmetic shift of 64-bit integers.
        Vector<long> bits = AsVectorInt64(scaled);
        Vector<long> biased = ShiftRightLogical(bits - Create(0x3FE6A09E667F3BCD) + Create(1024L << 52), 52);
        Vector<long> exponent = biased - Create(1024L);
        k = AsVectorDouble(exponent + AsVectorInt64(Create(Round))) - Create(Round) + shift;
        return AsVectorDouble(bits - ShiftLeft(exponent, 52)) - Create(1.0);
    }
}
