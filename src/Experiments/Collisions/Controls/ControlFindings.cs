using System.Globalization;
using Handmade.Analysis;

namespace Handmade.Experiments.Collisions;

/// <summary>The controls in tables and claims.</summary>
internal static class ControlFindings
{
    /// <summary>Every control in a row: what was measured, and what it has to be compared with.</summary>
    public static Table Overview(IReadOnlyList<SeedHistory> seeds, SeedHistory? ghosts, ControlResults results, CollisionsOptions options)
    {
        var rows = new List<IReadOnlyList<string>>
        {
            Scores("untrained networks", "S of all heads", seeds.SelectMany(seed => seed.History[0].AllHeads)),
        };
        if (ghosts is not null) rows.Add(Scores("trained on discs that pass through each other", "S of all heads", ghosts.Last.AllHeads));
        rows.Add(Scores("contact labels shuffled", "S of all heads", results.Shuffled.SelectMany(measurement => measurement.AllHeads)));
        rows.Add(Scores("contact labels shuffled", "S of detectors", seeds.Zip(results.Shuffled, (seed, measurement) => Detectors(seed, options).Select(head => (head.Block, head.Head, measurement.Heads[head.Block][head.Head]))).SelectMany(heads => heads)));
        SeedHistory ablated = seeds[results.Ablated];
        foreach (HeadLabel label in new[] { HeadLabel.True, HeadLabel.Partial, HeadLabel.None })
        {
            AblatedHead[] heads = [.. results.Heads.Where(head => options.LabelOf(ablated.Last.Heads[head.Block][head.Head]) == label)];
            if (heads.Length == 0) continue;
            string who = $"one {Findings.Name(label)} head of {ablated.Name} ablated";
            Add("mean", head => head.Mean);
            Add("zero", head => head.Zero);

            void Add(string by, Func<AblatedHead, RowErrors> errors)
            {
                rows.Add([$"{who}, {by}", "loss of touching particles", Range(heads.Select(head => errors(head).Touching)), $"{Number(results.Whole.Touching)} with all heads"]);
                rows.Add([$"{who}, {by}", "loss of frames with contacts", Range(heads.Select(head => errors(head).Colliding)), $"{Number(results.Whole.Colliding)} with all heads"]);
                rows.Add([$"{who}, {by}", "loss in free fall", Range(heads.Select(head => errors(head).Falling)), $"{Number(results.Whole.Falling)} with all heads"]);
            }
        }
        foreach (var (setting, measured) in TransferSetting.Of(options).Zip(results.Transfers))
        {
            rows.Add([$"moved to {setting.Name}", "S of each run's best head", Range(seeds.Zip(measured, (seed, there) => Best(seed, there).Contact)), $"null {Range(measured.Select(there => there.Heads[0][0].Null))}, at home {Range(seeds.Select(seed => seed.Best.Score.Contact))}"]);
            rows.Add([$"moved to {setting.Name}", "loss / free fall there", Range(measured.Select(there => there.LossRatio)), $"at home {Range(seeds.Select(seed => seed.Last.LossRatio))}"]);
        }
        return new Table("Controls (least to largest value)", ["control", "measured", "value", "compare with"], rows);
    }

    /// <summary>The loss without each head of the run that was ablated.</summary>
    public static Table Heads(IReadOnlyList<SeedHistory> seeds, ControlResults results, CollisionsOptions options)
    {
        SeedHistory ablated = seeds[results.Ablated];
        return new Table(
            $"{ablated.Name} without one head (loss in standardised units; whole network: touching {Number(results.Whole.Touching)}, frames with contacts {Number(results.Whole.Colliding)}, free fall {Number(results.Whole.Falling)})",
            ["block", "head", "contact score", "touching, mean", "touching, zero", "contacts, mean", "contacts, zero", "falling, mean", "falling, zero", "label"],
            [.. results.Heads.Select(head =>
            {
                HeadScore score = ablated.Last.Heads[head.Block][head.Head];
                return (IReadOnlyList<string>)[$"{head.Block + 1}", $"{head.Head + 1}", Number(score.Contact),
                    Number(head.Mean.Touching), Number(head.Zero.Touching), Number(head.Mean.Colliding), Number(head.Zero.Colliding), Number(head.Mean.Falling), Number(head.Zero.Falling),
                    Findings.Name(options.LabelOf(score))];
            })]);
    }

