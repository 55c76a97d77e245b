using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Gaussian error linear unit, x·Φ(x) (Hendrycks and Gimpel 2016): exact through erf, and in the tanh form.
/// Elementwise, f32 and f64; bound by arithmetic.
/// </summary>
public static class Gelu
{
    /// <summary>x/2 · (1 + erf(x/√2)).</summary>
    public static TensorView Erf(TensorView x) => Map.Unary<ErfForm<Lanes<float>, MathF32>, ErfForm<Lanes<double>, MathF64>>("gelu", x);

    /// <summary>dx = dy · (Φ(x) + x·φ(x)).</summary>
    public static TensorView ErfBackward(TensorView x, TensorView dy) =>
        Map.Binary<ErfSlope<Lanes<float>, MathF32>, ErfSlope<Lanes<double>, MathF64>>("gelu_backward", x, dy);

    /// <summary>x/2 · (1 + tanh(√(2/π)·(x + 0.044715·x³))).</summary>
    public static TensorView Tanh(TensorView x) => Map.Unary<TanhForm<Lanes<float>, MathF32>, TanhForm<Lanes<double>, MathF64>>("gelu_tanh", x);

    /// <summary>dx = dy · d/dx of the tanh form.</summary>
    public static TensorView TanhBackward(TensorView x, TensorView dy) =>
        Map.Binary<TanhSlope<Lanes<float>, MathF32>, TanhSlope<Lanes<double>, MathF64>>("gelu_tanh_backward", x, dy);

    private const double SqrtHalf = 0.70710678118654752440;
    private const double InverseSqrtTwoPi = 0.39894228040143267794;
    private const double SqrtTwoOverPi = 0.79788456080286535588;
    private const double Cubic = 0.044715;

    internal readonly struct ErfForm<T, TM> : IUnary<T>
        where T : unmanaged, IAdditionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Of(0.5) * x * (TM.Of(1) + TM.Erf(x * TM.Of(SqrtHalf)));
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

    internal readonly struct TanhForm<T, TM> : IUnary<T>
        where T : unmanaged, IAdditionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Of(0.5) * x * (TM.Of(1) + TM.Tanh(TM.Of(SqrtTwoOverPi) * (x + (TM.Of(Cubic) * x * x * x))));
    }

    internal readonly struct TanhSlope<T, TM> : IBinary<T>
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, T dy)
        {
            T t = TM.Tanh(TM.Of(SqrtTwoOverPi) * (x + (TM.Of(Cubic) * x * x * x)));
            T inner = TM.Of(SqrtTwoOverPi) * (TM.Of(1) + (TM.Of(3 * Cubic) * x * x));
            return dy * TM.Of(0.5) * (TM.Of(1) + t + (x * (TM.Of(1) - (t * t)) * inner));
        }
    }
}
