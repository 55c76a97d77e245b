using Handmade.Analysis;
using Handmade.Analysis.Figures;
using Found = Handmade.Experiments.ClockPizza.Findings;

namespace Handmade.Experiments.ClockPizza;

/// <summary>
/// The phase diagram of the paper: from which attention rate on networks are Clocks, and how that depends on their width. The side of a network is
/// its gradient symmetricity, which tells the two apart whatever the embeddings look like.
/// </summary>
internal sealed class AttentionPhases(ClockPizzaOptions options) : PhaseDiagram
{
    private const string Width = "model.width";

    // α* of the published runs (GS > 0.98, 20,000 steps) by the middle of their bins of log₂ d: recounted from the authors' tables.
    private static readonly (double LogWidth, double Rate)[] published = [(5.29, 0.39), (5.79, 0.38), (6.29, 0.42), (6.79, 0.51), (7.29, 0.55), (7.79, 0.66), (8.29, 0.81), (8.79, 0.92)];

    /// <summary>A network of a point.</summary>
    private sealed record Placed(SweepCell Cell, double Rate, double Width, NetworkFindings Network);

    /// <inheritdoc/>
    public override string Along => "model.attention-rate";

    /// <inheritdoc/>
    public override IReadOnlyList<bool> Sides(SweepCell cell) => [.. NetworkFindings.Read(cell.Folder).Select(IsPizza)];

    /// <inheritdoc/>
    public override SweepFindings Findings(IReadOnlyList<SweepCell> cells, IReadOnlyList<GridAxis> axes)
    {
        bool hasWidths = axes.Any(axis => axis.Option == Width);
        Placed[] networks = [.. cells.SelectMany(cell => NetworkFindings.Read(cell.Folder).Select(n => new Placed(cell, n.Which.Rate, hasWidths ? cell.Number(Width) : options.Width, n)))];
        // A line is a row of points that differ in nothing but the attention rate.
        var lines = networks.GroupBy(n => string.Join(", ", n.Cell.Values.Where(v => v.Option != Along).Select(v => $"{v.Option[(v.Option.LastIndexOf('.') + 1)..]} {v.Value}")))
            .Select(line => (Name: line.Key.Length > 0 ? line.Key : $"width {options.Width}", Networks: line.OrderBy(n => n.Rate).ToArray())).ToArray();
        var boundaries = lines.Select(line => (line.Name, line.Networks[0].Width, Boundary: LogisticBoundary.Of([.. line.Networks.Select(n => (n.Rate, IsPizza(n.Network)))]))).ToArray();

        var figures = new List<(string, Panels, string)>();
        if (hasWidths)
        {
            figures.Add(("phases", new Panels("Phase diagram", 2) { Diagram(networks, "gradient symmetricity", n => n.GradientSymmetricity, [0.98, 0.9, 0.6]), Diagram(networks, "distance irrelevance", n => n.DistanceIrrelevance, [0.8, 0.6, 0.4]) },
                "Every network by its attention rate and width (the form of the paper's phase diagram); seeds stand side by side. Left by gradient symmetricity, high for a Pizza; right by distance irrelevance, high for a Clock."));
            figures.Add(("boundary", new Panels("", 1) { Boundaries(boundaries) },
                "The attention rate at which networks turn from Pizza to Clock against log₂ of the width, with its 95 % interval or, where the seeds separate perfectly, the gap between the last Pizza and the first Clock. Grey: the authors' runs of 20,000 steps at GS 0.98; short training puts the boundary higher."));
        }
        figures.Add(("symmetry", new Panels("", 1) { AgainstRate(lines) }, "Gradient symmetricity against the attention rate, mean over seeds, a line for each series of the grid."));
        return new SweepFindings(Title(boundaries), [FormattableString.Invariant($"A network counts as a Pizza from a gradient symmetricity of {options.PizzaFrom} on. The boundary is the centre of a logistic curve through all seeds; where the two kinds do not overlap, no curve is steepest and the gap is given.")],
            [BoundaryTable(boundaries), NetworkTable(networks, axes)], figures);
    }

    private bool IsPizza(NetworkFindings network) => network.GradientSymmetricity >= options.PizzaFrom;

