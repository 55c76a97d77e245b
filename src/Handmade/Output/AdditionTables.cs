using System.Globalization;
using Handmade.Analysis.ModularAddition;
using Handmade.Experiments;
using Handmade.Kernels;

namespace Handmade.Output;

/// <summary>The findings of one network that adds, as tables.</summary>
internal static class AdditionTables
{
    /// <summary>The measures of the whole network, beside those of the paper's two.</summary>
    public static Table Measures(AdditionFindings found)
    {
        var (mean, deviation) = found.Logits.CorrectMoments();
        string skipped = found.Symmetricity.Skipped == 0 ? "" : $", {found.Symmetricity.Skipped} triples skipped";
        return new("Measures; the paper's model A (Pizza) and B (Clock) for comparison", ["measure", "value", "model A", "model B"],
        [
            ["accuracy of all pairs", Text(found.Accuracy, "0.0000"), "1", "1"],
            ["gradient symmetricity" + skipped, Text(found.Symmetricity.Value, "0.0000"), "0.9938", "0.3461"],
            ["distance irrelevance", found.Irrelevance.IsDefined ? Text(found.Irrelevance.Value, "0.0000") : "undefined", "0.1717", "0.8483"],
            ["the same of the top wrong logit", found.TopWrongIrrelevance.IsDefined ? Text(found.TopWrongIrrelevance.Value, "0.0000") : "undefined", "0.222", "0.885"],
            ["circularity", Text(found.Circularity, "0.0000"), "0.9978", "0.9989"],
            ["right logit: mean", Text(mean, "0.00"), "45.4", "58.5"],
            ["right logit: deviation", Text(deviation, "0.00"), "1.82", "2.87"],
            ["smallest margin", Text(found.Logits.SmallestMargin(), "0.00"), "14.3", "14.3"],
            ["accuracy with its circles alone", Text(found.Together.Accuracy(), "0.0000"), "–", "–"],
        ]);
    }

    /// <summary>The circles, each alone: by Fourier planes, then by pairs of principal components.</summary>
    public static Table Circles(AdditionFindings found)
    {
        IsolatedCircle[] circles = [.. found.Circles, .. found.ComponentCircles];
        bool hasTurns = circles.Any(isolated => !isolated.Circle.IsShared);
        return new("Each circle alone: accuracy, and how well formulas explain its logits (FVE = 2ρ − 1)",
            ["k", "step", "plane", "share", "accuracy", "Clock", "Pizza", "two-abs Pizza", "8-sided Pizza", "accompanying", "amplitude spread", .. hasTurns ? (string[])["turn °", "alignment"] : [], "role"],
            [.. circles.Select(isolated => Row(isolated, hasTurns))]);
    }

    /// <summary>A table as CSV: heads, then rows.</summary>
    public static void WriteCsv(string path, Table table) =>
        AtomicFile.WriteText(path, string.Concat(table.Rows.Prepend(table.Columns).Select(row => string.Join(',', row.Select(Cell)) + "\n")));

    private static IReadOnlyList<string> Row(IsolatedCircle isolated, bool hasTurns)
    {
        Circle circle = isolated.Circle;
        return
        [
            $"{circle.Frequency}", circle.Step is { } step ? $"{step}" : "–", circle.Components is (int i, int j) ? $"PC {i}+{j}" : "Fourier", Text(circle.Share, "0.000"), Text(isolated.Logits.Accuracy(), "0.000"),
            Text(isolated.Clock, "0.000"), Text(isolated.Pizza, "0.000"), Text(isolated.TwoAbsolutePizza, "0.000"), Text(isolated.EightSidedPizza, "0.000"), Text(isolated.AccompanyingPizza, "0.000"),
            Text(isolated.AmplitudeSpread, "0.000"), .. hasTurns ? (string[])[Text(circle.Turn.Degrees, "0"), Text(circle.Turn.Alignment, "0.000")] : [],
            isolated.Role(new AdditionThresholds()).ToString(),
        ];
    }

    private static string Cell(string text) => text.Contains(',') ? $"\"{text}\"" : text;

    private static string Text(double value, string format) => double.IsNaN(value) ? "–" : value.ToString(format, CultureInfo.InvariantCulture);
}
