namespace Handmade.Kernels.Lanes;

/// <summary>What a functor may do with values of any type, integers included: literals and comparisons, which are selects.</summary>
/// <typeparam name="T">The value type: a lane vector on the host, a scalar in device text.</typeparam>
public interface ICompare<T>
{
    /// <summary>The literal <paramref name="x"/>, rounded to the element type.</summary>
    static abstract T Of(double x);

    /// <summary>a &lt; b ? x : y, lane by lane; NaN compares false.</summary>
    static abstract T SelectLess(T a, T b, T x, T y);

    /// <summary>a ≤ b ? x : y, lane by lane; NaN compares false.</summary>
    static abstract T SelectLessOrEqual(T a, T b, T x, T y);

    /// <summary>a = b ? x : y, lane by lane; NaN compares false.</summary>
    static abstract T SelectEqual(T a, T b, T x, T y);
}

/// <summary>
/// All the mathematics that a functor may use beyond <c>+ - * /</c> and negation: every literal, comparison and
/// elementary function goes through this interface, so one functor serves float and double, host lanes and device text.
/// </summary>
/// <remarks>
/// Comparisons have no operator because a lane type answers them lane by lane; they are selects here.
/// Unless a member says otherwise, NaN in gives NaN out.
/// </remarks>
/// <typeparam name="T">The value type: a lane vector on the host, a scalar in device text.</typeparam>
public interface IMath<T> : ICompare<T>
{
    /// <summary>a·b + c with one rounding. The only fused multiply-add: nothing is contracted behind the functor's back.</summary>
    static abstract T Fma(T a, T b, T c);

    /// <summary>|x|.</summary>
    static abstract T Abs(T x);

    /// <summary>√x, exactly rounded; NaN below zero.</summary>
    static abstract T Sqrt(T x);

    /// <summary>The largest integer that is not above x.</summary>
    static abstract T Floor(T x);

    /// <summary>The larger of the two; NaN if either is NaN, and +0 is larger than −0 (as <see cref="Math.Max(double, double)"/>).</summary>
    static abstract T Max(T a, T b);

    /// <summary>The smaller of the two; NaN if either is NaN, and −0 is smaller than +0 (as <see cref="Math.Min(double, double)"/>).</summary>
    static abstract T Min(T a, T b);

    /// <summary>eˣ.</summary>
    static abstract T Exp(T x);

    /// <summary>The natural logarithm; −∞ at zero, NaN below.</summary>
    static abstract T Log(T x);

    /// <summary>The hyperbolic tangent.</summary>
    static abstract T Tanh(T x);

    /// <summary>sin x, x in radians; NaN at ±∞.</summary>
    static abstract T Sin(T x);

    /// <summary>cos x, x in radians; NaN at ±∞.</summary>
    static abstract T Cos(T x);

    /// <summary>The error function 2/√π ∫₀ˣ exp(−t²) dt.</summary>
    static abstract T Erf(T x);

    /// <summary>xʸ with the special cases of <see cref="Math.Pow"/>: x⁰ and 1ʸ are 1 even for NaN; a negative base takes integer exponents only.</summary>
    static abstract T Pow(T x, T y);
}
