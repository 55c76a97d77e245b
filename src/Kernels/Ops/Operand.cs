namespace Handmade.Kernels.Ops;

/// <summary>What an elementwise kernel reads: a tensor or one constant.</summary>
public readonly struct Operand
{
    private Operand(TensorView? tensor, double value)
    {
        Tensor = tensor;
        Value = value;
    }

    internal TensorView? Tensor { get; }

    internal double Value { get; }

    /// <summary>A tensor, broadcast as needed.</summary>
    public static implicit operator Operand(TensorView tensor) => new(tensor, 0);

    /// <summary>The same value everywhere.</summary>
    public static implicit operator Operand(double value) => new(null, value);
}
