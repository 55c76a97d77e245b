namespace Handmade.Analysis.Figures;

/// <summary>One series of bars, a bar for each category; the series of a figure stand side by side in each group.</summary>
internal sealed class PlotBars : Mark
{
    public required IReadOnlyList<string> Categories { get; init; }

    public required double[] Values { get; init; }

    /// <summary>Which of the figure's bar series this is, and of how many; the figure sets both before it draws.</summary>
    public (int Index, int Count) Place { get; set; } = (0, 1);

    public override LegendKey Key => LegendKey.Square;

    public override IEnumerable<string> Measure(Axis x, Axis y, Limits xs, Limits ys)
    {
        var drawn = Values.Where(y.Takes).ToArray();
        foreach (var value in drawn) ys.Add(value);
        ys.FromZero |= !y.Log;
        ys.WholeFromZero = drawn.All(v => v == Math.Floor(v)) && (ys.WholeFromZero || Place.Index == 0);
        var notFinite = Values.Count(v => !double.IsFinite(v));
        return Missing(Values.Length, notFinite, Values.Length - drawn.Length - notFinite);
    }

    public override void Draw(SvgText svg, Frame frame, Pen pen)
    {
        var group = frame.Width / Categories.Count * 0.78;
        var width = group / Place.Count;
        var gap = Math.Min(2, width * 0.15);
        var zero = frame.YAxis.Log ? frame.Height : frame.Y(0);
        for (var i = 0; i < Values.Length; i++)
        {
            if (!frame.YAxis.Takes(Values[i])) continue;
            var top = frame.Y(Values[i]);
            // A bar of height zero keeps a hairline: the run is there, its count is zero.
            var height = Math.Max(1, Math.Abs(top - zero));
            var left = frame.X(i) - group / 2 + Place.Index * width;
            svg.Add($"<rect class=\"{pen.Class} fill\" x=\"{left + gap / 2}\" y=\"{Math.Min(top, zero - 1)}\" width=\"{width - gap}\" height=\"{height}\"");
            svg.Raw(pen.Dashed ? " fill-opacity=\".55\"/>\n" : "/>\n");
        }
    }

    public override IEnumerable<CsvRow> Rows() => Categories.Zip(Values, (category, value) => new CsvRow("bar", Name, category, value));
}
