using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>Elementary functions, elementwise, f32 and f64. Bound by arithmetic.</summary>
public static class Elementary
{
    /// <summary>eˣ.</summary>
    public static TensorView Exp(TensorView x) => Map.Unary<ExpOf<Lanes<float>, MathF32>, ExpOf<Lanes<double>, MathF64>>("exp", x);

    /// <summary>tanh x.</summary>
    public static TensorView Tanh(TensorView x) => Map.Unary<TanhOf<Lanes<float>, MathF32>, TanhOf<Lanes<double>, MathF64>>("tanh", x);

    /// <summary>The error function.</summary>
    public static TensorView Erf(TensorView x) => Map.Unary<ErfOf<Lanes<float>, MathF32>, ErfOf<Lanes<double>, MathF64>>("erf", x);

    private readonly struct ExpOf<T, TM> : IUnary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Exp(x);
    }

    private readonly struct TanhOf<T, TM> : IUnary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Tanh(x);
    }

    private readonly struct ErfOf<T, TM> : IUnary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Erf(x);
    }
}
