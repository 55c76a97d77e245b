using System.Runtime.CompilerServices;
using static System.Numerics.Vector;
using D = Handmade.Kernels.Lanes.Lanes<double>;
using V = System.Numerics.Vector<double>;

namespace Handmade.Kernels.Lanes;

// The elementary functions are calls that work on one register of the machine at a time (Vector<T>), not inlined code over
// Vector512: the JIT stops inlining in a method with 512 locals, and two such functions over split vectors reach that.
// Measured on AVX2: erf inlined over Vector512 190 million floats a second, as a call over Vector<T> 720.
public readonly partial struct MathF64
{
    /// <summary>eˣ within 1 ulp; overflows to ∞ above 709.78, underflows gradually below −708.39 and to 0 below −745.13.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Exp(D x)
    {
        Exp(ref x);
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Exp(ref D x)
    {
        for (int i = 0; i < D.Count / V.Count; i++) Part(ref x, i) = Exp(Part(ref x, i));
    }

    /// <summary>The natural logarithm within 1 ulp, denormals included; −∞ at ±0, NaN below, ∞ at ∞.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Log(D x)
    {
        Log(ref x);
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Log(ref D x)
    {
        for (int i = 0; i < D.Count / V.Count; i++) Part(ref x, i) = Log(Part(ref x, i));
    }

    /// <summary>The hyperbolic tangent within 3 ulp; exactly ±1 from |x| = 20 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Tanh(D x)
    {
        Tanh(ref x);
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tanh(ref D x)
    {
        for (int i = 0; i < D.Count / V.Count; i++) Part(ref x, i) = Tanh(Part(ref x, i));
    }

    /// <summary>The error function within 2 ulp; exactly ±1 from |x| = 6 on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Erf(D x)
    {
        Erf(ref x);
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Erf(ref D x)
    {
        for (int i = 0; i < D.Count / V.Count; i++) Part(ref x, i) = Erf(Part(ref x, i));
    }

    /// <summary>sin x within 1.5 ulp, x in radians; NaN at ±∞. Reduced exactly at any size of x (above 1e5 lane by lane, slowly).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Sin(D x)
    {
        Sin(ref x);
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Sin(ref D x)
    {
        for (int i = 0; i < D.Count / V.Count; i++) Part(ref x, i) = Sin(Part(ref x, i));
    }

    /// <summary>cos x within 1.5 ulp, x in radians; NaN at ±∞. Reduced exactly at any size of x (above 1e5 lane by lane, slowly).</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Cos(D x)
    {
        Cos(ref x);
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Cos(ref D x)
    {
        for (int i = 0; i < D.Count / V.Count; i++) Part(ref x, i) = Cos(Part(ref x, i));
    }

    /// <summary>xʸ within 1.5 ulp over the whole range; special cases as <see cref="IMath{T}.Pow"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Pow(D x, D y)
    {
        Pow(ref x, ref y);
        return x;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Pow(ref D x, ref D y)
    {
        for (int i = 0; i < D.Count / V.Count; i++) Part(ref x, i) = Pow(Part(ref x, i), Part(ref y, i));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ref V Part(ref D lanes, int i) => ref Unsafe.Add(ref Unsafe.As<D, V>(ref lanes), i);

    // Limits x to lo…hi and lets NaN through: min and max answer their second operand when one is NaN.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static V Clamp(V x, double lo, double hi) => MaxNative(Create(lo), MinNative(Create(hi), x));
}
