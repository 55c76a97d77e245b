using System.Numerics;
using System.Runtime.CompilerServices;
using static System.Numerics.Vector;
using V = System.Numerics.Vector<double>;

namespace Handmade.Kernels.Lanes;

public readonly partial struct MathF64 : IVectorMath<double>
{
    private const double Log2E = 1.4426950408889634;

    // ln 2 in two parts; n·Ln2Hi is exact inside the fused multiply-add.
    private const double Ln2Hi = 0.6931471805599453;
    private const double Ln2Lo = 2.3190468138462996e-17;

    // 1.5·2⁵²: adding it rounds to an integer, which then stands in the low bits.
    private const double Round = 6755399441055744;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Exp(V x) => ExpOfSum(x, Create(0.0));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IVectorMath<double>.MultiplyAdd(V a, V b, V c) => FusedMultiplyAdd(a, b, c);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IVectorMath<double>.ExpOfNegative(V x) => AndNot(Exp(x), LessThan<double>(x, Create(-708.39641853226408))); // the logarithm of the least normal number

    // e^(x + low) for |low| below x's rounding error. Cody and Waite: x = n·ln 2 + r with |r| ≤ ½ ln 2, eˣ = 2ⁿ·eʳ.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpOfSum(V x, V low)
    {
        x = Clamp(x, -746, 710);
        V rounded = FusedMultiplyAdd(x, Create(Log2E), Create(Round));
        V n = rounded - Create(Round);
        V r = FusedMultiplyAdd(n, Create(-Ln2Lo), FusedMultiplyAdd(n, Create(-Ln2Hi), x)) + low;
        V p = ExpMinus1Near0(r) + Create(1.0);

        // 2ⁿ as two factors, so that n = 1024 and the denormals come out rounded once, like everything else.
        // The exponent is made positive first: narrow machines have no arithmetic shift of 64-bit integers.
        Vector<long> k = AsVectorInt64(rounded) - AsVectorInt64(Create(Round)) + Create(2048L);
        Vector<long> half = ShiftRightLogical(k, 1);
        return p * PowerOfTwo(half - Create(1024L)) * PowerOfTwo(k - half - Create(1024L));
    }

    // eʳ − 1 for |r| ≤ ½ ln 2: the Taylor series up to r¹³/13!; the first term left out is 4e-18.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpMinus1Near0(V r)
    {
        V p = Create(1.0 / 6227020800);
        p = FusedMultiplyAdd(p, r, Create(1.0 / 479001600));
        p = FusedMultiplyAdd(p, r, Create(1.0 / 39916800));
        p = FusedMultiplyAdd(p, r, Create(1.0 / 3628800));
        p = FusedMultiplyAdd(p, r, Create(1.0 / 362880));
        p = FusedMultiplyAdd(p, r, Create(1.0 / 40320));
        p = FusedMultiplyAdd(p, r, Create(1.0 / 5040));
        p = FusedMultiplyAdd(p, r, Create(1.0 / 720));
        p = FusedMultiplyAdd(p, r, Create(1.0 / 120));
        p = FusedMultiplyAdd(p, r, Create(1.0 / 24));
        p = FusedMultiplyAdd(p, r, Create(1.0 / 6));
        p = FusedMultiplyAdd(p, r, Create(1.0 / 2));
        return FusedMultiplyAdd(p, r * r, r);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Tanh(V x)
    {
        // tanh a = e / (e + 2) with e = exp(2a) − 1 = 2ⁿ·(eʳ − 1) + (2ⁿ − 1): no cancellation near zero, where n = 0.
        V z = Clamp(Vector.Abs(x) * Create(2.0), 0, 40);
        V rounded = FusedMultiplyAdd(z, Create(Log2E), Create(Round));
        V n = rounded - Create(Round);
        V r = FusedMultiplyAdd(n, Create(-Ln2Lo), FusedMultiplyAdd(n, Create(-Ln2Hi), z));
        V scale = PowerOfTwo(AsVectorInt64(rounded) - AsVectorInt64(Create(Round)));
        V e = FusedMultiplyAdd(scale, ExpMinus1Near0(r), scale - Create(1.0));
        return Vector.CopySign(e / (e + Create(2.0)), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Erf(V x)
    {
        // Both coefficient sets are minimax fits made for this file (weighted least squares with Lawson's reweighting in
        // 50-digit arithmetic). Below 1: erf a = a + a·P(a²), relative error 7e-18.
        V a = Clamp(Vector.Abs(x), 0, 6);
        V u = a * a;
        V near = Create(-7.7794464602304660549e-10);
        near = FusedMultiplyAdd(near, u, Create(1.3710968211670289716e-8));
        near = FusedMultiplyAdd(near, u, Create(-1.6206310845532682458e-7));
        near = FusedMultiplyAdd(near, u, Create(1.6447131177510139844e-6));
        near = FusedMultiplyAdd(near, u, Create(-1.4924712268930034682e-5));
        near = FusedMultiplyAdd(near, u, Create(1.2055293575113655846e-4));
        near = FusedMultiplyAdd(near, u, Create(-8.5483259292524208748e-4));
        near = FusedMultiplyAdd(near, u, Create(5.2239776061171272342e-3));
        near = FusedMultiplyAdd(near, u, Create(-2.6866170643111296411e-2));
        near = FusedMultiplyAdd(near, u, Create(0.11283791670944183604));
        near = FusedMultiplyAdd(near, u, Create(-0.3761263890318351951));
        near = FusedMultiplyAdd(FusedMultiplyAdd(near, u, Create(0.1283791670955125657)), a, a);

        // From 1 to 6: erf a = 1 − exp(−a²)·P(a)/Q(a), the fraction being exp(a²)·erfc(a); absolute error in erf 2e-19.
        V p = Create(1.3102998119919958669e-8);
        p = FusedMultiplyAdd(p, a, Create(7.2744442216619208072e-3));
        p = FusedMultiplyAdd(p, a, Create(7.245640983058535137e-2));
        p = FusedMultiplyAdd(p, a, Create(0.334217598995030334));
        p = FusedMultiplyAdd(p, a, Create(0.88059955665124180643));
        p = FusedMultiplyAdd(p, a, Create(1.3317076438590022557));
        p = FusedMultiplyAdd(p, a, Create(0.99999996234206194151));
        V q = Create(1.2894427209575865918e-2);
        q = FusedMultiplyAdd(q, a, Create(0.12841208697502664831));
        q = FusedMultiplyAdd(q, a, Create(0.59897696363352900313));
        q = FusedMultiplyAdd(q, a, Create(1.6239294655829624912));
        q = FusedMultiplyAdd(q, a, Create(2.6565119707245595742));
        q = FusedMultiplyAdd(q, a, Create(2.4600863967400657487));
        q = FusedMultiplyAdd(q, a, Create(1.0));
        V far = FusedMultiplyAdd(-ExpOfSum(-u, -FusedMultiplyAdd(a, a, -u)), p / q, Create(1.0));

        return Vector.CopySign(ConditionalSelect(LessThan(a, Create(1.0)), near, far), x);
    }

    // 2ᵏ for −1022 ≤ k ≤ 1023, by writing the exponent field.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V PowerOfTwo(Vector<long> k) =>
        AsVectorDouble(ShiftLeft(k, 52) + AsVectorInt64(Create(1.0)));
}
