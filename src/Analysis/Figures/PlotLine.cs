namespace Handmade.Analysis.Figures;

/// <summary>A polyline. Points without a place interrupt it; more than 2000 points are thinned to what the pixels can show.</summary>
internal sealed class PlotLine : Mark
{
    /// <summary>Most points that are written for one line.</summary>
    public const int MostPoints = 2000;

    public required double[] X { get; init; }

    public required double[] Y { get; init; }

    public double Width { get; init; } = 1.8;

    public double Opacity { get; init; } = 1;

    public bool Dashed { get; init; }

    public bool Dots { get; init; }

    public override LegendKey Key => LegendKey.Line;

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
        var dash = Dashed ? " stroke-dasharray=\"6 4\"" : pen.Dash;
        foreach (var run in Runs(frame))
        {
            var points = Thin(run);
            if (points.Count == 1 || Dots)
                foreach (var (x, y) in points)
                    svg.Add($"<circle class=\"{pen.Class} fill\" cx=\"{x}\" cy=\"{y}\" r=\"{Width * 1.5}\"/>\n");
            if (points.Count == 1) continue;
            svg.Add($"<path class=\"{pen.Class} line\" stroke-width=\"{Width}\"");
            if (Opacity < 1) svg.Add($" stroke-opacity=\"{Opacity}\"");
            svg.Raw(dash);
            svg.Raw(" d=\"");
            for (var i = 0; i < points.Count; i++)
            {
                svg.Raw(i == 0 ? "M" : " ");
                svg.Add($"{Math.Round(points[i].X, 1)} {Math.Round(points[i].Y, 1)}");
            }
            svg.Raw("\"/>\n");
        }
    }

    public override IEnumerable<CsvRow> Rows() => X.Zip(Y, (x, y) => new CsvRow("line", Name, NumberText.Exact(x), y));

    private IEnumerable<List<(double X, double Y)>> Runs(Frame frame)
    {
        var run = new List<(double, double)>();
        for (var i = 0; i < X.Length; i++)
        {
            if (frame.XAxis.Takes(X[i]) && frame.YAxis.Takes(Y[i]))
            {
                run.Add((frame.X(X[i]), frame.Y(Y[i])));
                continue;
            }
            if (run.Count > 0) yield return run;
            run = [];
        }
        if (run.Count > 0) yield return run;
    }

    /// <summary>
    /// Keeps of every column of pixels the first, lowest, highest and last point: at this size the drawing is the same, spikes included
    /// (the M4 aggregation of Jugel et al. 2014). A line that turns back in x has no columns; there equal counts of points stand for them.
    /// </summary>
    internal static List<(double X, double Y)> Thin(List<(double X, double Y)> points)
    {
        if (points.Count <= MostPoints) return points;
        const int columns = MostPoints / 4;
        var forward = true;
        for (var i = 1; i < points.Count && forward; i++) forward = points[i].X >= points[i - 1].X;
        var (left, span) = (points[0].X, Math.Max(1e-9, points[^1].X - points[0].X));
        int Column(int i) => Math.Min(columns - 1, (int)(forward ? (points[i].X - left) / span * columns : (double)i / points.Count * columns));

        var kept = new List<(double, double)>(MostPoints);
        for (var start = 0; start < points.Count;)
        {
            var (end, low, high) = (start, start, start);
            for (; end < points.Count && Column(end) == Column(start); end++)
            {
                if (points[end].Y < points[low].Y) low = end;
                if (points[end].Y > points[high].Y) high = end;
            }
            foreach (var i in new SortedSet<int> { start, low, high, end - 1 }) kept.Add(points[i]);
            start = end;
        }
        return kept;
    }
}
