using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>Launches of elementwise kernels: a functor for f32 lanes and the same functor for f64 lanes.</summary>
public static class Map
{
    /// <summary>y = f(x), elementwise.</summary>
    public static TensorView Unary<TF32, TF64>(string name, TensorView x)
        where TF32 : struct, IUnary<Lanes<float>>
        where TF64 : struct, IUnary<Lanes<double>> =>
        Ternary<OfOne<Lanes<float>, TF32>, OfOne<Lanes<double>, TF64>>(name, [x]);

    /// <summary>y = f(a, b), elementwise with broadcasting; constants count as scalars.</summary>
    public static TensorView Binary<TF32, TF64>(string name, Operand a, Operand b)
        where TF32 : struct, IBinary<Lanes<float>>
        where TF64 : struct, IBinary<Lanes<double>> =>
        Ternary<OfTwo<Lanes<float>, TF32>, OfTwo<Lanes<double>, TF64>>(name, [a, b]);

    /// <summary>y = f(a, b, c), elementwise with broadcasting; constants count as scalars.</summary>
    public static TensorView Ternary<TF32, TF64>(string name, Operand a, Operand b, Operand c)
        where TF32 : struct, ITernary<Lanes<float>>
        where TF64 : struct, ITernary<Lanes<double>> =>
        Ternary<TF32, TF64>(name, [a, b, c]);

    private static TensorView Ternary<TF32, TF64>(string name, ReadOnlySpan<Operand> operands)
        where TF32 : struct, ITernary<Lanes<float>>
        where TF64 : struct, ITernary<Lanes<double>>
    {
        TensorView? first = null;
        Shape shape = default;
        foreach (Operand operand in operands)
        {
            if (operand.Tensor is not { } tensor) continue;
            shape = first is null ? tensor.Shape : Shape.Broadcast(shape, tensor.Shape, name);
            first ??= tensor;
            Require.Same(name, first, tensor);
        }
        Require.Float(name, first!);
        TensorView output = first!.Device.Empty(shape, first.DType);
        first.Device.Submit(first.DType == DType.F32
            ? new MapLaunch<float, TF32>(name, output, operands)
            : new MapLaunch<double, TF64>(name, output, operands));
        return output;
    }

    private readonly struct OfOne<T, TOp> : ITernary<T> where TOp : struct, IUnary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T a, T b, T c) => TOp.Apply(a);
    }

    private readonly struct OfTwo<T, TOp> : ITernary<T> where TOp : struct, IBinary<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T a, T b, T c) => TOp.Apply(a, b);
    }
}
