namespace Handmade.Analysis.Fits;

/// <summary>
/// How intervals are drawn. Several curves: curves are drawn with replacement, so the interval is that of another set of runs. One curve: its
/// residuals are drawn in blocks, which keeps the memory that neighbouring checkpoints of one training have of each other.
/// </summary>
public sealed record BootstrapOptions
{
    /// <summary>Number of draws.</summary>
    public int Draws { get; init; } = 400;

    /// <summary>How much of the distribution the interval holds.</summary>
    public double Level { get; init; } = 0.95;

    /// <summary>Seed of the draws: equal seeds give equal intervals.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Residuals in a block; 0 stands for ∛n, rounded up.</summary>
    public int Block { get; init; }
}
