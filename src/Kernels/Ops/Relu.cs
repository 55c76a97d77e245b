using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>Rectified linear units: elementwise, f32 and f64. Bound by memory.</summary>
public static class Relu
{
    /// <summary>max(x, 0).</summary>
    public static TensorView Forward(TensorView x) => Map.Unary<Rectified<Lanes<float>, MathF32>, Rectified<Lanes<double>, MathF64>>("relu", x);

    /// <summary>dx = dy where x &gt; 0, else 0.</summary>
    public static TensorView Backward(TensorView x, TensorView dy) =>
        Map.Binary<Slope<Lanes<float>, MathF32>, Slope<Lanes<double>, MathF64>>("relu_backward", x, dy);

    /// <summary>x where x &gt; 0, else slope · x.</summary>
    public static TensorView Leaky(TensorView x, double slope) =>
        Map.Binary<Leaked<Lanes<float>, MathF32>, Leaked<Lanes<double>, MathF64>>("leaky_relu", x, slope);

    /// <summary>dx = dy where x &gt; 0, else slope · dy.</summary>
    public static TensorView LeakyBackward(TensorView x, TensorView dy, double slope) =>
        Map.Ternary<LeakedSlope<Lanes<float>, MathF32>, LeakedSlope<Lanes<double>, MathF64>>("leaky_relu_backward", x, dy, slope);

    internal readonly struct Rectified<T, TM> : IUnary<T>, IWithSlope<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => TM.Max(x, TM.Of(0));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, out T slope)
        {
            slope = TM.SelectLessOrEqual(x, TM.Of(0), TM.Of(0), TM.Of(1));
            return Apply(x);
        }
    }

    private readonly struct Slope<T, TM> : IBinary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, T dy) => TM.SelectLessOrEqual(x, TM.Of(0), TM.Of(0), dy);
    }

    private readonly struct Leaked<T, TM> : IBinary<T>
        where T : IMultiplyOperators<T, T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, T slope) => TM.SelectLess(TM.Of(0), x, x, x * slope);
    }

    private readonly struct LeakedSlope<T, TM> : ITernary<T>
        where T : IMultiplyOperators<T, T, T>
        where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, T dy, T slope) => TM.SelectLess(TM.Of(0), x, dy, dy * slope);
    }
}
