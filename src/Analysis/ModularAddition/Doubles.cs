using Handmade.Autograd;
using Handmade.Kernels;

namespace Handmade.Analysis.ModularAddition;

/// <summary>Floats of a device as doubles of the host and back; the device itself need not know doubles.</summary>
internal static class Doubles
{
    /// <summary>The elements, row-major.</summary>
    public static double[] ToDoubles(this Tensor x) => x.DType == DType.F64 ? x.ToArray<double>() : [.. x.ToArray<float>().Select(value => (double)value)];

    /// <summary>A leaf beside <paramref name="like"/>: its device and float type, other values.</summary>
    public static Tensor Beside(this Tensor like, double[] values, Shape shape) => like.DType == DType.F64
        ? Tensor.From<double>(like.Device, values, shape)
        : Tensor.From<float>(like.Device, [.. values.Select(value => (float)value)], shape);
}
