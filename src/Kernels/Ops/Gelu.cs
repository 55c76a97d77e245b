using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Gaussian error linear unit, x·Φ(x) (Hendrycks and Gimpel 2016): exact through erf, and in the tanh form.
/// Elementwise, f32 and f64; bound by arithmetic: in f32 one exponential, one division and nine multiply-adds.
/// </summary>
/// <remarks>
/// In f32 the exact form does not go through erf. The tail Φ(−a) is φ(a) times Mills' ratio, a smooth function that a
/// polynomial of t = 1/(1 + 0.3·a) matches; and φ is what the slope needs anyway.
/// </remarks>
public static class Gelu
{
    /// <summary>x/2 · (1 + erf(x/√2)).</summary>
    public static TensorView Erf(TensorView x) => Map.Unary<TailForm<Lanes<float>, MathF32>, ErfForm<Lanes<double>, MathF64>>("gelu", x, work: 26);

    /// <summary>dx = dy · (Φ(x) + x·φ(x)).</summary>
    public static TensorView ErfBackward(TensorView x, TensorView dy) =>
        Map.Binary<TailSlope<Lanes<float>, MathF32>, ErfSlope<Lanes<double>, MathF64>>("gelu_backward", x, dy, work: 30);

    /// <summary>x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³))).</summary>
    public static TensorView Tanh(TensorView x) => Map.Unary<TanhForm<Lanes<float>, MathF32>, TanhForm<Lanes<double>, MathF64>>("gelu_tanh", x, work: 26);

    /// <summary>dx = dy · d/dx of the tanh form.</summary>
    public static TensorView TanhBackward(TensorView x, TensorView dy) =>
        Map.Binary<TanhSlope<Lanes<float>, MathF32>, TanhSlope<Lanes<double>, MathF64>>("gelu_tanh_backward", x, dy, work: 32);

    private const double SqrtHalf = 0.70710678118654752440;
    private const double InverseSqrtTwoPi = 0.39894228040143267794;
    private const double SqrtTwoOverPi = 0.79788456080286535588;
    private const double Cubic = 0.044715;

    internal readonly struct ErfForm<T, TM> : IUnary<T>, IWithSlope<T>
        where T : unmanaged, IAdditionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Of(0.5) * x * (TM.Of(1) + TM.Erf(x * TM.Of(SqrtHalf)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, out T slope)
        {
            T twice = TM.Of(1) + TM.Erf(x * TM.Of(SqrtHalf)), density = TM.Of(InverseSqrtTwoPi) * TM.Exp(TM.Of(-0.5) * x * x);
            slope = (TM.Of(0.5) * twice) + (x * density);
            return TM.Of(0.5) * x * twice;
        }
    }

    internal readonly struct ErfSlope<T, TM> : IBinary<T>
        where T : unmanaged, IAdditionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, T dy)
        {
            T cdf = TM.Of(0.5) * (TM.Of(1) + TM.Erf(x * TM.Of(SqrtHalf)));
            T density = TM.Of(InverseSqrtTwoPi) * TM.Exp(TM.Of(-0.5) * x * x);
            return dy * (cdf + (x * density));
        }
    }

    internal readonly struct TailForm<T, TM> : IUnary<T>, IWithSlope<T>
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => x * Distribution<T, TM>(x, TM.Exp(TM.Of(-0.5) * x * x));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, out T slope)
        {
            T bell = TM.Exp(TM.Of(-0.5) * x * x), distribution = Distribution<T, TM>(x, bell);
            slope = distribution + (x * bell * TM.Of(InverseSqrtTwoPi));
            return x * distribution;
        }
    }

    internal readonly struct TailSlope<T, TM> : IBinary<T>
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, T dy)
        {
            T bell = TM.Exp(TM.Of(-0.5) * x * x);
            return dy * (Distribution<T, TM>(x, bell) + (x * bell * TM.Of(InverseSqrtTwoPi)));
        }
    }

    /// <summary>
    /// Φ(x) in f32 from bell = e^(−x²/2). The polynomial interpolates Φ(−a)·e^(a²/2)/t at the Chebyshev nodes of a = 0…9
    /// (made for this file in 40-digit arithmetic); relative error 6e-8.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static T Distribution<T, TM>(T x, T bell)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IMath<T>
    {
        T t = TM.Of(1) / TM.Fma(TM.Of(0.3), TM.Abs(x), TM.Of(1));
        T p = TM.Of(0.03803568224);
        p = TM.Fma(p, t, TM.Of(-0.1672875523));
        p = TM.Fma(p, t, TM.Of(0.2242636357));
        p = TM.Fma(p, t, TM.Of(-0.07078565432));
        p = TM.Fma(p, t, TM.Of(0.138021306));
        p = TM.Fma(p, t, TM.Of(0.09688903899));
        p = TM.Fma(p, t, TM.Of(0.1212706208));
        p = TM.Fma(p, t, TM.Of(0.1195929515));
        T tail = p * t * bell;
        return TM.SelectLess(x, TM.Of(0), tail, TM.Of(1) - tail);
    }

    internal readonly struct TanhForm<T, TM> : IUnary<T>, IWithSlope<T>
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Of(0.5) * x * (TM.Of(1) + TM.Tanh(TM.Of(SqrtTwoOverPi) * (x + (TM.Of(Cubic) * x * x * x))));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, out T slope)
        {
            T t = TM.Tanh(TM.Of(SqrtTwoOverPi) * (x + (TM.Of(Cubic) * x * x * x)));
            slope = TanhSlope<T, TM>.Of(x, t, TM.Of(1));
            return TM.Of(0.5) * x * (TM.Of(1) + t);
        }
    }

    internal readonly struct TanhSlope<T, TM> : IBinary<T>
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, T dy) => Of(x, TM.Tanh(TM.Of(SqrtTwoOverPi) * (x + (TM.Of(Cubic) * x * x * x))), dy);

        // From the tangent, where the value needs it too.
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        internal static T Of(T x, T t, T dy)
        {
            T inner = TM.Of(SqrtTwoOverPi) * (TM.Of(1) + (TM.Of(3 * Cubic) * x * x));
            return dy * TM.Of(0.5) * (TM.Of(1) + t + (x * (TM.Of(1) - (t * t)) * inner));
        }
    }
}
