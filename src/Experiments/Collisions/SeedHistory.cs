using Handmade.Analysis;
using Handmade.Analysis.Fits;
using Handmade.Kernels;

namespace Handmade.Experiments.Collisions;

/// <summary>Where a trainee keeps its files, and the configuration that they belong to.</summary>
/// <param name="Folder">The run.</param>
/// <param name="Name"><c>seed 3</c>, or <c>control</c>.</param>
/// <param name="Config">Everything that decides the bits.</param>
internal sealed record TraineeFiles(RunFolder Folder, string Name, string Config)
{
    private string Stem => Name.Replace(' ', '-');

    /// <summary>The whole state at the last checkpoint: training goes on from here.</summary>
    public string Latest => Folder.CheckpointPath($"{Stem}-latest");

    /// <summary>The network's weights after a step.</summary>
    public string At(long step) => Folder.CheckpointPath($"{Stem}-step-{step:D9}");

    /// <summary>What the chains of a local learning coefficient met.</summary>
    public string Llc(long step, string scope) => Folder.CheckpointPath($"llc-{Stem}-step-{step:D9}-{scope}");
}

/// <summary>A training as its last checkpoint tells it.</summary>
/// <param name="Name"><c>seed 3</c>, or <c>control</c>.</param>
/// <param name="History">What each checkpoint measured.</param>
internal sealed record SeedHistory(string Name, IReadOnlyList<Measurement> History)
{
    /// <summary>The last measurement.</summary>
    public Measurement Last => History[^1];

    /// <summary>The head with the highest contact score.</summary>
    public (int Block, int Head, HeadScore Score) Best => Last.AllHeads.MaxBy(head => head.Score.Contact);

    /// <summary>A number of every checkpoint over training. Step 0, which has no place on a log axis, stays out, and so does what is not finite (a score where nobody touches).</summary>
    public Curve Over(Func<Measurement, double> value)
    {
        (double Step, double Value)[] points = [.. History.Skip(1).Select(m => ((double)m.Step, value(m))).Where(point => double.IsFinite(point.Item2))];
        return new Curve(points.Select(point => point.Step), points.Select(point => point.Value));
    }

    /// <summary>Reads the history from a training's last checkpoint.</summary>
    public static SeedHistory Read(TraineeFiles files, int steps, CollisionsOptions options, Device device) =>
        new(files.Name, Measurement.Form(steps, options).Load(files.Latest, files.Config, device));
}
