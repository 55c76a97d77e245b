using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>Exponential, logarithm and error function: elementwise, f32 and f64. Bound by arithmetic.</summary>
public static class Exponential
{
    /// <summary>eˣ.</summary>
    public static TensorView Exp(TensorView x) => Map.Unary<ExpOf<Lanes<float>, MathF32>, ExpOf<Lanes<double>, MathF64>>("exp", x, work: 16);

    /// <summary>The natural logarithm; −∞ at zero, NaN below.</summary>
    public static TensorView Log(TensorView x) => Map.Unary<LogOf<Lanes<float>, MathF32>, LogOf<Lanes<double>, MathF64>>("log", x, work: 16);

    /// <summary>The error function 2/√π ∫₀ˣ exp(−t²) dt.</summary>
    public static TensorView Erf(TensorView x) => Map.Unary<ErfOf<Lanes<float>, MathF32>, ErfOf<Lanes<double>, MathF64>>("erf", x, work: 24);

    private readonly struct ExpOf<T, TM> : IUnary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Exp(x);
    }

    private readonly struct LogOf<T, TM> : IUnary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Log(x);
    }

    private readonly struct ErfOf<T, TM> : IUnary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Erf(x);
    }
}
