using Handmade.Analysis.Figures;
using Handmade.Analysis.ModularAddition;

namespace Handmade.Experiments.ClockPizza;

/// <summary>The figures that look into single networks.</summary>
internal static class InsideFigures
{
    private const int MostCircles = 3;

    /// <summary>The right class's logit over sum and difference: stripes along the difference for a Pizza, none for a Clock.</summary>
    public static Panels CorrectLogits(IReadOnlyList<Inspected> networks)
    {
        var panels = new Panels("Logit of the right class", Math.Min(networks.Count, 3));
        foreach (Inspected network in networks)
            panels.Add(Map(network.Which.Name, "logit", network.Logits.CorrectBySumAndDifference()).X("sum a + b").Y("difference a − b"));
        return panels;
    }

    /// <summary>The strongest circles of each network with the numbers on them, joined in steps of δ = 1/k.</summary>
    public static Panels Circles(IReadOnlyList<Inspected> networks)
    {
        var panels = new Panels("Circles of the embeddings, neighbours joined", MostCircles);
        foreach (Inspected network in networks)
        {
            foreach (Circle circle in network.Circles.Take(MostCircles).Select(alone => alone.Circle))
            {
                int n = circle.Coordinates.Count;
                var figure = new Figure($"{network.Which.Name}: k = {circle.Frequency}{(circle.Step is { } step ? $", δ = {step}" : "")}", 380, 380).X("cosine part").Y("sine part");
                if (circle.Step is { } next)
                {
                    var round = Enumerable.Range(0, n + 1).Select(i => circle.Coordinates[(int)((long)i * next % n)]).ToArray();
                    figure.Line("", round.Select(at => at.X), round.Select(at => at.Y), Ink.Gray, 1);
                }
                figure.Scatter("", circle.Coordinates.Select(at => at.X), circle.Coordinates.Select(at => at.Y), Ink.Blue);
                for (int t = 0; t < n; t++) figure.Text(circle.Coordinates[t].X, circle.Coordinates[t].Y, $"{network.Tokens[t]}");
                panels.Add(figure);
            }
        }
        return panels;
    }

    /// <summary>The right class's logit of single circles, rows in steps of δ along the difference: a Pizza fades where the two numbers stand opposite.</summary>
    public static Panels Isolated(IReadOnlyList<Inspected> networks)
    {
        var panels = new Panels("Logit of the right class, one circle alone", MostCircles);
        foreach (Inspected network in networks)
        {
            foreach (IsolatedCircle circle in network.Circles.Where(alone => alone.Circle.Step is not null).Take(MostCircles))
            {
                double[,] table = circle.Logits.CorrectBySumAndDifference();
                int n = table.GetLength(0), step = circle.Circle.Step!.Value;
                var turned = new double[n, n];
                for (int s = 0; s < n; s++)
                    for (int row = 0; row < n; row++) turned[s, row] = table[(int)((long)s * step % n), (int)((long)row * step % n)];
                panels.Add(Map($"{network.Which.Name}: k = {circle.Circle.Frequency}", "logit", turned).X($"(a + b)/δ, δ = {step}").Y("(a − b)/δ"));
            }
        }
        return panels;
    }

    /// <summary>Accuracy of single circles for each difference of the numbers.</summary>
    public static Panels AccuracyByDifference(IReadOnlyList<Inspected> networks)
    {
        var panels = new Panels("Accuracy of one circle alone", Math.Min(networks.Count, 2));
        foreach (Inspected network in networks)
        {
            var figure = new Figure(network.Which.Name, 480, 320).X("difference a − b").Y("accuracy", 0, 1);
            foreach (IsolatedCircle circle in network.Circles.Take(MostCircles))
                figure.Line($"k = {circle.Circle.Frequency}", Enumerable.Range(0, circle.Logits.Order), circle.Logits.AccuracyByDifference());
            panels.Add(figure);
        }
        return panels;
    }

    /// <summary>How much of the embeddings' variance has which frequency: an accompanying circle has twice that of the circle it makes up for.</summary>
    public static Panels Frequencies(IReadOnlyList<Inspected> networks)
    {
        var panels = new Panels("Frequencies of the embeddings", Math.Min(networks.Count, 2));
        foreach (Inspected network in networks)
        {
            var figure = new Figure(network.Which.Name, 480, 320).X("frequency k", 0).Y("share of variance", 0);
            foreach (var (frequency, share) in network.Shares) figure.Line("share", [frequency, frequency], [0, share], Ink.Blue, 4);
            // Twice the frequency of a strong circle, where an accompanying one would stand.
            int order = network.Logits.Order;
            int[] twice = [.. network.Circles.Where(alone => alone.Role(new AdditionThresholds()) is not (CircleRole.Accompanying or CircleRole.Unexplained)).Select(alone => Spectrum.Fold(2 * alone.Circle.Frequency, order))];
            if (twice.Length > 0) figure.Scatter("2k of a circle", twice, twice.Select(k => network.Shares.FirstOrDefault(s => s.Frequency == k).Share), Ink.Orange, radius: 4);
            panels.Add(figure);
        }
        return panels;
    }

    /// <summary>What the last position gives the first one, for each head and pair.</summary>
    public static Panels Attention(Inspected network)
    {
        double[][,] heads = network.Attention();
        var panels = new Panels($"Attention that goes to a: {network.Which.Name}", Math.Min(heads.Length, 4));
        for (int head = 0; head < heads.Length; head++) panels.Add(Map($"head {head + 1}", "attention", heads[head]).X("a").Y("b"));
        return panels;
    }

    private static Figure Map(string title, string label, double[,] values)
    {
        double[] Edges(int axis) => [.. Enumerable.Range(0, values.GetLength(axis) + 1).Select(i => i - 0.5)];
        return new Figure(title, 380, 330).HeatMap(label, Edges(0), Edges(1), values);
    }
}
