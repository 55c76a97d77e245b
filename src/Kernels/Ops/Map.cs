using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Launches of elementwise kernels: a functor for f32 lanes and the same functor for f64 lanes. <c>work</c> is the
/// rough number of operations per element.
/// </summary>
public static class Map
{
    /// <summary>y = f(x), elementwise.</summary>
    public static TensorView Unary<TF32, TF64>(string name, TensorView x, int work = 1)
        where TF32 : struct, IUnary<Lanes<float>>
        where TF64 : struct, IUnary<Lanes<double>> =>
        Floats<OfOne<Lanes<float>, TF32>, OfOne<Lanes<double>, TF64>>(name, [x], work);

    /// <summary>y = f(a, b), elementwise with broadcasting; constants count as scalars.</summary>
    public static TensorView Binary<TF32, TF64>(string name, Operand a, Operand b, int work = 1)
        where TF32 : struct, IBinary<Lanes<float>>
        where TF64 : struct, IBinary<Lanes<double>> =>
        Floats<OfTwo<Lanes<float>, TF32>, OfTwo<Lanes<double>, TF64>>(name, [a, b], work);

    /// <summary>y = f(a, b, c), elementwise with broadcasting; constants count as scalars.</summary>
    public static TensorView Ternary<TF32, TF64>(string name, Operand a, Operand b, Operand c, int work = 1)
        where TF32 : struct, ITernary<Lanes<float>>
        where TF64 : struct, ITernary<Lanes<double>> =>
        Floats<TF32, TF64>(name, [a, b, c], work);

    /// <summary>
    /// A Bool tensor from f(a, b): true where it is not 0. Takes f32, f64 and i32, and Bool as 0 and 1.
    /// </summary>
    public static TensorView Compare<TF32, TF64, TI32>(string name, Operand a, Operand b)
        where TF32 : struct, IBinary<Lanes<float>>
        where TF64 : struct, IBinary<Lanes<double>>
        where TI32 : struct, IBinary<Lanes<int>>
    {
        ReadOnlySpan<Operand> operands = [a, b];
        TensorView[] tensors = Tensors(operands);
        DType dtype = tensors[0].DType;
        foreach (TensorView tensor in tensors) Require.Same(name, tensors[0], tensor);
        TensorView output = tensors[0].Device.Empty(Stretched(name, tensors), DType.Bool);
        tensors[0].Device.Submit(dtype switch
        {
            DType.F32 => new MapLaunch<float, OfTwo<Lanes<float>, TF32>, MaskOf<float>>(name, output, operands, tensors, 1),
            DType.F64 => new MapLaunch<double, OfTwo<Lanes<double>, TF64>, MaskOf<double>>(name, output, operands, tensors, 1),
            _ => new MapLaunch<int, OfTwo<Lanes<int>, TI32>, MaskOf<int>>(name, output, operands, tensors, 1),
        });
        return output;
    }

    /// <summary>y = f(mask, a, b) with a Bool mask that the functor sees as 0 and 1. Takes f32, f64 and i32.</summary>
    public static TensorView Select<TF32, TF64, TI32>(string name, TensorView mask, Operand a, Operand b)
        where TF32 : struct, ITernary<Lanes<float>>
        where TF64 : struct, ITernary<Lanes<double>>
        where TI32 : struct, ITernary<Lanes<int>>
    {
        Require.Is(name, mask, DType.Bool);
        ReadOnlySpan<Operand> operands = [mask, a, b];
        TensorView[] tensors = Tensors(operands);
        if (tensors.Length == 1) throw new HandmadeException($"{name}: both values are numbers; one of them must be a tensor, which sets the type");
        TensorView typed = tensors[1];
        if (typed.DType == DType.Bool) throw new HandmadeException($"{name}: selects among f32, f64 or i32, not bool {typed.Shape}; cast it");
        Require.Same(name, typed, tensors[^1]);
        TensorView output = typed.Device.Empty(Stretched(name, tensors), typed.DType);
        typed.Device.Submit(typed.DType switch
        {
            DType.F32 => new MapLaunch<float, TF32, Values<float>>(name, output, operands, tensors, 1),
            DType.F64 => new MapLaunch<double, TF64, Values<double>>(name, output, operands, tensors, 1),
            _ => new MapLaunch<int, TI32, Values<int>>(name, output, operands, tensors, 1),
        });
        return output;
    }

    private static TensorView Floats<TF32, TF64>(string name, ReadOnlySpan<Operand> operands, int work)
        where TF32 : struct, ITernary<Lanes<float>>
        where TF64 : struct, ITernary<Lanes<double>>
    {
        TensorView[] tensors = Tensors(operands);
        foreach (TensorView tensor in tensors) Require.Same(name, tensors[0], tensor);
        Require.Float(name, tensors[0]);
        TensorView output = tensors[0].Device.Empty(Stretched(name, tensors), tensors[0].DType);
        tensors[0].Device.Submit(tensors[0].DType == DType.F32
            ? new MapLaunch<float, TF32, Values<float>>(name, output, operands, tensors, work)
            : new MapLaunch<double, TF64, Values<double>>(name, output, operands, tensors, work));
        return output;
    }

    private static TensorView[] Tensors(ReadOnlySpan<Operand> operands)
    {
        int count = 0;
        foreach (Operand operand in operands)
            if (operand.Tensor is not null) count++;
        var tensors = new TensorView[count];
        count = 0;
        foreach (Operand operand in operands)
            if (operand.Tensor is { } tensor) tensors[count++] = tensor;
        return tensors;
    }

    private static Shape Stretched(string name, TensorView[] tensors)
    {
        Shape shape = tensors[0].Shape;
        for (int k = 1; k < tensors.Length; k++) shape = Shape.Broadcast(shape, tensors[k].Shape, name);
        return shape;
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
