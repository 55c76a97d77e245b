using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>Sine and cosine of angles in radians: elementwise, f32 and f64. Bound by arithmetic.</summary>
public static class Trigonometry
{
    /// <summary>sin x; NaN at ±∞.</summary>
    public static TensorView Sin(TensorView x) => Map.Unary<SinOf<Lanes<float>, MathF32>, SinOf<Lanes<double>, MathF64>>("sin", x, work: 16);

    /// <summary>cos x; NaN at ±∞.</summary>
    public static TensorView Cos(TensorView x) => Map.Unary<CosOf<Lanes<float>, MathF32>, CosOf<Lanes<double>, MathF64>>("cos", x, work: 16);

    private readonly struct SinOf<T, TM> : IUnary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Sin(x);
    }

    private readonly struct CosOf<T, TM> : IUnary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Cos(x);
    }
}
