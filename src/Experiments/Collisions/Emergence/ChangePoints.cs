using System.Globalization;
using Handmade.Analysis.Fits;

namespace Handmade.Experiments.Collisions;

/// <summary>When the curves of one run turn, on one axis of training steps: score and correlations of its first detector, and the local learning coefficients where they were estimated.</summary>
/// <param name="Head">The detector.</param>
/// <param name="Network">Change points of λ̂ of the whole network; null where it was not estimated.</param>
/// <param name="OfHead">The same of that head alone.</param>
internal sealed record ChangePoints(Emergence Head, CurvePhases? Network, CurvePhases? OfHead)
{
    // A line over fewer checkpoints has no place for a change with four on either side.
    private const int FewestCoefficients = 8;

    // Which of Curves are held against each other.
    private static readonly (int First, int Then)[] pairs = [(0, 2), (1, 2), (0, 3), (2, 3), (2, 4)];

    private static readonly BootstrapOptions draws = new() { Draws = 200 };

    /// <summary>What turns at the first change point of each curve.</summary>
    public IReadOnlyList<(string What, CurvePhases? Turns)> Curves =>
    [
        ("ADC correlation falls", Head.Correlation.Turns), ("ADC mean distance falls", Head.Distance.Turns), ("S rises", Head.Score.Turns),
        ("λ̂ of the network turns", Network), ("λ̂ of the head turns", OfHead),
    ];

    /// <summary>Those of every run whose first detector has them.</summary>
    /// <param name="runs">The detectors of each run in the order in which they emerged.</param>
    /// <param name="coefficients">The points of λ̂ of a run and a scope, as far as there are any.</param>
    public static IReadOnlyList<ChangePoints> Of(IReadOnlyList<IReadOnlyList<Emergence>> runs, Func<string, (int Block, int Head)?, IReadOnlyList<LlcPoint>> coefficients) =>
    [
        .. runs.Where(heads => heads.Count > 0 && heads[0].Curves.All(curve => curve.Turns is not null)).Select(heads => heads[0])
            .Select(head => new ChangePoints(head, Of(coefficients(head.Run, null)), Of(coefficients(head.Run, (head.Block, head.Head))))),
    ];

    /// <summary>One or two change points of a coefficient over log time, as AICc prefers; null of fewer than eight trained checkpoints.</summary>
    public static CurvePhases? Of(IReadOnlyList<LlcPoint> coefficients)
    {
        LlcPoint[] trained = [.. coefficients.Where(point => point.Step > 0)];
        return trained.Length < FewestCoefficients ? null
            : CurvePhases.OneOrTwo(new Curve(trained.Select(point => (double)point.Step), trained.Select(point => point.Value)), logValue: false, draws);
    }

    /// <summary>Every change point with its interval, a row for each run.</summary>
    public static Table Table(IReadOnlyList<ChangePoints> runs) => new(
        "Change points of the first detector of each run, from straight pieces over log time: three of each score and correlation, two or three of λ̂ (95 % intervals)",
        ["seed", "head", "ADC correlation falls from", "ADC mean distance falls from", "S rises from", "S rises until", "λ̂ of the network turns", "λ̂ of the head turns"],
        [.. runs.Select(run => (IReadOnlyList<string>)
        [
            run.Head.Run.Replace("seed ", "", StringComparison.Ordinal), $"{run.Head.Block + 1}.{run.Head.Head + 1}",
            .. run.Curves.Take(3).Select(curve => At(curve.Turns, 0)), At(run.Head.Score.Turns, 1), .. run.Curves.Skip(3).Select(curve => At(curve.Turns, 0)),
        ])]);

    /// <summary>Which of two turns comes first, over the runs; of λ̂ where every run has it.</summary>
    public static Table Order(IReadOnlyList<ChangePoints> runs) => new(
        FormattableString.Invariant($"Order of change points (bootstrap over {runs.Count} runs: p is not below 2^(1−{runs.Count})). λ̂ stands here where every run has it: --llc full"),
        ["first", "then", "in runs", "then over first", "95 % interval", "p"],
        [.. pairs.Where(pair => runs.Count > 0 && runs.All(run => run.Curves[pair.First].Turns is not null && run.Curves[pair.Then].Turns is not null)).Select(pair =>
        {
            var order = Analysis.Fits.Order.Of([.. runs.Select(run => run.Curves[pair.First].Turns!)], [.. runs.Select(run => run.Curves[pair.Then].Turns!)]);
            return (IReadOnlyList<string>)
            [
                runs[0].Curves[pair.First].What, runs[0].Curves[pair.Then].What, $"{order.Earlier} of {order.Runs}", Number(order.Ratio),
                $"{Number(order.RatioInterval.Low)} to {Number(order.RatioInterval.High)}", order.P.ToString("0.###", CultureInfo.InvariantCulture),
            ];
        })]);

    private static string At(CurvePhases? phases, int change) => phases is null ? "–"
        : $"{Steps(phases.Changes[change])} [{Steps(phases.ChangeIntervals[change].Low)}, {Steps(phases.ChangeIntervals[change].High)}]";

    private static string Steps(double step) => step.ToString("N0", CultureInfo.InvariantCulture);

    private static string Number(double x) => x.ToString("0.##", CultureInfo.InvariantCulture);
}
