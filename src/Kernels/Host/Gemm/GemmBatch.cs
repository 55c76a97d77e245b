namespace Handmade.Kernels.Host;

/// <summary>Products of one shape that lie evenly in memory: how many, and how many elements further each operand of the next one is (0: shared).</summary>
public readonly struct GemmBatch
{
    /// <summary>How many products.</summary>
    public int Count { get; init; }

    /// <summary>From one left operand to the next.</summary>
    public nint A { get; init; }

    /// <summary>From one right operand to the next.</summary>
    public nint B { get; init; }

    /// <summary>From one result to the next.</summary>
    public nint C { get; init; }

    /// <summary>From one bias to the next.</summary>
    public nint Bias { get; init; }

    /// <summary>From one residual to the next.</summary>
    public nint Residual { get; init; }

    /// <summary>From one activated result to the next.</summary>
    public nint Activated { get; init; }
}
