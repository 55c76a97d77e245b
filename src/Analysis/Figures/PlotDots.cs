namespace Handmade.Analysis.Figures;

/// <summary>A scatter: one dot a point. Points outside the axes are left out.</summary>
internal sealed class PlotDots : Mark
{
    public required double[] X { get; init; }

    public required double[] Y { get; init; }

    public double Radius { get; init; } = 3;

    public double Opacity { get; init; } = 0.8;

    public override LegendKey Key => LegendKey.Dot;

    public override IEnumerable<string> Measure(Axis x, Axis y, Limits xs, Limits ys)
    {
        var (notFinite, notPositive) = (0, 0);
        for (var i = 0; i < X.Length; i++)
        {
            if (!double.IsFinite(X[i]) || !double.IsFinite(Y[i])) notFinite++;
            else if (!x.Takes(X[i]) || !y.Takes(Y[i])) notPositive++;
            else
            {
                xs.Add(X[i]);
                ys.Add(Y[i]);
            }
        }
        return Missing(X.Length, notFinite, notPositive);
    }

    public override void Draw(SvgText svg, Frame frame, Pen pen)
    {
        // One path of zero-length strokes with round ends: a dot is ten bytes instead of an element.
        svg.Add($"<path class=\"{pen.Class} line\" stroke-width=\"{2 * Radius}\" stroke-opacity=\"{Opacity}\" d=\"");
        for (var i = 0; i < X.Length; i++)
            if (frame.Shows(X[i], Y[i])) svg.Add($"M{Math.Round(frame.X(X[i]), 1)} {Math.Round(frame.Y(Y[i]), 1)}h0");
        svg.Raw("\"/>\n");
    }

    public override IEnumerable<CsvRow> Rows() => X.Zip(Y, (x, y) => new CsvRow("dot", Name, NumberText.Exact(x), y));
}
