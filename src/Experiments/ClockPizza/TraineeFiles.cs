using System.Globalization;

namespace Handmade.Experiments.ClockPizza;

/// <summary>Which network of a run: its attention rate (NaN for a linear model, which has none) and its seed.</summary>
internal readonly record struct Which(double Rate, ulong Seed)
{
    /// <summary><c>α 0.25, seed 1</c>.</summary>
    public string Name => double.IsNaN(Rate) ? string.Create(CultureInfo.InvariantCulture, $"seed {Seed}") : string.Create(CultureInfo.InvariantCulture, $"α {Rate}, seed {Seed}");

    /// <summary>The name in file names.</summary>
    public string Stem => Name.Replace("α ", "alpha-", StringComparison.Ordinal).Replace(", ", "-", StringComparison.Ordinal).Replace(' ', '-');
}

/// <summary>Where a network's training keeps its files, and the configuration that they belong to.</summary>
/// <param name="Folder">The run.</param>
/// <param name="Which">The network.</param>
/// <param name="Config">Everything that decides the bits.</param>
internal sealed record TraineeFiles(RunFolder Folder, Which Which, string Config)
{
    /// <summary>The whole state at the last checkpoint: training goes on from here.</summary>
    public string Latest => Folder.CheckpointPath($"{Which.Stem}-latest");

    /// <summary>The trained network's weights.</summary>
    public string Weights => Folder.CheckpointPath(Which.Stem);
}
