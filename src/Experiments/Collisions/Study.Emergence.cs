using Handmade.Analysis.Figures;

namespace Handmade.Experiments.Collisions;

/// <summary>The part of a run that looks at how detectors emerge.</summary>
internal sealed partial class Study
{
    private IReadOnlyList<IReadOnlyList<Emergence>>? emerged;
    private IReadOnlyList<ChangePoints>? turned;

    /// <summary>The detectors of each seed with their laws: a second of bootstrap, done once for tables and figures.</summary>
    private IReadOnlyList<IReadOnlyList<Emergence>> Emerged(SeedHistory[] seeds) => emerged ??= [.. seeds.Select(seed => Emergence.Of(seed, options))];

    private IReadOnlyList<ChangePoints> Turned(SeedHistory[] seeds) => turned ??= ChangePoints.Of(Emerged(seeds), Coefficients(seeds) is { } llc ? llc.Points : (_, _) => []);

    private IEnumerable<ReportFigure> EmergenceReport(SeedHistory[] seeds, string shown)
    {
        IReadOnlyList<IReadOnlyList<Emergence>> runs = Emerged(seeds);
        SeedHistory one = seeds.First(seed => seed.Name == shown);
        var (block, head, _) = one.Best;
        if (runs.SelectMany(heads => heads).FirstOrDefault(emerged => (emerged.Run, emerged.Block, emerged.Head) == (shown, block, head)) is { } best)
        {
            LlcResults? llc = Coefficients(seeds);
            Panels panels = EmergenceFigures.OneHead(best, llc?.Points(shown, (block, head)) ?? [], llc?.Points(shown, null) ?? []);
            yield return Written("emergence", panels.Write, panels.WriteCsv, panels.ToSvg(), "A detector emerges (the form of the paper's Figure 1): contact score above uniform attention, and the fall of the attention-distance correlation in both definitions, on log-log axes; beneath them the local learning coefficients of the head and of the network where they were estimated. Grey: the longest stretch that a power law fits, with its exponent. Dashed: change points of each curve itself, not of its logarithm.");
        }
        if (Turned(seeds) is { Count: > 0 } points)
        {
            Figure when = EmergenceFigures.When(points);
            yield return Written("change-points", when.Write, when.WriteCsv, when.ToSvg(), "Change points of the first detector of each run on one axis, with their 95 % intervals: when the attention-distance correlations begin to fall, when the score begins to rise, and when local learning coefficients first turn, in the runs for which they were estimated (all with --llc full).");
        }
        (SeedHistory Seed, Emergence Head)[] first = [.. runs.Zip(seeds).Where(run => run.First.Count > 0).Select(run => (run.Second, run.First[0]))];
        if (first.Length == 0) yield break;
        Figure all = EmergenceFigures.FirstHeads([.. first.Select(run => run.Head)]);
        yield return Written("emergence-runs", all.Write, all.WriteCsv, all.ToSvg(), "The first detector of every run, with the power law fitted from 0.02 to 70 % of its largest score.");
        Panels heights = HeightPhases.Figure([.. first.Select(run => (run.Seed, run.Head.Block, run.Head.Head))]);
        yield return Written("heights", heights.Write, heights.WriteCsv, heights.ToSvg(), "Contact score of the first detector of each run by the height of the particle, over training. Empty cells: nobody touches there.");
    }
}
