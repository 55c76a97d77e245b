using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Handmade.Kernels.Lanes;

/// <summary>The functions of <see cref="IMath{T}"/> over 8 doubles.</summary>
public readonly struct MathF64 : IMath<Lanes<double>>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<double> Of(double x) => Lanes<double>.Broadcast(x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<double> Fma(Lanes<double> a, Lanes<double> b, Lanes<double> c) => new(Vector512.FusedMultiplyAdd(a.V, b.V, c.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<double> Abs(Lanes<double> x) => new(Vector512.Abs(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<double> Sqrt(Lanes<double> x) => new(Vector512.Sqrt(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<double> Floor(Lanes<double> x) => new(Vector512.Floor(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<double> Max(Lanes<double> a, Lanes<double> b) => new(Vector512.Max(a.V, b.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<double> Min(Lanes<double> a, Lanes<double> b) => new(Vector512.Min(a.V, b.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<double> SelectLess(Lanes<double> a, Lanes<double> b, Lanes<double> x, Lanes<double> y) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(a.V, b.V), x.V, y.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<double> SelectLessOrEqual(Lanes<double> a, Lanes<double> b, Lanes<double> x, Lanes<double> y) =>
        new(Vector512.ConditionalSelect(Vector512.LessThanOrEqual(a.V, b.V), x.V, y.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<double> SelectEqual(Lanes<double> a, Lanes<double> b, Lanes<double> x, Lanes<double> y) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(a.V, b.V), x.V, y.V));

    /// <inheritdoc/>
    public static Lanes<double> Exp(Lanes<double> x) => Each(x, Math.Exp);

    /// <inheritdoc/>
    public static Lanes<double> Log(Lanes<double> x) => Each(x, Math.Log);

    /// <inheritdoc/>
    public static Lanes<double> Tanh(Lanes<double> x) => Each(x, Math.Tanh);

    /// <inheritdoc/>
    public static Lanes<double> Sin(Lanes<double> x) => Each(x, Math.Sin);

    /// <inheritdoc/>
    public static Lanes<double> Cos(Lanes<double> x) => Each(x, Math.Cos);

    /// <inheritdoc/>
    public static Lanes<double> Erf(Lanes<double> x) => Each(x, static x =>
    {
        double a = Math.Abs((double)x), sum = a, term = a;
        if (a > 5) return Math.Sign(x);
        for (int n = 1; n < 120; n++)
        {
            term *= 2 * a * a / (2 * n + 1);
            sum += term;
        }
        return (double)(2 / Math.Sqrt(Math.PI) * Math.Exp(-a * a) * sum * Math.Sign(x));
    });

    /// <inheritdoc/>
    public static Lanes<double> Pow(Lanes<double> x, Lanes<double> y)
    {
        Vector512<double> z = default;
        for (int i = 0; i < Vector512<double>.Count; i++) z = z.WithElement(i, Math.Pow(x.V[i], y.V[i]));
        return new(z);
    }

    private static Lanes<double> Each(Lanes<double> x, Func<double, double> f)
    {
        Vector512<double> y = default;
        for (int i = 0; i < Vector512<double>.Count; i++) y = y.WithElement(i, f(x.V[i]));
        return new(y);
    }
}
