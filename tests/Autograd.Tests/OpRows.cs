using System.Runtime.InteropServices;
using Handmade.Kernels;

namespace Handmade.Autograd.Tests;

/// <summary>The rows of the op table as tests name and run them.</summary>
internal static class OpRows
{
    public static IEnumerable<string> Names => OpCases.All.Select(row => row.Name);

    public static IEnumerable<string> Differentiable => OpCases.All.Where(row => row.IsDifferentiable).Select(row => row.Name);

    public static IEnumerable<string> TwiceDifferentiable => OpCases.All.Where(row => row.IsDifferentiable && row.IsTwiceDifferentiable).Select(row => row.Name);

    public static OpCase Row(string name) => OpCases.All.Single(row => row.Name == name);

    /// <summary>What failed, as assertions print it.</summary>
    public static string Variant(OpCase row, int variant) =>
        $"{row.Name}, variant {variant}: {string.Join(", ", row.Variants[variant].Select(input => input.Shape + (input.Strided ? " strided" : "")))}";

    /// <summary>The output, then the gradients of all inputs that have one.</summary>
    public static IEnumerable<TensorView> ForthAndBack(OpCase row, int variant, Tensor[] leaves)
    {
        Tensor y = OpCheck.Apply(row, variant, leaves);
        Tensor[] wanted = [.. leaves.Where(leaf => leaf.RequiresGrad)];
        Tensor?[] dx = y.RequiresGrad ? Tensor.Gradients(y, wanted, Tensor.Full(y.Device, y.Shape, 0.7, y.DType)) : [];
        return [y.View, .. dx.OfType<Tensor>().Select(gradient => gradient.View)];
    }

    public static byte[] Bits(TensorView x) => x.DType switch
    {
        DType.F32 => MemoryMarshal.AsBytes(x.ToArray<float>().AsSpan()).ToArray(),
        DType.F64 => MemoryMarshal.AsBytes(x.ToArray<double>().AsSpan()).ToArray(),
        DType.I32 => MemoryMarshal.AsBytes(x.ToArray<int>().AsSpan()).ToArray(),
        _ => x.ToArray<byte>(),
    };
}
