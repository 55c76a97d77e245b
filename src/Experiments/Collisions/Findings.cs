using System.Globalization;
using System.Text;
using Handmade.Analysis;
using Handmade.Kernels;

namespace Handmade.Experiments.Collisions;

/// <summary>What a run found, in words and tables.</summary>
internal static class Findings
{
    /// <summary>Every head of every seed: block, head, scores, label. Thresholds stand in the title.</summary>
    public static Table Heads(IReadOnlyList<SeedHistory> seeds, CollisionsOptions options) => new(
        FormattableString.Invariant($"Heads (true: S ≥ {options.TrueFrom}; none: S < null + {options.NoneMargin}; null {seeds[0].Last.Heads[0][0].Null:F3})"),
        ["seed", "block", "head", "contact score", "impact-weighted score", "top-1 score", "AUC", "ADC", "label"],
        [.. seeds.SelectMany(seed => seed.Last.AllHeads.Select(head => (IReadOnlyList<string>)
        [
            seed.Name.Replace("seed ", "", StringComparison.Ordinal), $"{head.Block + 1}", $"{head.Head + 1}",
            Number(head.Score.Contact), Number(head.Score.ImpactWeighted), Number(head.Score.TopOne), Number(head.Score.Auc), Number(head.Score.DistanceCorrelation),
            Name(options.LabelOf(head.Score)),
        ]))]);

    /// <summary>One row for each seed: loss, number of true and partial heads, best scores, when the best head emerged.</summary>
    public static Table Seeds(IReadOnlyList<SeedHistory> seeds, SeedHistory? control, CollisionsOptions options) => new(
        "Seeds (none left out)",
        ["run", "loss / free fall", "true", "partial", "best S", "best S_w", "best S of block 1", "half of the best head's rise at step"],
        [.. seeds.Concat(control is null ? [] : [control]).Select(seed => (IReadOnlyList<string>)
        [
            seed.Name, Number(seed.Last.LossRatio),
            $"{seed.Last.AllHeads.Count(head => options.LabelOf(head.Score) == HeadLabel.True)}",
            $"{seed.Last.AllHeads.Count(head => options.LabelOf(head.Score) == HeadLabel.Partial)}",
            Number(seed.Best.Score.Contact), Number(seed.Last.AllHeads.Max(head => head.Score.ImpactWeighted)),
            Number(seed.Last.Heads[0].Max(score => score.Contact)), HalfRise(seed),
        ])]);

    /// <summary>The paragraphs that open the report.</summary>
    public static IReadOnlyList<string> Summary(IReadOnlyList<SeedHistory> seeds, SeedHistory? control, CollisionsOptions options)
    {
        SeedHistory best = seeds.MaxBy(seed => seed.Best.Score.Contact)!;
        var (block, head, score) = best.Best;
        int trueHeads = seeds.Sum(seed => seed.Last.AllHeads.Count(h => options.LabelOf(h.Score) == HeadLabel.True));
        int partial = seeds.Sum(seed => seed.Last.AllHeads.Count(h => options.LabelOf(h.Score) == HeadLabel.Partial));
        int all = seeds.Sum(seed => seed.Last.AllHeads.Count());
        var paragraphs = new List<string>
        {
            FormattableString.Invariant($"{options.Particles} discs {Motion(options)}. A transformer with one token per disc learnt to predict how each velocity changes within the next {options.FrameInterval} time units; nothing told it what a collision is. Its error fell to {Range([.. seeds.Select(seed => seed.Last.LossRatio)])} of the error of predicting free fall."),
            FormattableString.Invariant($"Of {all} attention heads in {seeds.Count} {(seeds.Count == 1 ? "run" : "runs")}, {trueHeads} became collision detectors and {partial} became partial ones. The best, head {head + 1} of block {block + 1} ({best.Name}), gives {score.Contact:P0} of its attention to discs that its own disc touches before the next frame, and {score.ImpactWeighted:P0} when rows count by the strength of the impact; uniform attention would give {score.Null:P1}."),
        };
        if (control is not null)
            paragraphs.Add(FormattableString.Invariant($"The same network trained on discs that pass through each other has no such head: its highest score is {control.Best.Score.Contact:F3}, where uniform attention gives {control.Best.Score.Null:F3}."));
        return paragraphs;
    }

    /// <summary>What was found, in one line.</summary>
    public static string Title(IReadOnlyList<SeedHistory> seeds, CollisionsOptions options)
    {
        int trueHeads = seeds.Sum(seed => seed.Last.AllHeads.Count(head => options.LabelOf(head.Score) == HeadLabel.True));
        return trueHeads == 0 ? "No attention head became a collision detector" : $"{trueHeads} attention {(trueHeads == 1 ? "head" : "heads")} learnt to detect collisions";
    }

    /// <summary>metrics.csv: a row for every checkpoint of every run, in the order of runs and steps.</summary>
    public static void WriteMetrics(RunFolder folder, IReadOnlyList<SeedHistory> runs)
    {
        var lines = new StringBuilder("run,step,train_loss,test_loss,free_fall_loss");
        foreach (var (block, head, _) in runs[0].Last.AllHeads)
            foreach (string name in HeadScore.Names) lines.Append(CultureInfo.InvariantCulture, $",block{block + 1}_head{head + 1}_{name}");
        foreach (SeedHistory history in runs)
            foreach (Measurement measurement in history.History)
                lines.Append('\n').Append(history.Name).Append(',').AppendJoin(',', measurement.ToMetrics().Select(x => x.ToString(CultureInfo.InvariantCulture)));
        AtomicFile.WriteText(folder.MetricsPath, lines.Append('\n').ToString());
    }

    /// <summary>The name of a label as tables print it.</summary>
    public static string Name(HeadLabel label) => label switch
    {
        HeadLabel.True => "true",
        HeadLabel.Partial => "partial",
        _ => "none",
    };

    private static string Number(double x) => x.ToString("F3", CultureInfo.InvariantCulture);

    private static string Range(double[] values) => Number(values.Min()) == Number(values.Max()) ? Number(values[0]) : $"{Number(values.Min())}–{Number(values.Max())}";

    private static string Motion(CollisionsOptions options) => (options.Gravity > 0 ? "fall" : "fly") + options.Sides switch
    {
        "walls" => ", bounce off the walls and collide",
        "periodic-x" => ", bounce off floor and ceiling and collide",
        _ => " and collide",
    };

    private static string HalfRise(SeedHistory seed)
    {
        var (block, head, last) = seed.Best;
        double half = last.Null + (0.5 * (last.Contact - last.Null));
        return seed.History.First(m => m.Heads[block][head].Contact >= half || m == seed.Last).Step.ToString(CultureInfo.InvariantCulture);
    }
}
