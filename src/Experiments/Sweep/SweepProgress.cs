namespace Handmade.Experiments;

/// <summary>
/// The progress of a run as a part of its sweep's: a thousandth of a point is a step. Training is what takes time; the stages after it leave the
/// number as it is, so that it never falls. Points may differ in cost, so the time that is left is an
/// estimate from the mean of those that this process has run.
/// </summary>
internal sealed class SweepProgress(IProgressSink outer, RunLengths lengths) : IProgressSink
{
    private const long Parts = 1000;
    private double share;

    /// <inheritdoc/>
    public void Begin(string stage) { }

    /// <inheritdoc/>
    public void Report(in Progress progress)
    {
        if (progress.Stage == "train" && progress.Total > 0) share = Math.Max(share, (double)progress.Step / progress.Total);
        outer.Report(new Progress("sweep", (long)((lengths.Done + share) * Parts), lengths.Total * Parts, lengths.Rate(share) * Parts, progress.Loss));
    }

    /// <inheritdoc/>
    public void Say(string line) { }
}

/// <summary>How many points of a sweep are done, and how fast this process gets on.</summary>
internal sealed class RunLengths
{
    private readonly double start = RateMeter.Now;
    private int begunHere;

    /// <summary>Points that need nothing more.</summary>
    public int Done { get; private set; }

    /// <summary>Points in all, as far as is known.</summary>
    public int Total { get; set; }

    /// <summary>Counts a point that was done before, or now.</summary>
    public void Count(bool isRunHere)
    {
        Done++;
        if (isRunHere) begunHere++;
    }

    /// <summary>Points a second in this process.</summary>
    public double Rate(double share) => (begunHere + share) / Math.Max(RateMeter.Now - start, 1e-3);
}
