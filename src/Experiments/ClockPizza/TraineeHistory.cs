using Handmade.Kernels;

namespace Handmade.Experiments.ClockPizza;

/// <summary>A training as its last checkpoint tells it.</summary>
/// <param name="Which">The network.</param>
/// <param name="History">What each checkpoint measured.</param>
internal sealed record TraineeHistory(Which Which, IReadOnlyList<Measurement> History)
{
    /// <summary>The last measurement.</summary>
    public Measurement Last => History[^1];

    /// <summary>The highest test accuracy over training: the paper counts runs where it is 1.</summary>
    public double BestTestAccuracy => History.Max(measurement => measurement.TestAccuracy);

    /// <summary>Reads the history from a training's last checkpoint.</summary>
    public static TraineeHistory Read(TraineeFiles files, ClockPizzaOptions options, Device device) =>
        new(files.Which, Measurement.Form(options).Load(files.Latest, files.Config, device));
}
