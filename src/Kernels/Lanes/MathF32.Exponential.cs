using System.Numerics;
using System.Runtime.CompilerServices;
using static System.Numerics.Vector;
using V = System.Numerics.Vector<float>;

namespace Handmade.Kernels.Lanes;

// Coefficients here are minimax fits made for this file (weighted least squares with Lawson's reweighting in 50-digit
// arithmetic), for the relative error that stands beside each; rounding in float adds the rest.
public readonly partial struct MathF32 : IVectorMath<float>
{
    private const float Log2E = 1.44269502f;

    // ln 2 in two parts; n·Ln2Hi is exact inside the fused multiply-add.
    private const float Ln2Hi = 0.693147182f;
    private const float Ln2Lo = -1.90465421e-9f;

    // 1.5·2²³: adding it rounds to an integer, which then stands in the low bits.
    private const float Round = 12582912f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Exp(V x)
    {
        V p = ExpReduced(Clamp(x, -104f, 89f), out Vector<int> k);

        // 2ᵏ as two factors, so that k = 128 and the denormals (k < −126) come out rounded once, like everything else.
        Vector<int> half = ShiftRightArithmetic(k, 1);
        return p * PowerOfTwo(half) * PowerOfTwo(k - half);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IVectorMath<float>.MultiplyAdd(V a, V b, V c) => FusedMultiplyAdd(a, b, c);

    // Two thirds of the operations of Exp: no overflow, no denormals, so neither limits nor a second factor.
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static V IVectorMath<float>.ExpOfNegative(V x)
    {
        V p = ExpReduced(x, out Vector<int> k);
        return AndNot(p * PowerOfTwo(k), LessThan<float>(x, Create(-87.33655f))); // the logarithm of the least normal number
    }

    // eˣ = 2ᵏ·eʳ with |r| ≤ ½ ln 2 (Cody and Waite); the result is eʳ.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V ExpReduced(V x, out Vector<int> k)
    {
        V rounded = FusedMultiplyAdd(x, Create(Log2E), Create(Round));
        k = AsVectorInt32(rounded) - AsVectorInt32(Create(Round));
        V n = rounded - Create(Round);
        V r = FusedMultiplyAdd(n, Create(-Ln2Lo), FusedMultiplyAdd(n, Create(-Ln2Hi), x));

        V p = Create(0.0013814412866f); // eʳ = 1 + r + r²·p(r), relative error 3e-9
        p = FusedMultiplyAdd(p, r, Create(0.0083687853238f));
        p = FusedMultiplyAdd(p, r, Create(0.0416683953348f));
        p = FusedMultiplyAdd(p, r, Create(0.1666652005488f));
        p = FusedMultiplyAdd(p, r, Create(0.4999999340695f));
        p = FusedMultiplyAdd(p, r, Create(1f));
        return FusedMultiplyAdd(p, r, Create(1f));
    }

    // x = 2ᵏ·(1 + f) with √½ ≤ 1 + f < √2; with s = f / (2 + f) the logarithm of 1 + f is 2·atanh s = 2s + s·R(s²),
    // written as f − (f²/2 − s·(f²/2 + R)) because f is exact and s is not.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Log(V x)
    {
        V tiny = Create(1.17549435e-38f);
        V scaled = ConditionalSelect(LessThan(x, tiny), x * Create(8388608f), x);
        V shift = ConditionalSelect(LessThan(x, tiny), Create(-23f), Create(0f));

        Vector<int> bits = AsVectorInt32(scaled);
        Vector<int> k = ShiftRightArithmetic(bits - Create(0x3F3504F3), 23);
        V f = AsVectorSingle(bits - ShiftLeft(k, 23)) - Create(1f);
        V exponent = ConvertToSingle(k) + shift;

        V s = f / (Create(2f) + f);
        V s2 = s * s;
        V r = Create(0.2987185388185f); // relative error of 2s + s·R: 8e-10
        r = FusedMultiplyAdd(r, s2, Create(0.3997753711314f));
        r = FusedMultiplyAdd(r, s2, Create(0.6666677641623f));
        r *= s2;

        V half = Create(0.5f) * f * f;
        V low = FusedMultiplyAdd(s, half + r, exponent * Create(Ln2Lo));
        V y = FusedMultiplyAdd(exponent, Create(Ln2Hi), f - (half - low));

        y = ConditionalSelect(LessThan(x, Create(float.PositiveInfinity)), y, x);
        return ConditionalSelect(LessThan(Create(0f), x), y, ConditionalSelect(Vector.Equals(x, Create(0f)), Create(float.NegativeInfinity), Create(float.NaN)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Tanh(V x)
    {
        V a = Clamp(Vector.Abs(x), 0f, 9.1f);

        V u = a * a;
        V p = Create(-0.0058951273322f); // below 0.6: tanh a = a + a·u·p(u), relative error 3e-9
        p = FusedMultiplyAdd(p, u, Create(0.0207959436633f));
        p = FusedMultiplyAdd(p, u, Create(-0.0537838213675f));
        p = FusedMultiplyAdd(p, u, Create(0.1333192401237f));
        p = FusedMultiplyAdd(p, u, Create(-0.3333329799735f));
        V near = FusedMultiplyAdd(a * u, p, a);

        V e = ExpReduced(a + a, out Vector<int> k) * PowerOfTwo(k);
        V far = Create(1f) - Create(2f) / (e + Create(1f));
        return Vector.CopySign(ConditionalSelect(LessThan(a, Create(0.6f)), near, far), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Erf(V x)
    {
        V a = Clamp(Vector.Abs(x), 0f, 3.95f);

        V u = a * a;
        V p = Create(0.0000785384704f); // below 1: erf a = a + a·p(u), relative error 1.2e-9
        p = FusedMultiplyAdd(p, u, Create(-0.0008010189287f));
        p = FusedMultiplyAdd(p, u, Create(0.0051883271914f));
        p = FusedMultiplyAdd(p, u, Create(-0.0268538116748f));
        p = FusedMultiplyAdd(p, u, Create(0.1128358514238f));
        p = FusedMultiplyAdd(p, u, Create(-0.3761262582368f));
        p = FusedMultiplyAdd(p, u, Create(0.1283791657267f));
        V near = FusedMultiplyAdd(a, p, a);

        V q = Create(0.0001863883884f); // from 1 to 3.95: log(1 − erf a) = q(a), error in erf 1.1e-9
        q = FusedMultiplyAdd(q, a, Create(-0.0029477448206f));
        q = FusedMultiplyAdd(q, a, Create(0.0218383943768f));
        q = FusedMultiplyAdd(q, a, Create(-0.1031074105923f));
        q = FusedMultiplyAdd(q, a, Create(-0.6381441173518f));
        q = FusedMultiplyAdd(q, a, Create(-1.1270895971736f));
        q = FusedMultiplyAdd(q, a, Create(-0.0003414284962f));
        V far = Create(1f) - ExpReduced(q, out Vector<int> k) * PowerOfTwo(k);
        return Vector.CopySign(ConditionalSelect(LessThan(a, Create(1f)), near, far), x);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Pow(V x, V y)
    {
        return Narrow(
            MathF64.Pow(WidenLower(x), WidenLower(y)),
            MathF64.Pow(WidenUpper(x), WidenUpper(y)));
    }

    // 2ᵏ for −126 ≤ k ≤ 127, by writing the exponent field.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V PowerOfTwo(Vector<int> k) =>
        AsVectorSingle(ShiftLeft(k, 23) + AsVectorInt32(Create(1f)));
}
