using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Handmade.Kernels.Lanes;

/// <summary>The functions of <see cref="IMath{T}"/> over 16 floats.</summary>
public readonly struct MathF32 : IMath<Lanes<float>>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<float> Of(double x) => Lanes<float>.Broadcast((float)x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<float> Fma(Lanes<float> a, Lanes<float> b, Lanes<float> c) => new(Vector512.FusedMultiplyAdd(a.V, b.V, c.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<float> Abs(Lanes<float> x) => new(Vector512.Abs(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<float> Sqrt(Lanes<float> x) => new(Vector512.Sqrt(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<float> Floor(Lanes<float> x) => new(Vector512.Floor(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<float> Max(Lanes<float> a, Lanes<float> b) => new(Vector512.Max(a.V, b.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<float> Min(Lanes<float> a, Lanes<float> b) => new(Vector512.Min(a.V, b.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<float> SelectLess(Lanes<float> a, Lanes<float> b, Lanes<float> x, Lanes<float> y) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(a.V, b.V), x.V, y.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<float> SelectLessOrEqual(Lanes<float> a, Lanes<float> b, Lanes<float> x, Lanes<float> y) =>
        new(Vector512.ConditionalSelect(Vector512.LessThanOrEqual(a.V, b.V), x.V, y.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<float> SelectEqual(Lanes<float> a, Lanes<float> b, Lanes<float> x, Lanes<float> y) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(a.V, b.V), x.V, y.V));

    /// <inheritdoc/>
    public static Lanes<float> Exp(Lanes<float> x) => Each(x, MathF.Exp);

    /// <inheritdoc/>
    public static Lanes<float> Log(Lanes<float> x) => Each(x, MathF.Log);

    /// <inheritdoc/>
    public static Lanes<float> Tanh(Lanes<float> x) => Each(x, MathF.Tanh);

    /// <inheritdoc/>
    public static Lanes<float> Sin(Lanes<float> x) => Each(x, MathF.Sin);

    /// <inheritdoc/>
    public static Lanes<float> Cos(Lanes<float> x) => Each(x, MathF.Cos);

    /// <inheritdoc/>
    public static Lanes<float> Erf(Lanes<float> x) => Each(x, static x =>
    {
        double a = Math.Abs((double)x), sum = a, term = a;
        if (a > 5) return Math.Sign(x);
        for (int n = 1; n < 120; n++)
        {
            term *= 2 * a * a / (2 * n + 1);
            sum += term;
        }
        return (float)(2 / Math.Sqrt(Math.PI) * Math.Exp(-a * a) * sum * Math.Sign(x));
    });

    /// <inheritdoc/>
    public static Lanes<float> Pow(Lanes<float> x, Lanes<float> y)
    {
        Vector512<float> z = default;
        for (int i = 0; i < Vector512<float>.Count; i++) z = z.WithElement(i, MathF.Pow(x.V[i], y.V[i]));
        return new(z);
    }

    private static Lanes<float> Each(Lanes<float> x, Func<float, float> f)
    {
        Vector512<float> y = default;
        for (int i = 0; i < Vector512<float>.Count; i++) y = y.WithElement(i, f(x.V[i]));
        return new(y);
    }
}
