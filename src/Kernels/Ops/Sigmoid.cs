using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// The logistic function, x times it (SiLU, also swish), and the hyperbolic tangent: elementwise, f32 and f64.
/// Bound by arithmetic. Backward kernels of sigmoid and tanh take the result y, from which the slope is cheap.
/// </summary>
public static class Sigmoid
{
    /// <summary>σ(x) = 1 / (1 + e⁻ˣ).</summary>
    public static TensorView Logistic(TensorView x) => Map.Unary<LogisticOf<Lanes<float>, MathF32>, LogisticOf<Lanes<double>, MathF64>>("sigmoid", x, work: 18);

    /// <summary>dx = dy · y · (1 − y).</summary>
    public static TensorView LogisticBackward(TensorView y, TensorView dy) =>
        Map.Binary<LogisticSlope<Lanes<float>, MathF32>, LogisticSlope<Lanes<double>, MathF64>>("sigmoid_backward", y, dy);

    /// <summary>x · σ(x).</summary>
    public static TensorView Silu(TensorView x) => Map.Unary<SiluOf<Lanes<float>, MathF32>, SiluOf<Lanes<double>, MathF64>>("silu", x, work: 18);

    /// <summary>dx = dy · σ(x) · (1 + x · (1 − σ(x))).</summary>
    public static TensorView SiluBackward(TensorView x, TensorView dy) =>
        Map.Binary<SiluSlope<Lanes<float>, MathF32>, SiluSlope<Lanes<double>, MathF64>>("silu_backward", x, dy, work: 20);

    /// <summary>tanh x.</summary>
    public static TensorView Tanh(TensorView x) => Map.Unary<TanhOf<Lanes<float>, MathF32>, TanhOf<Lanes<double>, MathF64>>("tanh", x, work: 18);

    /// <summary>dx = dy · (1 − y²).</summary>
    public static TensorView TanhBackward(TensorView y, TensorView dy) =>
        Map.Binary<TanhSlope<Lanes<float>, MathF32>, TanhSlope<Lanes<double>, MathF64>>("tanh_backward", y, dy);

    private readonly struct LogisticOf<T, TM> : IUnary<T>
        where T : IAdditionOperators<T, T, T>, IDivisionOperators<T, T, T>, IUnaryNegationOperators<T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Of(1) / (TM.Of(1) + TM.Exp(-x));
    }

    private readonly struct LogisticSlope<T, TM> : IBinary<T>
        where T : ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T y, T dy) => dy * y * (TM.Of(1) - y);
    }

    private readonly struct SiluOf<T, TM> : IUnary<T>
        where T : IAdditionOperators<T, T, T>, IDivisionOperators<T, T, T>, IUnaryNegationOperators<T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => x / (TM.Of(1) + TM.Exp(-x));
    }

    private readonly struct SiluSlope<T, TM> : IBinary<T>
        where T : IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>, IUnaryNegationOperators<T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, T dy)
        {
            T sigma = TM.Of(1) / (TM.Of(1) + TM.Exp(-x));
            return dy * sigma * (TM.Of(1) + (x * (TM.Of(1) - sigma)));
        }
    }

    private readonly struct TanhOf<T, TM> : IUnary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Tanh(x);
    }

    private readonly struct TanhSlope<T, TM> : IBinary<T>
        where T : ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T y, T dy) => dy * (TM.Of(1) - (y * y));
    }
}
