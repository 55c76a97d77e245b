using System.Runtime.CompilerServices;
using static System.Numerics.Vector;
using F = Handmade.Kernels.Lanes.Lanes<float>;
using V = System.Numerics.Vector<float>;

namespace Handmade.Kernels.Lanes;

// The elementary functions are calls that work on one register of the machine at a time (Vector<T>), not inlined code over
// Vector512: the JIT stops inlining in a method with 512 locals, and two such functions over split vectors reach that.
// Measured on AVX2: erf inlined over Vector512 190 million floats a second, as a call over Vector<T> 720.
public readonly partial struct MathF32
{
    /// <summary>eˣ within 1 ulp; overflows to ∞ above 88.73, underflows gradually below −87.33 and to 0 below −103.98.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Exp(F x)
    {
        Exp(ref x);
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Exp(ref F x)
    {
        for (int i = 0; i < F.Count / V.Count; i++) Part(ref x, i) = Exp(Part(ref x, i));
    }

    /// <summary>The natural logarithm within 1 ulp, denormals included; −∞ at ±0, NaN below, ∞ at ∞.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Log(F x)
    {
        Log(ref x);
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Log(ref F x)
    {
        for (int i = 0; i < F.Count / V.Count; i++) Part(ref x, i) = Log(Part(ref x, i));
    }

    /// <summary>The hyperbolic tangent within 2 ulp; exactly ±1 from |x| = 9.02 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Tanh(F x)
    {
        Tanh(ref x);
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tanh(ref F x)
    {
        for (int i = 0; i < F.Count / V.Count; i++) Part(ref x, i) = Tanh(Part(ref x, i));
    }

    /// <summary>The error function within 2 ulp; exactly ±1 from |x| = 3.93 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Erf(F x)
    {
        Erf(ref x);
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Erf(ref F x)
    {
        for (int i = 0; i < F.Count / V.Count; i++) Part(ref x, i) = Erf(Part(ref x, i));
    }

    /// <summary>sin x within 2 ulp, x in radians; NaN at ±∞. Reduced exactly at any size of x (above 1e5 lane by lane, slowly).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Sin(F x)
    {
        Sin(ref x);
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Sin(ref F x)
    {
        for (int i = 0; i < F.Count / V.Count; i++) Part(ref x, i) = Sin(Part(ref x, i));
    }

    /// <summary>cos x within 2 ulp, x in radians; NaN at ±∞. Reduced exactly at any size of x (above 1e5 lane by lane, slowly).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Cos(F x)
    {
        Cos(ref x);
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Cos(ref F x)
    {
        for (int i = 0; i < F.Count / V.Count; i++) Part(ref x, i) = Cos(Part(ref x, i));
    }

    /// <summary>xʸ, computed in double and rounded once; special cases as <see cref="IMath{T}.Pow"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Pow(F x, F y)
    {
        Pow(ref x, ref y);
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Pow(ref F x, ref F y)
    {
        for (int i = 0; i < F.Count / V.Count; i++) Part(ref x, i) = Pow(Part(ref x, i), Part(ref y, i));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref V Part(ref F lanes, int i) => ref Unsafe.Add(ref Unsafe.As<F, V>(ref lanes), i);

    // Limits x to lo…hi and lets NaN through: min and max answer their second operand when one is NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Clamp(V x, float lo, float hi) => MaxNative(Create(lo), MinNative(Create(hi), x));
}
