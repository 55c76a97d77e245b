using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>log Σ eˣ over axes, without overflow: the maximum m is taken out first. f32 and f64; bound by the exponential.</summary>
public static class LogSumExp
{
    /// <summary>log Σ eˣ over the given axes, which keep extent 1. −∞ where every element is −∞.</summary>
    public static TensorView Over(TensorView x, params ReadOnlySpan<int> axes)
    {
        Require.Float("logsumexp", x);
        int[] over = x.Shape.Axes(axes, "logsumexp");
        TensorView m = Map.Unary<FiniteOrZero<Lanes<float>, MathF32>, FiniteOrZero<Lanes<double>, MathF64>>("logsumexp", Extremes.Max(x, over));
        TensorView sum = Reduce.Over<OfExponentials<float, MathF32>, OfExponentials<double, MathF64>>("logsumexp", x, over, m);
        return Map.Binary<LogPlus<Lanes<float>, MathF32>, LogPlus<Lanes<double>, MathF64>>("logsumexp", sum, m);
    }

    // An infinite maximum is left in: ∞ − ∞ has no value, e^±∞ has.
    private readonly struct FiniteOrZero<T, TM> : IUnary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T m) => TM.SelectLess(TM.Abs(m), TM.Of(double.PositiveInfinity), m, TM.Of(0));
    }

    private readonly struct LogPlus<T, TM> : IBinary<T> where T : IAdditionOperators<T, T, T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T sum, T m) => TM.Log(sum) + m;
    }

    private readonly struct OfExponentials<T, TM> : IReduction<T> where T : unmanaged where TM : struct, IMath<Lanes<T>>
    {
        public static Lanes<T> Identity
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => default;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Map(Lanes<T> x, Lanes<T> m) => TM.Exp(x - m);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Padding(Lanes<T> m) => TM.Of(double.NegativeInfinity);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Combine(Lanes<T> a, Lanes<T> b) => a + b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Fold(Lanes<T> x) => x.Sum();
    }
}
