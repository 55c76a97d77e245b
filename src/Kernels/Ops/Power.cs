using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>Powers: elementwise, f32 and f64, with the special cases of <see cref="Math.Pow"/>. Bound by arithmetic.</summary>
public static class Power
{
    /// <summary>xʸ, broadcast; a constant exponent of 2 is a product.</summary>
    public static TensorView Pow(Operand x, Operand y) => y.Tensor is null && y.Value == 2
        ? Map.Unary<Square<Lanes<float>>, Square<Lanes<double>>>("pow", x.Tensor!)
        : Map.Binary<PowOf<Lanes<float>, MathF32>, PowOf<Lanes<double>, MathF64>>("pow", x, y, work: 40);

    private readonly struct PowOf<T, TM> : IBinary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, T y) => TM.Pow(x, y);
    }

    private readonly struct Square<T> : IUnary<T> where T : IMultiplyOperators<T, T, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => x * x;
    }
}
