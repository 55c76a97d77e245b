namespace Handmade.Analysis.Figures;

/// <summary>Draws axes with their ticks, labels and grid, and the colour bar of a heat map, around a plot area.</summary>
internal static class AxisDrawing
{
    private const double BarWidth = 14;

    /// <summary>Draws both axes. The origin is the upper left corner of the plot area.</summary>
    /// <param name="svg">Where to.</param>
    /// <param name="frame">The plot area.</param>
    /// <param name="xTicks">Ticks along x.</param>
    /// <param name="yTicks">Ticks along y.</param>
    /// <param name="labelDistance">Distance of the y axis' label from the plot area.</param>
    /// <param name="tilted">Extra height of tilted category names, 0 when they stand straight.</param>
    public static void Draw(SvgText svg, Frame frame, Ticks xTicks, Ticks yTicks, double labelDistance, double tilted)
    {
        var (width, height) = (frame.Width, frame.Height);
        var names = frame.XAxis.Categories is not null;
        svg.Raw("<path class=\"grid\" d=\"");
        foreach (var tick in yTicks.Major) svg.Add($"M0 {frame.Y(tick.Value)}h{width}");
        if (!names) foreach (var tick in xTicks.Major) svg.Add($"M{frame.X(tick.Value)} 0v{height}");
        svg.Add($"\"/>\n<path class=\"rule\" d=\"M0 0V{height}H{width}");
        foreach (var tick in yTicks.Major) svg.Add($"M0 {frame.Y(tick.Value)}h-5");
        foreach (var value in yTicks.Minor) svg.Add($"M0 {frame.Y(value)}h-3");
        if (!names) foreach (var tick in xTicks.Major) svg.Add($"M{frame.X(tick.Value)} {height}v5");
        foreach (var value in xTicks.Minor) svg.Add($"M{frame.X(value)} {height}v3");
        svg.Raw("\"/>\n");

        foreach (var tick in yTicks.Major) svg.Add($"<text class=\"tick end\" x=\"-8\" y=\"{frame.Y(tick.Value) + 4}\">{tick.Label}</text>\n");
        foreach (var tick in xTicks.Major)
        {
            var at = frame.X(tick.Value);
            if (tilted > 0) svg.Add($"<text class=\"tick end\" transform=\"translate({at + 4} {height + 13})rotate(-35)\">{tick.Label}</text>\n");
            else svg.Add($"<text class=\"tick mid\" x=\"{at}\" y=\"{height + 18}\">{tick.Label}</text>\n");
        }
        if (frame.XAxis.Label.Length > 0) svg.Add($"<text class=\"label mid\" x=\"{width / 2}\" y=\"{height + 37 + tilted}\">{frame.XAxis.Label}</text>\n");
        if (frame.YAxis.Label.Length > 0) svg.Add($"<text class=\"label mid\" transform=\"translate({-labelDistance} {height / 2})rotate(-90)\">{frame.YAxis.Label}</text>\n");
    }

    /// <summary>Width that the colour bar with its labels takes.</summary>
    public static double ColorBarWidth(PlotCells cells) =>
        BarWidth + 8 + BarTicks(cells, 300).Select(t => TextWidth.Of(t.Label, TextWidth.Tick)).DefaultIfEmpty(0).Max() + (cells.Label.Length > 0 ? 22 : 0);

    /// <summary>Draws the colour bar to the right of the plot area.</summary>
    public static void ColorBar(SvgText svg, PlotCells cells, double left, double height)
    {
        svg.Raw("<g shape-rendering=\"crispEdges\">\n");
        for (var level = 0; level < ColorMap.Levels; level++)
        {
            var (low, high) = (height * (1 - (double)level / ColorMap.Levels), height * (1 - (level + 1.0) / ColorMap.Levels));
            svg.Add($"<rect class=\"q{level}\" x=\"{left}\" y=\"{high}\" width=\"{BarWidth}\" height=\"{low - high}\"/>\n");
        }
        svg.Raw("</g>\n");
        var ticks = BarTicks(cells, height);
        foreach (var tick in ticks)
        {
            var at = height * (1 - (tick.Value - cells.Low) / (cells.High - cells.Low));
            svg.Add($"<path class=\"rule\" d=\"M{left + BarWidth} {at}h4\"/>\n<text class=\"tick\" x=\"{left + BarWidth + 7}\" y=\"{at + 4}\">{tick.Label}</text>\n");
        }
        if (cells.Label.Length == 0) return;
        var right = left + BarWidth + 7 + ticks.Select(t => TextWidth.Of(t.Label, TextWidth.Tick)).DefaultIfEmpty(0).Max() + 16;
        svg.Add($"<text class=\"label mid\" transform=\"translate({right} {height / 2})rotate(-90)\">{cells.Label}</text>\n");
    }

    // Where values were clipped, the upper end says so; a plain tick too close to it gives way.
    private static List<Tick> BarTicks(PlotCells cells, double height)
    {
        if (!(cells.High > cells.Low)) return [];
        var ticks = Ticks.Linear(cells.Low, cells.High, Math.Max(2, (int)(height / 60))).Major.ToList();
        if (!cells.Clipped) return ticks;
        ticks.RemoveAll(t => t.Value > cells.High - 0.06 * (cells.High - cells.Low));
        ticks.Add(new(cells.High, "≥ " + NumberText.Short(cells.High)));
        return ticks;
    }
}
