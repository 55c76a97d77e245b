using System.Numerics;
using System.Runtime.CompilerServices;
using static System.Numerics.Vector;
using V = System.Numerics.Vector<double>;

namespace Handmade.Kernels.Lanes;

public readonly partial struct MathF64
{
    // Above this, n·π/2 no longer cancels well enough in the three-part reduction.
    private const double HugeFrom = 1e5;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Sin(V x)
    {
        if (GreaterThanAny(Vector.Abs(x), Create(HugeFrom))) return HugeSin(x, 0);
        V r = Reduce(x, out Vector<long> quadrant);
        return SinOfQuadrant(r, quadrant);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Cos(V x)
    {
        if (GreaterThanAny(Vector.Abs(x), Create(HugeFrom))) return HugeSin(x, 1);
        V r = Reduce(x, out Vector<long> quadrant);
        return SinOfQuadrant(r, quadrant + Vector<long>.One);
    }

    // x = n·π/2 + r with |r| ≤ π/4; the quadrant is n in the low bits. π/2 in three parts of 53 bits (Cody and Waite),
    // all cut off, not rounded: products of one sign keep r = −0 for x = −0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Reduce(V x, out Vector<long> quadrant)
    {
        V rounded = FusedMultiplyAdd(x, Create(0.63661977236758134), Create(Round));
        V n = rounded - Create(Round);
        quadrant = AsVectorInt64(rounded);
        V r = FusedMultiplyAdd(n, Create(-1.5707963267948966), x);
        r = FusedMultiplyAdd(n, Create(-6.123233995736765e-17), r);
        return FusedMultiplyAdd(n, Create(-1.0828566739219139e-32), r);
    }

    // sin(r + quadrant·π/2) for |r| ≤ π/4, by the Taylor series up to r¹⁷/17! and r¹⁸/18!.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V SinOfQuadrant(V r, Vector<long> quadrant)
    {
        V u = r * r;

        V s = Create(1.0 / 355687428096000);
        s = FusedMultiplyAdd(s, u, Create(-1.0 / 1307674368000));
        s = FusedMultiplyAdd(s, u, Create(1.0 / 6227020800));
        s = FusedMultiplyAdd(s, u, Create(-1.0 / 39916800));
        s = FusedMultiplyAdd(s, u, Create(1.0 / 362880));
        s = FusedMultiplyAdd(s, u, Create(-1.0 / 5040));
        s = FusedMultiplyAdd(s, u, Create(1.0 / 120));
        s = FusedMultiplyAdd(s, u, Create(-1.0 / 6));
        s = FusedMultiplyAdd(s, u, Create(0.0)); // not u·s: the sum turns −0 to +0, which keeps sin(−0) = −0 in the next line
        V sin = FusedMultiplyAdd(r, s, r);

        V c = Create(-1.0 / 6402373705728000);
        c = FusedMultiplyAdd(c, u, Create(1.0 / 20922789888000));
        c = FusedMultiplyAdd(c, u, Create(-1.0 / 87178291200));
        c = FusedMultiplyAdd(c, u, Create(1.0 / 479001600));
        c = FusedMultiplyAdd(c, u, Create(-1.0 / 3628800));
        c = FusedMultiplyAdd(c, u, Create(1.0 / 40320));
        c = FusedMultiplyAdd(c, u, Create(-1.0 / 720));
        c = FusedMultiplyAdd(c, u, Create(1.0 / 24));
        c = FusedMultiplyAdd(c, u, Create(-0.5));
        V cos = FusedMultiplyAdd(c, u, Create(1.0));

        // All ones where the quadrant is odd, by subtraction: narrow machines have no arithmetic shift of 64-bit integers.
        V swap = AsVectorDouble(Vector<long>.Zero - (quadrant & Vector<long>.One));
        V negate = AsVectorDouble(ShiftLeft(ShiftRightLogical(quadrant, 1), 63));
        return ConditionalSelect(swap, cos, sin) ^ negate;
    }

    // The same with the huge lanes reduced one by one; the other lanes give the bits that they give elsewhere.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V HugeSin(V x, int quarterTurns)
    {
        V r = Reduce(x, out Vector<long> quadrant);
        for (int i = 0; i < V.Count; i++)
        {
            if (!(Math.Abs(x[i]) > HugeFrom)) continue;
            r = r.WithElement(i, HugeAngle.Reduce(x[i], out int q));
            quadrant = quadrant.WithElement(i, q);
        }
        return SinOfQuadrant(r, quadrant + Create((long)quarterTurns));
    }
}
