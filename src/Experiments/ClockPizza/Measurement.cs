namespace Handmade.Experiments.ClockPizza;

/// <summary>What a checkpoint measured.</summary>
/// <param name="Step">Training steps done.</param>
/// <param name="TrainLoss">Cross-entropy of the training pairs, in nats, worked out in double.</param>
/// <param name="TrainAccuracy">Share of the training pairs that the network gets right.</param>
/// <param name="TestLoss">Cross-entropy of the held-out pairs.</param>
/// <param name="TestAccuracy">Share of the held-out pairs that the network gets right.</param>
/// <param name="Norm">L2 norm of all parameters.</param>
/// <param name="GradientSymmetricity">GS of drawn triples.</param>
/// <param name="DistanceIrrelevance">DI of the right class's logit; NaN where it is 0/0.</param>
internal sealed record Measurement(
    long Step, double TrainLoss, double TrainAccuracy, double TestLoss, double TestAccuracy, double Norm, double GradientSymmetricity, double DistanceIrrelevance) : IMeasurement
{
    /// <summary>Column heads of a row.</summary>
    public static readonly string[] Names = ["step", "train_loss", "train_accuracy", "test_loss", "test_accuracy", "norm", "gradient_symmetricity", "distance_irrelevance"];

    /// <summary>This measurement as a row of numbers.</summary>
    public double[] ToRow() => [Step, TrainLoss, TrainAccuracy, TestLoss, TestAccuracy, Norm, GradientSymmetricity, DistanceIrrelevance];

    /// <summary>The measurement of a row.</summary>
    public static Measurement FromRow(ReadOnlySpan<double> row) => new((long)row[0], row[1], row[2], row[3], row[4], row[5], row[6], row[7]);

    /// <summary>When a training is measured, at step 0, the last, and evenly between, and how that is kept.</summary>
    public static HistoryForm<Measurement> Form(ClockPizzaOptions options) => new(
        [.. Enumerable.Range(0, options.Measurements + 1).Select(i => (long)options.Steps * i / options.Measurements).Distinct()], Names.Length,
        measurement => measurement.ToRow(), row => FromRow(row));
}
