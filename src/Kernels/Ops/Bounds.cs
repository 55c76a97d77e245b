using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>Maximum, minimum and clamp: elementwise, f32 and f64. NaN in gives NaN out. Bound by memory.</summary>
public static class Bounds
{
    /// <summary>The larger of the two, broadcast.</summary>
    public static TensorView Maximum(Operand a, Operand b) =>
        Map.Binary<Larger<Lanes<float>, MathF32>, Larger<Lanes<double>, MathF64>>("maximum", a, b);

    /// <summary>The smaller of the two, broadcast.</summary>
    public static TensorView Minimum(Operand a, Operand b) =>
        Map.Binary<Smaller<Lanes<float>, MathF32>, Smaller<Lanes<double>, MathF64>>("minimum", a, b);

    /// <summary>dy where a &gt; b, half of it where they are equal, else 0: the gradient of a in the maximum, of b in the minimum.</summary>
    public static TensorView WhereLarger(TensorView a, TensorView b, TensorView dy) =>
        Map.Ternary<SlopeOfLarger<Lanes<float>, MathF32>, SlopeOfLarger<Lanes<double>, MathF64>>("where_larger", a, b, dy);

    /// <summary>x no lower than <paramref name="low"/> and no higher than <paramref name="high"/>.</summary>
    public static TensorView Clamp(TensorView x, double low, double high) => low <= high
        ? Map.Ternary<Between<Lanes<float>, MathF32>, Between<Lanes<double>, MathF64>>("clamp", x, low, high)
        : throw new HandmadeException($"clamp: the lower bound {low} is above the upper bound {high}; swap them");

    /// <summary>dx = dy where the clamp <paramref name="y"/> left x as it was (the bounds included), else 0.</summary>
    public static TensorView ClampBackward(TensorView x, TensorView y, TensorView dy) =>
        Map.Ternary<SlopeInside<Lanes<float>, MathF32>, SlopeInside<Lanes<double>, MathF64>>("clamp_backward", x, y, dy);

    private readonly struct Larger<T, TM> : IBinary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T a, T b) => TM.Max(a, b);
    }

    private readonly struct Smaller<T, TM> : IBinary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T a, T b) => TM.Min(a, b);
    }

    private readonly struct SlopeOfLarger<T, TM> : ITernary<T>
        where T : IMultiplyOperators<T, T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T a, T b, T dy) => TM.SelectLess(b, a, dy, TM.SelectEqual(a, b, dy * TM.Of(0.5), TM.Of(0)));
    }

    private readonly struct Between<T, TM> : ITernary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, T low, T high) => TM.Min(TM.Max(x, low), high);
    }

    private readonly struct SlopeInside<T, TM> : ITernary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, T y, T dy) => TM.SelectEqual(x, y, dy, TM.Of(0));
    }
}
