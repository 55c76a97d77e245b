using System.Globalization;
using Handmade.Analysis.Figures;

namespace Handmade.Analysis.ModularAddition;

/// <summary>The pictures of one network's findings.</summary>
public static class AdditionFigures
{
    // Labels of more circles hide each other.
    private const int MostPanels = 6;

    /// <summary>The right class's logit by a + b and a − b (places of the circle): stripes of one difference are a Pizza.</summary>
    public static Figure CorrectLogits(LogitCube logits, string title)
    {
        double[] edges = [.. Enumerable.Range(0, logits.Order + 1).Select(i => i - 0.5)];
        return new Figure(title, 560, 480).X("a + b").Y("a − b").HeatMap("logit of the right class", edges, edges, logits.CorrectBySumAndDifference());
    }

    /// <summary>The tokens on their circles: neighbours differ by δ.</summary>
    public static Panels Circles(AdditionFindings findings)
    {
        var panels = new Panels("", 3);
        foreach (IsolatedCircle isolated in findings.Circles.Take(MostPanels))
        {
            Circle circle = isolated.Circle;
            var figure = new Figure($"k = {circle.Frequency}{(circle.Step is { } step ? $", δ = {step}" : "")}: {Percent(circle.Share)} of the variance", 420, 420).X("cosine direction").Y("sine direction");
            figure.Scatter("", circle.Coordinates.Select(point => point.X), circle.Coordinates.Select(point => point.Y), radius: 2);
            for (int t = 0; t < circle.Coordinates.Count; t++) figure.Text(circle.Coordinates[t].X, circle.Coordinates[t].Y, t.ToString(CultureInfo.InvariantCulture));
            panels.Add(figure);
        }
        return panels;
    }

    /// <summary>
    /// The right class's logit of each circle alone, by a + b and (a − b)/δ: counted in steps along the circle, the amplitude of a Pizza is one wave.
    /// </summary>
    public static Panels IsolatedCircles(AdditionFindings findings)
    {
        var panels = new Panels("", 3);
        int n = findings.Logits.Order;
        double[] edges = [.. Enumerable.Range(0, n + 1).Select(i => i - 0.5)];
        foreach (IsolatedCircle isolated in findings.Circles.Take(MostPanels))
        {
            double[,] logits = isolated.Logits.CorrectBySumAndDifference(), bySteps = logits;
            if (isolated.Circle.Step is { } step)
            {
                bySteps = new double[n, n];
                for (int s = 0; s < n; s++)
                    for (int i = 0; i < n; i++) bySteps[s, i] = logits[s, (int)((long)i * step % n)];
            }
            panels.Add(new Figure($"k = {isolated.Circle.Frequency}: Clock {Percent(isolated.Clock)}, Pizza {Percent(isolated.Pizza)}", 420, 380)
                .X("a + b").Y(isolated.Circle.Step is { } unit ? $"(a − b) / {unit}" : "a − b").HeatMap("logit of the right class", edges, edges, bySteps));
        }
        return panels;
    }

    /// <summary>Accuracy over a − b of the whole network, of its circles together and of each alone.</summary>
    public static Figure AccuracyByDifference(AdditionFindings findings)
    {
        int[] differences = [.. Enumerable.Range(0, findings.Logits.Order)];
        Figure figure = new Figure("Accuracy by the difference of the summands").X("a − b").Y("accuracy", 0, 1.02)
            .Line("whole network", differences, findings.Logits.AccuracyByDifference())
            .Line("its circles together", differences, findings.Together.AccuracyByDifference(), dashed: true);
        foreach (IsolatedCircle isolated in findings.Circles.Take(3))
            figure.Line($"k = {isolated.Circle.Frequency} alone", differences, isolated.Logits.AccuracyByDifference(), lineWidth: 1);
        return figure;
    }

    private static string Percent(double share) => (100 * share).ToString("0", CultureInfo.InvariantCulture) + " %";
}
