using Handmade.Analysis.Figures;

namespace Handmade.Documentation;

/// <summary>The drawings of docs/performance: a panel for each curve of a topic, and the numbers beside it as CSV.</summary>
internal static class ScalingFigures
{
    /// <summary>Names, from the repository's root, and contents of all files.</summary>
    public static IEnumerable<(string Name, string Text)> Of(string repository)
    {
        foreach (Measured topic in Measured.All(repository, "*"))
        {
            Curve[] curves = [.. Curve.Of(topic)];
            if (curves.Length == 0) continue;
            Panels panels = Draw(curves);
            yield return (NameOf(topic, "svg"), panels.ToSvg());
            yield return (NameOf(topic, "csv"), panels.ToCsv());
        }
    }

    /// <summary>The file of a topic's drawing, from the repository's root.</summary>
    public static string NameOf(Measured topic, string ending) => $"docs/performance/{topic.Topic}-{topic.Place}.{ending}";

    private static Panels Draw(Curve[] curves)
    {
        var panels = new Panels("", Math.Min(curves.Length, 3));
        foreach (Curve curve in curves)
        {
            Figure figure = new Figure($"{curve.Name}: power {curve.MeasuredPower:F2}", 340, 300).XLog(curve.Name).YLog(curve.Rows[0].Unit).Line("measured", curve.At, curve.Measured, Ink.Blue, dots: true);
            panels.Add(curve.WorkPower is { } power ? figure.Line($"by operations, power {power:F2}", curve.At, curve.ByWork, Ink.Gray, dashed: true) : figure);
        }
        return panels;
    }
}
