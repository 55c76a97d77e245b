namespace Handmade.Analysis.Figures;

/// <summary>A straight dashed line across the plot, with its label outside the plot area: at the right end, or above the upper end.</summary>
internal sealed class PlotReference : Mark
{
    public required double At { get; init; }

    public required bool Horizontal { get; init; }

    public override IEnumerable<string> Measure(Axis x, Axis y, Limits xs, Limits ys)
    {
        var (axis, limits) = Horizontal ? (y, ys) : (x, xs);
        if (axis.Takes(At)) limits.Add(At);
        else yield return $"{Name}: reference line not drawn: {(double.IsFinite(At) ? "zero or negative on a log axis" : "not finite")}";
    }

    public override void Draw(SvgText svg, Frame frame, Pen pen)
    {
        if (!(Horizontal ? frame.YAxis : frame.XAxis).Takes(At)) return;
        if (Horizontal) svg.Add($"<path class=\"ref\" d=\"M0 {frame.Y(At)}H{frame.Width}\"/>\n");
        else svg.Add($"<path class=\"ref\" d=\"M{frame.X(At)} 0V{frame.Height}\"/>\n");
    }

    public override IEnumerable<CsvRow> Rows()
    {
        yield return Horizontal ? new("horizontal", Name, null, At) : new("vertical", Name, NumberText.Exact(At));
    }
}
