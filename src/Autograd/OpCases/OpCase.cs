using Handmade.Kernels;

namespace Handmade.Autograd;

/// <summary>One input of an <see cref="OpCase"/>: random values, uniform in [Low, High), keyed by the case's name.</summary>
/// <param name="Shape">Extents.</param>
/// <param name="Low">Smallest value.</param>
/// <param name="High">Largest value; integers below it for I32, and Bool is true with probability one half.</param>
/// <param name="DType">The type; null takes the float type under test.</param>
/// <param name="HasGradient">False for indices, masks and inputs without a gradient rule.</param>
/// <param name="Strided">Hands the op a transposed view of the same values instead of dense memory.</param>
public sealed record OpInput(Shape Shape, double Low = -2, double High = 2, DType? DType = null, bool HasGradient = true, bool Strided = false)
{
    /// <summary>An input of default range from its extents.</summary>
    public static implicit operator OpInput(int[] extents) => new(new Shape(extents));
}

/// <summary>
/// One row of the table that drives everything said about an op: agreement with the naive double reference on each
/// device, first and second gradients, the benchmark, the support matrix in the docs.
/// </summary>
/// <param name="Name">The op, as the tape names it; a variant in brackets: <c>gelu (tanh)</c>.</param>
/// <param name="Apply">The op on tensors of the device under test.</param>
/// <param name="Reference">The same by plain loops in double.</param>
/// <param name="Variants">Sets of inputs: odd shapes, broadcasting, strided views.</param>
public sealed record OpCase(string Name, Func<Tensor[], Tensor> Apply, Func<NaiveTensor[], NaiveTensor> Reference, params OpInput[][] Variants)
{
    /// <summary>Largest allowed error in f32, relative to 1 + |reference|.</summary>
    public double ToleranceF32 { get; init; } = 2e-6;

    /// <summary>Largest allowed error in f64, relative to 1 + |reference|.</summary>
    public double ToleranceF64 { get; init; } = 1e-13;

    /// <summary>False for ops without gradients: comparisons, argmax.</summary>
    public bool IsDifferentiable { get; init; } = true;

    /// <summary>False where the gradient rule cannot be differentiated again.</summary>
    public bool IsTwiceDifferentiable { get; init; } = true;

    /// <summary>True where the function holds for the shapes of its variants alone, such as a reshape to 3 × 10: it is not timed.</summary>
    public bool HasFixedShape { get; init; }

    /// <summary>The inputs of a benchmark; where the row says nothing, all are of one shape. Bytes and operations are those of the launches.</summary>
    public OpBench? Bench
    {
        get => HasFixedShape ? null : field ?? OpBench.Alike(this);
        init;
    }
}
