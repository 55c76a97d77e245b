using Handmade.Analysis.Figures;

namespace Handmade.Experiments.ClockPizza;

/// <summary>The figures that compare all networks of a run.</summary>
internal static class Figures
{
    private static readonly Ink[] inks = [Ink.Blue, Ink.Green, Ink.Gold, Ink.Orange, Ink.Plum, Ink.Sky, Ink.Gray];

    /// <summary>Accuracy, GS and DI over training: a line for each network, a colour for each attention rate.</summary>
    public static Panels Training(IReadOnlyList<TraineeHistory> networks) => new("Over training", 3)
    {
        Over(networks, "accuracy on held-out pairs", measurement => measurement.TestAccuracy),
        Over(networks, "gradient symmetricity", measurement => measurement.GradientSymmetricity),
        Over(networks, "distance irrelevance", measurement => measurement.DistanceIrrelevance),
    };

    /// <summary>The paper's scatter: a dot for each network, a colour for each attention rate.</summary>
    public static Panels SymmetryAndDistance(IReadOnlyList<NetworkFindings> networks)
    {
        var figure = new Figure("", 560, 440).X("gradient symmetricity", 0, 1).Y("distance irrelevance", 0, 1);
        foreach (var (rate, ink) in Rates(networks))
            figure.Scatter(Name(rate.Key), rate.Select(n => n.GradientSymmetricity), rate.Select(n => n.DistanceIrrelevance), ink, radius: 4);
        return new Panels("Pizza to the lower right, Clock to the upper left", 1) { figure };
    }

    /// <summary>GS and DI against the attention rate: the mean over seeds, the range, and every network.</summary>
    public static Panels AgainstRate(IReadOnlyList<NetworkFindings> networks) => new("Between Pizza and Clock", 2)
    {
        Against(networks, "gradient symmetricity", n => n.GradientSymmetricity),
        Against(networks, "distance irrelevance", n => n.DistanceIrrelevance),
    };

    /// <summary>Every circle of every network: how well the two formulas explain what it says alone.</summary>
    public static Panels Ensembles(IReadOnlyList<NetworkFindings> networks)
    {
        var figure = new Figure("", 560, 440).X("FVE by the Clock's formula", -1, 1).Y("FVE by the Pizza's formula", -1, 1)
            .Line("equally well", [-1.0, 1], [-1.0, 1], Ink.Gray, 1, dashed: true);
        foreach (var (rate, ink) in Rates(networks))
            figure.Scatter(Name(rate.Key), rate.SelectMany(n => n.Circles).Select(c => c.Clock), rate.SelectMany(n => n.Circles).Select(c => c.Pizza), ink, radius: 4);
        return new Panels("Circles, each alone in its network", 1) { figure };
    }

    private static Figure Over(IReadOnlyList<TraineeHistory> networks, string label, Func<Measurement, double> value)
    {
        var figure = new Figure("", 380, 320).X("training step").Y(label, 0, 1);
        double[] rates = [.. networks.Select(network => network.Which.Rate).Distinct()];
        foreach (TraineeHistory network in networks)
            figure.Line(Name(network.Which.Rate), network.History.Select(m => (double)m.Step), network.History.Select(value), inks[Array.IndexOf(rates, network.Which.Rate) % inks.Length]);
        return figure;
    }

    private static Figure Against(IReadOnlyList<NetworkFindings> networks, string label, Func<NetworkFindings, double> value)
    {
        var rates = networks.Where(n => double.IsFinite(value(n))).GroupBy(n => n.Which.Rate).OrderBy(rate => rate.Key).ToArray();
        return new Figure("", 480, 360).X("attention rate α", 0, 1).Y(label, 0, 1)
            .Band("seeds", rates.Select(rate => rate.Key), rates.Select(rate => rate.Min(value)), rates.Select(rate => rate.Max(value)), Ink.Blue)
            .Line("mean", rates.Select(rate => rate.Key), rates.Select(rate => rate.Average(value)), Ink.Blue)
            .Scatter("network", networks.Select(n => n.Which.Rate), networks.Select(value), Ink.Orange);
    }

    private static IEnumerable<(IGrouping<double, NetworkFindings> Rate, Ink Ink)> Rates(IReadOnlyList<NetworkFindings> networks) =>
        networks.GroupBy(n => n.Which.Rate).Select((rate, i) => (rate, inks[i % inks.Length]));

    private static string Name(double rate) => double.IsNaN(rate) ? "networks" : FormattableString.Invariant($"α {rate}");
}
