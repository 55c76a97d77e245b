using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model;

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

    /// <summary>Reads the history from a network's last checkpoint.</summary>
    public static TraineeHistory Read(TraineeFiles files, ClockPizzaOptions options, Device device)
    {
        using Scope scope = device.Scope();
        long[] milestones = Measurement.Milestones(options.Steps, options.Measurements);
        TensorView rows = Copy.Full(device, [milestones.Length, Measurement.Names.Length], DType.F64, 0);
        var checkpoint = new Checkpoint();
        checkpoint.Add("history", rows);
        long step = checkpoint.Load(files.Latest, files.Config, ignoreOthers: true);
        return new TraineeHistory(files.Which, [.. Decode(rows, milestones.Count(milestone => milestone <= step))]);
    }

    /// <summary>The measurements in the first rows.</summary>
    public static IEnumerable<Measurement> Decode(TensorView rows, int count)
    {
        double[] values = rows.ToArray<double>();
        int length = rows.Shape[1];
        return Enumerable.Range(0, count).Select(row => Measurement.FromRow(values.AsSpan(row * length, length)));
    }
}
