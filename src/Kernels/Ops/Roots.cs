using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>Square root and its inverse: elementwise, f32 and f64. Bound by the divider's throughput.</summary>
public static class Roots
{
    /// <summary>√x; NaN below zero.</summary>
    public static TensorView Sqrt(TensorView x) => Map.Unary<SqrtOf<Lanes<float>, MathF32>, SqrtOf<Lanes<double>, MathF64>>("sqrt", x, work: 4);

    /// <summary>1/√x; +∞ at zero, NaN below.</summary>
    public static TensorView Rsqrt(TensorView x) => Map.Unary<RsqrtOf<Lanes<float>, MathF32>, RsqrtOf<Lanes<double>, MathF64>>("rsqrt", x, work: 8);

    private readonly struct SqrtOf<T, TM> : IUnary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Sqrt(x);
    }

    private readonly struct RsqrtOf<T, TM> : IUnary<T>
        where T : IDivisionOperators<T, T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Of(1) / TM.Sqrt(x);
    }
}