    /// <summary>Claims where the prototype gives a number, or where the number follows from the definition.</summary>
    public static IEnumerable<Claim> Claims(IReadOnlyList<SeedHistory> seeds, ControlResults results, CollisionsOptions options)
    {
        yield return new Claim("shuffled", "Under shuffled contact labels no head detects: largest |S − null| of any head", "not given; null by definition", 0, 0.02,
            [.. results.Shuffled.Select(measurement => measurement.AllHeads.Max(head => Math.Abs(head.Score.Contact - head.Score.Null)))]);
        // The prototype ablated networks of two blocks; one block makes no true head within the preset smoke.
        if (options.Blocks == 1) yield break;
        SeedHistory ablated = seeds[results.Ablated];
        AblatedHead[] detectors = [.. Detectors(ablated, options).Select(head => results.Heads[(head.Block * options.Heads) + head.Head])];
        yield return new Claim("ablation", $"Detectors are used: loss of touching particles without one detector of {ablated.Name} (by its mean) over the whole network's", "not given; prototype 4.5 to 6.8",
            3, double.PositiveInfinity, [.. detectors.Select(head => head.Mean.Touching / results.Whole.Touching)]);
        yield return new Claim("ablation-falling", "In free fall nobody needs a detector: rise of the loss there over its rise for touching particles", "not given", double.NegativeInfinity, 0.1,
            [.. detectors.Select(head => (head.Mean.Falling - results.Whole.Falling) / (head.Mean.Touching - results.Whole.Touching))]);
        AblatedHead[] others = [.. results.Heads.Where(head => options.LabelOf(ablated.Last.Heads[head.Block][head.Head]) == HeadLabel.None)];
        if (others.Length > 0)
            yield return new Claim("ablation-others", $"Other heads are not: largest rise of the loss of touching particles without one none head of {ablated.Name}", "not given; prototype at most 0.003",
                double.NegativeInfinity, 0.01, [others.Max(head => head.Mean.Touching - results.Whole.Touching)]);
    }

    /// <summary>The score, in another measurement, of the head that is a run's best at home.</summary>
    public static HeadScore Best(SeedHistory seed, Measurement there) => there.Heads[seed.Best.Block][seed.Best.Head];

    /// <summary>A run's true heads; without any, its best one.</summary>
    private static IEnumerable<(int Block, int Head)> Detectors(SeedHistory seed, CollisionsOptions options)
    {
        var trueHeads = seed.Last.AllHeads.Where(head => options.LabelOf(head.Score) == HeadLabel.True).Select(head => (head.Block, head.Head)).ToArray();
        return trueHeads.Length > 0 ? trueHeads : [(seed.Best.Block, seed.Best.Head)];
    }

    private static IReadOnlyList<string> Scores(string control, string what, IEnumerable<(int Block, int Head, HeadScore Score)> heads)
    {
        HeadScore[] scores = [.. heads.Select(head => head.Score)];
        return [control, what, Range(scores.Select(score => score.Contact)), $"null {Range(scores.Select(score => score.Null))}"];
    }

    private static string Range(IEnumerable<double> values)
    {
        double[] known = [.. values.Where(double.IsFinite)];
        if (known.Length == 0) return "none";
        string low = Number(known.Min()), high = Number(known.Max());
        return low == high ? low : $"{low} to {high}";
    }

    private static string Number(double x) => x.ToString("F3", CultureInfo.InvariantCulture);
}
