using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>Sum, difference, product, quotient, negation: elementwise with broadcasting, f32 and f64. Bound by memory.</summary>
public static class Arithmetic
{
    /// <summary>a + b.</summary>
    public static TensorView Add(Operand a, Operand b) => Map.Binary<Sum<Lanes<float>>, Sum<Lanes<double>>>("add", a, b);

    /// <summary>a − b.</summary>
    public static TensorView Subtract(Operand a, Operand b) => Map.Binary<Difference<Lanes<float>>, Difference<Lanes<double>>>("subtract", a, b);

    /// <summary>a · b.</summary>
    public static TensorView Multiply(Operand a, Operand b) => Map.Binary<Product<Lanes<float>>, Product<Lanes<double>>>("multiply", a, b);

    /// <summary>a / b.</summary>
    public static TensorView Divide(Operand a, Operand b) => Map.Binary<Quotient<Lanes<float>>, Quotient<Lanes<double>>>("divide", a, b);

    /// <summary>−x.</summary>
    public static TensorView Negate(TensorView x) => Map.Unary<Negative<Lanes<float>>, Negative<Lanes<double>>>("negate", x);

    private readonly struct Sum<T> : IBinary<T> where T : IAdditionOperators<T, T, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T a, T b) => a + b;
    }

    private readonly struct Difference<T> : IBinary<T> where T : ISubtractionOperators<T, T, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T a, T b) => a - b;
    }

    internal readonly struct Product<T> : IBinary<T> where T : IMultiplyOperators<T, T, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T a, T b) => a * b;
    }

    private readonly struct Quotient<T> : IBinary<T> where T : IDivisionOperators<T, T, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T a, T b) => a / b;
    }

    private readonly struct Negative<T> : IUnary<T> where T : IUnaryNegationOperators<T, T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x) => -x;
    }
}
