using System.Numerics;
using System.Runtime.CompilerServices;
using static System.Numerics.Vector;
using V = System.Numerics.Vector<float>;

namespace Handmade.Kernels.Lanes;

public readonly partial struct MathF32
{
    // Above this, n·π/2 no longer cancels exactly in the three-part reduction.
    private const float HugeFrom = 1e5f;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Sin(V x)
    {
        if (GreaterThanAny(Vector.Abs(x), Create(HugeFrom))) return HugeSin(x, 0);
        V r = Reduce(x, out Vector<int> quadrant);
        return SinOfQuadrant(r, quadrant);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static V Cos(V x)
    {
        if (GreaterThanAny(Vector.Abs(x), Create(HugeFrom))) return HugeSin(x, 1);
        V r = Reduce(x, out Vector<int> quadrant);
        return SinOfQuadrant(r, quadrant + Vector<int>.One);
    }

    // x = n·π/2 + r with |r| ≤ π/4; the quadrant is n in the low bits. π/2 in three parts of 24 bits (Cody and Waite),
    // all cut off, not rounded: products of one sign keep r = −0 for x = −0.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Reduce(V x, out Vector<int> quadrant)
    {
        V rounded = FusedMultiplyAdd(x, Create(0.63661977236758134f), Create(Round));
        V n = rounded - Create(Round);
        quadrant = AsVectorInt32(rounded);
        V r = FusedMultiplyAdd(n, Create(-1.570796251296997f), x);
        r = FusedMultiplyAdd(n, Create(-7.549789415861596e-08f), r);
        return FusedMultiplyAdd(n, Create(-5.390302529957765e-15f), r);
    }

    // sin(r + quadrant·π/2) for |r| ≤ π/4. Minimax fits as in the exponential file.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V SinOfQuadrant(V r, Vector<int> quadrant)
    {
        V u = r * r;

        V s = Create(-1.9514627879e-4f); // sin r = r + r·u·s(u), relative error 4e-9
        s = FusedMultiplyAdd(s, u, Create(8.3321560163e-3f));
        s = FusedMultiplyAdd(s, u, Create(-0.166666545358f));
        s = FusedMultiplyAdd(s, u, Create(0f)); // not u·s: the sum turns −0 to +0, which keeps sin(−0) = −0 in the next line
        V sin = FusedMultiplyAdd(r, s, r);

        V c = Create(2.4432361324e-5f); // cos r = 1 − u/2 + u²·c(u), relative error 1e-10
        c = FusedMultiplyAdd(c, u, Create(-1.3887309344e-3f));
        c = FusedMultiplyAdd(c, u, Create(4.1666645542e-2f));
        c = FusedMultiplyAdd(c, u, Create(-0.5f));
        V cos = FusedMultiplyAdd(c, u, Create(1f));

        V swap = AsVectorSingle(Vector<int>.Zero - (quadrant & Vector<int>.One)); // all ones where odd
        V negate = AsVectorSingle(ShiftLeft(ShiftRightLogical(quadrant, 1), 31));
        return ConditionalSelect(swap, cos, sin) ^ negate;
    }

    // The same with the huge lanes reduced one by one; the other lanes give the bits that they give elsewhere.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static V HugeSin(V x, int quarterTurns)
    {
        V r = Reduce(x, out Vector<int> quadrant);
        for (int i = 0; i < V.Count; i++)
        {
            if (!(MathF.Abs(x[i]) > HugeFrom)) continue;
            r = r.WithElement(i, (float)HugeAngle.Reduce(x[i], out int q));
            quadrant = quadrant.WithElement(i, q);
        }
        return SinOfQuadrant(r, quadrant + Create(quarterTurns));
    }
}
