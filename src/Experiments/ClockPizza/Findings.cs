using System.Globalization;
using System.Text;
using Handmade.Kernels;

namespace Handmade.Experiments.ClockPizza;

/// <summary>What a run found, in words and tables.</summary>
internal static class Findings
{
    /// <summary>A row for every attention rate: mean and range over seeds.</summary>
    public static Table Rates(IReadOnlyList<NetworkFindings> networks) => new(
        "Attention rates: mean over seeds (least to largest)",
        ["α", "networks", "accuracy", "GS", "DI", "circularity", "best circle: FVE Clock", "FVE Pizza", "Clocks", "Pizzas"],
        [.. networks.GroupBy(n => n.Which.Rate).Select(rate => (IReadOnlyList<string>)
        [
            Number(rate.Key), $"{rate.Count()}", Range(rate, n => n.Accuracy), Range(rate, n => n.GradientSymmetricity), Range(rate, n => n.DistanceIrrelevance), Range(rate, n => n.Circularity),
            Range(rate, n => n.BestCircle?.Clock ?? double.NaN), Range(rate, n => n.BestCircle?.Pizza ?? double.NaN),
            $"{rate.Count(n => n.Verdict == "Clock")}", $"{rate.Count(n => n.Verdict == "Pizza")}",
        ])]);

    /// <summary>A row for every network.</summary>
    public static Table Networks(IReadOnlyList<NetworkFindings> networks) => new(
        "Networks (none left out; DI is – where it is 0/0)",
        ["α", "seed", "accuracy", "best test accuracy", "GS", "DI", "circularity", "circles k", "algorithm"],
        [.. networks.Select(n => (IReadOnlyList<string>)
        [
            Number(n.Which.Rate), $"{n.Which.Seed}", Number(n.Accuracy), Number(n.BestTestAccuracy), Number(n.GradientSymmetricity), Number(n.DistanceIrrelevance), Number(n.Circularity),
            string.Join(", ", n.Circles.Select(c => c.Frequency)), n.Verdict,
        ])]);

    /// <summary>What spoke for each verdict.</summary>
    public static Table Verdicts(IReadOnlyList<NetworkFindings> networks) => new(
        "Verdicts and their reasons", ["α", "seed", "algorithm", "because"],
        [.. networks.Select(n => (IReadOnlyList<string>)[Number(n.Which.Rate), $"{n.Which.Seed}", n.Verdict, n.Reasons])]);

    /// <summary>A row for every circle of every network: one network may run several algorithms side by side.</summary>
    public static Table Circles(IReadOnlyList<NetworkFindings> networks)
    {
        // Where the two numbers share a table there is no turn to tell.
        bool hasTurns = networks.Any(n => n.Circles.Any(c => !double.IsNaN(c.Turn)));
        return new Table(
            "Circles, each alone in its network",
            ["α", "seed", "k", "step", "variance", "accuracy", "FVE Clock", "FVE Pizza", "FVE two-abs", "FVE accompanying", .. hasTurns ? (string[])["turn °"] : [], "algorithm"],
            [.. networks.SelectMany(n => n.Circles.Select(c => (IReadOnlyList<string>)
            [
                Number(n.Which.Rate), $"{n.Which.Seed}", $"{c.Frequency}", $"{c.Step}", Number(c.Share), Number(c.Accuracy), Number(c.Clock), Number(c.Pizza), Number(c.TwoAbsolute), Number(c.Accompanying),
                .. hasTurns ? (string[])[Number(Math.Round(c.Turn))] : [], c.Verdict,
            ]))]);
    }

    /// <summary>What was found, in one line.</summary>
    public static string Title(IReadOnlyList<NetworkFindings> networks) =>
        $"{Count(networks, "Pizza")} and {Count(networks, "Clock")} among {networks.Count} networks that add";

    /// <summary>The paragraphs that open the report.</summary>
    public static IReadOnlyList<string> Summary(IReadOnlyList<NetworkFindings> networks, ClockPizzaOptions options)
    {
        int right = networks.Count(n => n.Accuracy == 1);
        var paragraphs = new List<string>
        {
            $"{networks.Count} networks learnt a {options.Operation} modulo {options.P} from {options.TrainShare:P0} of all pairs; {right} of them {(right == 1 ? "gives" : "give")} the right answer to every pair. Each puts the numbers on circles. With them it can add in two ways: a Clock multiplies and turns one angle by the other, a Pizza averages two points and takes absolute values.",
        };
        if (!options.IsTransformer) return paragraphs;
        var rates = networks.GroupBy(n => n.Which.Rate).OrderBy(rate => rate.Key).ToArray();
        paragraphs.Add(FormattableString.Invariant($"Gradient symmetricity falls from {rates[0].Average(n => n.GradientSymmetricity):F3} at α = {rates[0].Key} to {rates[^1].Average(n => n.GradientSymmetricity):F3} at α = {rates[^1].Key}; the paper's two networks have 0.994 at 0 and 0.334 at 1. Distance irrelevance goes from {rates[0].Average(n => n.DistanceIrrelevance):F2} to {rates[^1].Average(n => n.DistanceIrrelevance):F2} (paper 0.17 and 0.85); in short training it separates means, not single networks."));
        int mixed = networks.Count(n => n.Circles.Any(c => c.Verdict == "Clock") && n.Circles.Any(c => c.Verdict == "Pizza"));
        if (mixed > 0) paragraphs.Add($"{mixed} of the networks {(mixed == 1 ? "holds" : "hold")} circles of both kinds: a network may be an ensemble of algorithms.");
        return paragraphs;
    }

    /// <summary>metrics.csv: a row for every checkpoint of every network, in the order of networks and steps.</summary>
    public static void WriteMetrics(RunFolder folder, IReadOnlyList<TraineeHistory> histories)
    {
        var lines = new StringBuilder("attention_rate,seed,").AppendJoin(',', Measurement.Names);
        foreach (TraineeHistory network in histories)
            foreach (Measurement measurement in network.History)
                lines.Append(CultureInfo.InvariantCulture, $"\n{network.Which.Rate},{network.Which.Seed},").AppendJoin(',', measurement.ToRow().Select(x => x.ToString(CultureInfo.InvariantCulture)));
        AtomicFile.WriteText(folder.MetricsPath, lines.Append('\n').ToString());
    }

    /// <summary>A number for a table.</summary>
    public static string Number(double x) => double.IsNaN(x) ? "–" : x.ToString("0.###", CultureInfo.InvariantCulture);

    private static string Range(IEnumerable<NetworkFindings> networks, Func<NetworkFindings, double> value)
    {
        double[] values = [.. networks.Select(value).Where(double.IsFinite)];
        return values.Length == 0 ? "–" : values.Length == 1 ? Number(values[0]) : $"{Number(values.Average())} ({Number(values.Min())} to {Number(values.Max())})";
    }

    private static string Count(IReadOnlyList<NetworkFindings> networks, string verdict)
    {
        int count = networks.Count(n => n.Verdict == verdict);
        return $"{count} {verdict}{(count == 1 ? "" : "s")}";
    }
}