    private static string Title((string Name, double Width, LogisticBoundary Boundary)[] boundaries)
    {
        double[] found = [.. boundaries.Where(b => b.Boundary.Exists).Select(b => b.Boundary.At)];
        return found.Length == 0 ? "No boundary between Pizza and Clock inside the grid"
            : found.Length == 1 ? FormattableString.Invariant($"Networks turn from Pizza to Clock near α = {found[0]:0.##}")
            : FormattableString.Invariant($"Networks turn from Pizza to Clock between α = {found.Min():0.##} and {found.Max():0.##}");
    }

    private static Figure Diagram(Placed[] networks, string measure, Func<NetworkFindings, double> value, double[] from)
    {
        var figure = new Figure(measure, 480, 420).X("attention rate α", -0.05, 1.05).Y("log₂ width");
        string[] names = [FormattableString.Invariant($"≥ {from[0]}"), .. from.Skip(1).Select((low, i) => FormattableString.Invariant($"{low} to {from[i]}")), FormattableString.Invariant($"< {from[^1]}")];
        Ink[] inks = [Ink.Blue, Ink.Sky, Ink.Gold, Ink.Orange];
        for (int level = 0; level <= from.Length; level++)
        {
            Placed[] inside = [.. networks.Where(n => double.IsFinite(value(n.Network)) && from.Count(low => value(n.Network) < low) == level)];
            if (inside.Length > 0) figure.Scatter(names[level], inside.Select(n => n.Rate), inside.Select(n => Math.Log2(n.Width) + Aside(n)), inks[level], radius: 4);
        }
        return figure;

        // Seeds of one point stand above each other, in their order.
        double Aside(Placed n)
        {
            ulong[] seeds = [.. networks.Where(other => other.Cell == n.Cell).Select(other => other.Network.Which.Seed)];
            return 0.09 * (Array.IndexOf(seeds, n.Network.Which.Seed) - ((seeds.Length - 1) / 2.0));
        }
    }

    private static Figure Boundaries((string Name, double Width, LogisticBoundary Boundary)[] boundaries)
    {
        var figure = new Figure("Where Pizza ends", 600, 400).X("log₂ width").Y("attention rate α*", 0, 1)
            .Line("published runs", published.Select(p => p.LogWidth), published.Select(p => p.Rate), Ink.Gray, dots: true);
        var found = boundaries.Where(b => b.Boundary.Exists).OrderBy(b => b.Width).ToArray();
        figure.Scatter("α*", found.Select(b => Math.Log2(b.Width)), found.Select(b => b.Boundary.At), Ink.Blue, radius: 4);
        foreach (var (_, width, boundary) in found)
            figure.Line("interval", [Math.Log2(width), Math.Log2(width)], [boundary.Low, boundary.High], Ink.Blue);
        return figure;
    }

    private static Figure AgainstRate((string Name, Placed[] Networks)[] lines)
    {
        var figure = new Figure("Gradient symmetricity", 600, 400).X("attention rate α", 0, 1).Y("mean over seeds", 0, 1);
        foreach (var (name, networks) in lines)
        {
            var rates = networks.GroupBy(n => n.Rate).OrderBy(rate => rate.Key).ToArray();
            figure.Line(name, rates.Select(rate => rate.Key), rates.Select(rate => rate.Average(n => n.Network.GradientSymmetricity)), dots: true);
        }
        return figure;
    }

    private static Table BoundaryTable((string Name, double Width, LogisticBoundary Boundary)[] boundaries) => new(
        "Boundaries α* between Pizza and Clock", ["series", "α*"],
        [.. boundaries.Select(b => (IReadOnlyList<string>)[b.Name, Text(b.Boundary)])]);

    private static string Text(LogisticBoundary b) => !b.Exists ? "none inside the grid"
        : b.IsSeparated ? FormattableString.Invariant($"between {b.Low:0.###} and {b.High:0.###}")
        : FormattableString.Invariant($"{b.At:0.###} (95 %: {b.Low:0.###} to {b.High:0.###})");

    private static Table NetworkTable(Placed[] networks, IReadOnlyList<GridAxis> axes) => new(
        "Networks of the sweep (none left out)",
        [.. axes.Select(axis => axis.Short), "seed", "accuracy", "GS", "DI", "circularity", "algorithm"],
        [.. networks.Select(n => (IReadOnlyList<string>)
        [
            .. axes.Select(axis => n.Cell[axis.Option]), $"{n.Network.Which.Seed}", Found.Number(n.Network.Accuracy), Found.Number(n.Network.GradientSymmetricity),
            Found.Number(n.Network.DistanceIrrelevance), Found.Number(n.Network.Circularity), n.Network.Verdict,
        ])]);
}
