using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>Magnitude and sign: elementwise, f32 and f64. Bound by memory.</summary>
public static class Sign
{
    /// <summary>|x|.</summary>
    public static TensorView Abs(TensorView x) => Map.Unary<AbsOf<Lanes<float>, MathF32>, AbsOf<Lanes<double>, MathF64>>("abs", x);

    /// <summary>−1, 0 or 1; NaN for NaN.</summary>
    public static TensorView Of(TensorView x) => Map.Unary<SignOf<Lanes<float>, MathF32>, SignOf<Lanes<double>, MathF64>>("sign", x);

    private readonly struct AbsOf<T, TM> : IUnary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Abs(x);
    }

    private readonly struct SignOf<T, TM> : IUnary<T>
        where T : IMultiplyOperators<T, T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.SelectLess(x, TM.Of(0), TM.Of(-1), TM.SelectLess(TM.Of(0), x, TM.Of(1), x * TM.Of(0)));
    }
}
