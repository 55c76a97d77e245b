namespace Handmade.Analysis.Fits;

/// <summary>
/// What counts as a power law. The stretch is the longest one, in log time, of consecutive positive points whose log-log line has
/// R² ≥ <see cref="LeastRSquared"/> and nowhere bends: over the first and the last third of the stretch, and over its first and last four points, the slope differs from the whole's by at most
/// <see cref="Bend"/> of it, beyond twice what the scatter from point to point explains.
/// </summary>
public sealed record PowerLawOptions
{
    /// <summary>t0 in y = a·(t − t0)^s.</summary>
    public double Origin { get; init; }

    /// <summary>Whether t0 is fitted instead, over all points: for decays, whose clock starts before the curve does.</summary>
    public bool FitOrigin { get; init; }

    /// <summary>Fewest points of a stretch.</summary>
    public int LeastPoints { get; init; } = 8;

    /// <summary>Shortest stretch, in decades of t − t0.</summary>
    public double LeastDecades { get; init; } = 0.5;

    /// <summary>Least R² of the line through the logarithms.</summary>
    public double LeastRSquared { get; init; } = 0.95;

    /// <summary>How far the slope of a part may lie from the slope of the whole, as a share of it.</summary>
    public double Bend { get; init; } = 0.05;

    /// <summary>How intervals are drawn.</summary>
    public BootstrapOptions Bootstrap { get; init; } = new();
}
