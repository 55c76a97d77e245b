using Handmade.Analysis;
using Handmade.Analysis.Fits;

namespace Handmade.Experiments.Collisions;

/// <summary>How one head became a detector: its contact score and its attention-distance correlation (ADC) in both definitions over training.</summary>
/// <param name="Run"><c>seed 3</c>.</param>
/// <param name="Block">Its block, from 0.</param>
/// <param name="Head">Its place in the block, from 0.</param>
/// <param name="Label">What it is at the end.</param>
/// <param name="Score">S − null.</param>
/// <param name="Correlation">By how much Pearson's correlation of A_ij and d_ij has fallen below the untrained network's.</param>
/// <param name="Distance">By how much the mean distance E_i Σ_j A_ij d_ij has fallen below the untrained network's, in box lengths.</param>
internal sealed record Emergence(string Run, int Block, int Head, HeadLabel Label, EmergenceCurve Score, EmergenceCurve Correlation, EmergenceCurve Distance)
{
    // Four times the error of S over some 4000 rows; the other two are as sure.
    private const double ScoreFloor = 0.02, CorrelationFloor = 0.02, DistanceFloor = 0.01;

    // The prototype's: a head has emerged when it stays this far above uniform attention.
    private const double Emerged = 0.05;

    /// <summary>The three quantities.</summary>
    public IReadOnlyList<EmergenceCurve> Curves => [Score, Correlation, Distance];

    /// <summary><c>seed 3, head 2.1</c>.</summary>
    public string Name => $"{Run}, head {Block + 1}.{Head + 1}";

    /// <summary>The first checkpoint from which on S stays 0.05 above the null.</summary>
    public double Step => StepOf(Score.Curve) ?? double.PositiveInfinity;

    /// <summary>The heads of a run that are true or partial detectors at its end, in the order in which they emerged.</summary>
    public static IReadOnlyList<Emergence> Of(SeedHistory seed, CollisionsOptions options) =>
        [.. seed.Last.AllHeads.Where(head => options.LabelOf(head.Score) != HeadLabel.None)
            .Select(head => Of(seed, head.Block, head.Head, options)).OrderBy(head => head.Step)];

    /// <summary>The first checkpoint from which on an excess over the null stays above 0.05, or null.</summary>
    public static double? StepOf(Curve excess)
    {
        int from = excess.Count;
        while (from > 0 && excess.Value[from - 1] >= Emerged) from--;
        return from < excess.Count ? excess.Time[from] : null;
    }

    private static Emergence Of(SeedHistory seed, int block, int head, CollisionsOptions options)
    {
        HeadScore untrained = seed.History[0].Heads[block][head];
        return new Emergence(
            seed.Name, block, head, options.LabelOf(seed.Last.Heads[block][head]),
            Fitted("S − null", score => score.Contact - score.Null, ScoreFloor),
            Fitted("fall of the correlation", score => untrained.DistanceCorrelation - score.DistanceCorrelation, CorrelationFloor),
            Fitted("fall of the mean distance", score => untrained.MeanDistance - score.MeanDistance, DistanceFloor));

        EmergenceCurve Fitted(string name, Func<HeadScore, double> value, double floor) => EmergenceCurve.Fitted(name, seed.Over(m => value(m.Heads[block][head])), floor, options.LawBend);
    }
}
