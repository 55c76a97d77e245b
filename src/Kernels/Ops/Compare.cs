using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Comparisons: elementwise with broadcasting, f32, f64 and i32 (and Bool as 0 and 1); the result is Bool. NaN is equal to
/// nothing, also not to itself. Bound by memory.
/// </summary>
public static class Compare
{
    /// <summary>a = b.</summary>
    public static TensorView Equal(Operand a, Operand b) =>
        Map.Compare<IsEqual<Lanes<float>, MathF32>, IsEqual<Lanes<double>, MathF64>, IsEqual<Lanes<int>, MathI32>>("eq", a, b);

    /// <summary>a ≠ b.</summary>
    public static TensorView NotEqual(Operand a, Operand b) =>
        Map.Compare<IsNotEqual<Lanes<float>, MathF32>, IsNotEqual<Lanes<double>, MathF64>, IsNotEqual<Lanes<int>, MathI32>>("ne", a, b);

    /// <summary>a &lt; b.</summary>
    public static TensorView Less(Operand a, Operand b) =>
        Map.Compare<IsLess<Lanes<float>, MathF32>, IsLess<Lanes<double>, MathF64>, IsLess<Lanes<int>, MathI32>>("lt", a, b);

    /// <summary>a ≤ b.</summary>
    public static TensorView LessOrEqual(Operand a, Operand b) =>
        Map.Compare<IsLessOrEqual<Lanes<float>, MathF32>, IsLessOrEqual<Lanes<double>, MathF64>, IsLessOrEqual<Lanes<int>, MathI32>>("le", a, b);

    /// <summary>a &gt; b.</summary>
    public static TensorView Greater(Operand a, Operand b) =>
        Map.Compare<IsLess<Lanes<float>, MathF32>, IsLess<Lanes<double>, MathF64>, IsLess<Lanes<int>, MathI32>>("gt", b, a);

    /// <summary>a ≥ b.</summary>
    public static TensorView GreaterOrEqual(Operand a, Operand b) =>
        Map.Compare<IsLessOrEqual<Lanes<float>, MathF32>, IsLessOrEqual<Lanes<double>, MathF64>, IsLessOrEqual<Lanes<int>, MathI32>>("ge", b, a);

    private readonly struct IsEqual<T, TM> : IBinary<T> where TM : struct, ICompare<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T a, T b) => TM.SelectEqual(a, b, TM.Of(1), TM.Of(0));
    }

    private readonly struct IsNotEqual<T, TM> : IBinary<T> where TM : struct, ICompare<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T a, T b) => TM.SelectEqual(a, b, TM.Of(0), TM.Of(1));
    }

    private readonly struct IsLess<T, TM> : IBinary<T> where TM : struct, ICompare<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T a, T b) => TM.SelectLess(a, b, TM.Of(1), TM.Of(0));
    }

    private readonly struct IsLessOrEqual<T, TM> : IBinary<T> where TM : struct, ICompare<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T a, T b) => TM.SelectLessOrEqual(a, b, TM.Of(1), TM.Of(0));
    }
}
