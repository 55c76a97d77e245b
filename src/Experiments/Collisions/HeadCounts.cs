using System.Globalization;
using Handmade.Analysis;

namespace Handmade.Experiments.Collisions;

/// <summary>How many heads became what, and whether the scores end in clusters (the paper's Figures 2 and 5), with intervals over the runs.</summary>
internal static class HeadCounts
{
    // How far below its run's best head a head still belongs to the cluster at the top: true heads of one run lay within 0.05 in the prototype.
    private const double Near = 0.1;

    /// <summary>Counts for each run, and their mean or share with its 95 % interval.</summary>
    public static Table Of(IReadOnlyList<SeedHistory> seeds, CollisionsOptions options)
    {
        var (near, above) = Top(seeds, options);
        int none = seeds.Sum(seed => Count(seed, HeadLabel.None, options)), all = seeds.Count * options.Blocks * options.Heads;
        return new Table("Heads at the end of training, with 95 % intervals", ["heads", "each run", "mean or share", "95 % interval", "interval from"],
        [
            Counted("true, in a run", HeadLabel.True), Counted("partial, in a run", HeadLabel.Partial),
            Shared(FormattableString.Invariant($"within {Near} of the run's best, of true and partial"), seeds.Select(seed => Top([seed], options).Near), near, above),
            Shared("none, of all", seeds.Select(seed => Count(seed, HeadLabel.None, options)), none, all),
        ]);

        IReadOnlyList<string> Counted(string what, HeadLabel label)
        {
            double[] counts = [.. seeds.Select(seed => (double)Count(seed, label, options))];
            var (low, high) = Intervals.Mean(counts, (ulong)options.TestSeed);
            return [what, string.Join(", ", counts), Number(counts.Average()), seeds.Count > 1 ? $"{Number(low)} to {Number(high)}" : "one run", "bootstrap over runs"];
        }

        static IReadOnlyList<string> Shared(string what, IEnumerable<int> counts, int hits, int trials)
        {
            var (low, high) = Intervals.Share(hits, trials);
            return [what, string.Join(", ", counts), $"{hits} of {trials}", $"{Number(low)} to {Number(high)}", "Wilson's score"];
        }
    }

    /// <summary>The paper's clusters: heads that look at contacts at all mostly end near the best, few between.</summary>
    public static IEnumerable<Claim> Claims(IReadOnlyList<SeedHistory> seeds, CollisionsOptions options)
    {
        int needed = ((4 * seeds.Count) + 4) / 5;
        var (near, above) = Top(seeds, options);
        var (low, high) = Intervals.Share(near, above);
        yield return new Claim("top-cluster",
            FormattableString.Invariant($"Scores end in a cluster at the top: of the heads above none, the share with S within {Near} of their run's best (all runs: {near} of {above}, 95 % interval {low:F2} to {high:F2})"),
            "a dense cluster near 0.95, few between", 0.5, 1, [.. seeds.Select(seed => Top([seed], options)).Select(run => (double)run.Near / run.Above)])
        { Needed = needed };
        if (options.Heads >= 8)
            yield return new Claim("partial", "Some heads stay partial detectors: number of partial heads", "an example at 0.78", 1, double.PositiveInfinity,
                [.. seeds.Select(seed => (double)Count(seed, HeadLabel.Partial, options))])
            { Needed = needed };
    }

    private static int Count(SeedHistory seed, HeadLabel label, CollisionsOptions options) => seed.Last.AllHeads.Count(head => options.LabelOf(head.Score) == label);

    private static (int Near, int Above) Top(IEnumerable<SeedHistory> seeds, CollisionsOptions options)
    {
        var above = seeds.SelectMany(seed => seed.Last.AllHeads.Where(head => options.LabelOf(head.Score) != HeadLabel.None).Select(head => seed.Best.Score.Contact - head.Score.Contact)).ToArray();
        return (above.Count(distance => distance <= Near), above.Length);
    }

    private static string Number(double x) => x.ToString("0.##", CultureInfo.InvariantCulture);
}
