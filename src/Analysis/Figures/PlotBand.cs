namespace Handmade.Analysis.Figures;

/// <summary>The area between two curves over the same x, for intervals and the spread of seeds.</summary>
internal sealed class PlotBand : Mark
{
    public required double[] X { get; init; }

    public required double[] Low { get; init; }

    public required double[] High { get; init; }

    public override LegendKey Key => LegendKey.Square;

    public override IEnumerable<string> Measure(Axis x, Axis y, Limits xs, Limits ys)
    {
        var (notFinite, notPositive) = (0, 0);
        for (var i = 0; i < X.Length; i++)
        {
            if (!double.IsFinite(X[i]) || !double.IsFinite(Low[i]) || !double.IsFinite(High[i])) notFinite++;
            else if (!Has(i, x, y)) notPositive++;
            else
            {
                xs.Add(X[i]);
                ys.Add(Low[i]);
                ys.Add(High[i]);
            }
        }
        return Missing(X.Length, notFinite, notPositive);
    }

    public override void Draw(SvgText svg, Frame frame, Pen pen)
    {
        for (var start = 0; start < X.Length; start++)
        {
            var end = start;
            while (end < X.Length && Has(end, frame.XAxis, frame.YAxis)) end++;
            if (end == start) continue;
            svg.Raw($"<path class=\"{pen.Class} fill\" fill-opacity=\".2\" d=\"");
            for (var i = start; i < end; i++) svg.Add($"{(i == start ? "M" : " ")}{frame.X(X[i])} {frame.Y(High[i])}");
            for (var i = end - 1; i >= start; i--) svg.Add($" {frame.X(X[i])} {frame.Y(Low[i])}");
            svg.Raw("z\"/>\n");
            start = end;
        }
    }

    public override IEnumerable<CsvRow> Rows() =>
        Enumerable.Range(0, X.Length).Select(i => new CsvRow("band", Name, NumberText.Exact(X[i]), Low[i], Y2: High[i]));

    private bool Has(int i, Axis x, Axis y) => x.Takes(X[i]) && y.Takes(Low[i]) && y.Takes(High[i]);
}
