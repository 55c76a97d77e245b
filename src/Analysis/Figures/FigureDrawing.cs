namespace Handmade.Analysis.Figures;

// How a figure is laid out: title, legend, plot area with axes, colour bar, notes; from top to bottom, nothing over the data.
public sealed partial class Figure
{
    private const double Edge = 14;
    private const double LegendRow = 19;
    private const double NoteRow = 15;

    /// <summary>The figure as one SVG document.</summary>
    /// <exception cref="Kernels.HandmadeException">The axes cannot be drawn: limits that are no range, or not positive on a log axis.</exception>
    public string ToSvg() => Document(title, width, height, svg => Draw(svg, "title"));

    /// <summary>An SVG document of this size around what <paramref name="draw"/> draws.</summary>
    internal static string Document(string title, int width, int height, Action<SvgText> draw)
    {
        var svg = new SvgText();
        svg.Add($"""<svg xmlns="http://www.w3.org/2000/svg" class="{FigureTheme.RootClass}" viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{title}">""");
        svg.Raw("\n<style>\n" + FigureTheme.Css + "</style>\n");
        svg.Add($"<rect class=\"paper\" width=\"{width}\" height=\"{height}\"/>\n");
        draw(svg);
        svg.Raw("</svg>\n");
        return svg.ToString();
    }

    /// <summary>Draws the figure into the rectangle [0, width] × [0, height].</summary>
    /// <param name="svg">Where to.</param>
    /// <param name="titleClass">"title", or "panel" for the smaller titles of small multiples.</param>
    internal void Draw(SvgText svg, string titleClass)
    {
        var (pens, legend) = GivePens();
        var notes = Fit();
        var scene = marks.OfType<PlotDiscs>().FirstOrDefault();
        var bare = scene is not null && x.Label.Length == 0 && y.Label.Length == 0;

        // Titles are bold: wider than the estimate by a tenth.
        var titleSize = titleClass == "panel" ? TextWidth.PanelTitle : TextWidth.Title;
        var titleLines = TextWidth.Wrap(title, titleSize * 1.1, width - Edge).ToArray();
        var top = Edge + titleLines.Length * (titleSize + 4) + (titleLines.Length > 0 ? 4 : 0);
        var rows = LegendRows(legend);
        var noteLines = notes.SelectMany(note => TextWidth.Wrap(note, TextWidth.Note, width - 2 * Edge)).ToArray();
        var bottom = Edge + NoteRow * noteLines.Length + (bare ? 0 : 18 + (x.Label.Length > 0 ? 22 : 0) + TiltedHeight());
        var plotTop = top + LegendRow * rows.Count + (marks.Any(m => m is PlotReference { Horizontal: false, Name.Length: > 0 }) ? 16 : 0) + 6;
        var plotHeight = Math.Max(20, height - bottom - plotTop);

        var yTicks = y.Ticks(plotHeight, 52);
        var left = bare ? Edge : Edge + (y.Label.Length > 0 ? 21 : 0) + yTicks.Major.Select(t => TextWidth.Of(t.Label, TextWidth.Tick)).DefaultIfEmpty(0).Max() + 9;
        var plotWidth = Math.Max(20, width - left - RightMargin());
        if (scene is not null)
        {
            var scale = Math.Min(plotWidth / (x.High - x.Low), plotHeight / (y.High - y.Low));
            (plotWidth, plotHeight) = (scale * (x.High - x.Low), scale * (y.High - y.Low));
        }
        var frame = new Frame(x, y, plotWidth, plotHeight);

        for (var i = 0; i < titleLines.Length; i++)
            svg.Add($"<text class=\"{titleClass}\" x=\"{Edge}\" y=\"{Edge + 12 + i * (titleSize + 4)}\">{titleLines[i]}</text>\n");
        DrawLegend(svg, rows, top);
        svg.Add($"<g transform=\"translate({left} {plotTop})\">\n");
        if (bare) svg.Add($"<rect class=\"rule\" width=\"{plotWidth}\" height=\"{plotHeight}\"/>\n");
        else AxisDrawing.Draw(svg, frame, x.Ticks(plotWidth, 84), yTicks, left - Edge - 6, TiltedHeight());
        DrawMarks(svg, frame, pens);
        if (marks.Count == 0 || marks.SelectMany(m => m.Rows()).Any() is false)
            svg.Add($"<text class=\"label mid\" x=\"{plotWidth / 2}\" y=\"{plotHeight / 2}\">no data</text>\n");
        DrawReferenceLabels(svg, frame);
        if (marks.OfType<PlotCells>().FirstOrDefault() is { } cells) AxisDrawing.ColorBar(svg, cells, plotWidth + 18, plotHeight);
        svg.Raw("</g>\n");
        for (var i = 0; i < noteLines.Length; i++)
            svg.Add($"<text class=\"note\" x=\"{Edge}\" y=\"{height - Edge + 4 - NoteRow * (noteLines.Length - 1 - i)}\">{noteLines[i]}</text>\n");
    }

    // Series get their inks in order of first appearance; a name keeps its ink; an ink asked for is not given out again.
    private (Pen[] Pens, List<(string Name, LegendKey Key, Pen Pen)> Legend) GivePens()
    {
        var asked = marks.Where(m => m.Ink is not null).Select(m => (int)m.Ink!.Value).ToHashSet();
        var free = Enumerable.Range(0, FigureTheme.Inks).Where(i => !asked.Contains(i)).ToArray();
        if (free.Length == 0) free = [.. Enumerable.Range(0, FigureTheme.Inks)];
        var known = new Dictionary<string, Pen>();
        var legend = new List<(string, LegendKey, Pen)>();
        var pens = new Pen[marks.Count];
        var given = 0;
        for (var i = 0; i < marks.Count; i++)
        {
            var mark = marks[i];
            if (mark.Key == LegendKey.None) continue;
            if (mark.Name.Length > 0 && known.TryGetValue(mark.Name, out pens[i])) continue;
            pens[i] = mark.Ink is { } ink ? new((int)ink, false) : new(free[given % free.Length], given++ >= free.Length);
            if (mark.Name.Length == 0) continue;
            known[mark.Name] = pens[i];
            legend.Add((mark.Name, mark.Key, pens[i] with { Dashed = pens[i].Dashed || mark is PlotLine { Dashed: true } }));
        }
        return (pens, legend);
    }

    private List<string> Fit()
    {
        var bars = marks.OfType<PlotBars>().ToArray();
        for (var i = 0; i < bars.Length; i++) bars[i].Place = (i, bars.Length);
        var (xs, ys) = (new Limits(), new Limits());
        var notes = marks.SelectMany(mark => mark.Measure(x, y, xs, ys)).Distinct().ToList();
        // Heat maps and scenes end at their edges; dots need room for their size, lines only above and below.
        var exact = marks.Any(m => m is PlotCells or PlotDiscs);
        x.Fit(xs, exact ? 0 : marks.Any(m => m is PlotDots) ? 0.04 : 0.01, title);
        y.Fit(ys, exact ? 0 : 0.05, title);
        return notes;
    }

    private void DrawMarks(SvgText svg, Frame frame, Pen[] pens)
    {
        // An inner svg clips what runs out of the axes and, unlike a clip path, needs no id that could clash on a page of many figures.
        // Four pixels of bleed keep whole what sits on the border.
        svg.Add($"<svg x=\"-4\" y=\"-4\" width=\"{frame.Width + 8}\" height=\"{frame.Height + 8}\" viewBox=\"-4 -4 {frame.Width + 8} {frame.Height + 8}\">\n");
        foreach (var behind in new[] { true, false })
            for (var i = 0; i < marks.Count; i++)
                if (marks[i] is PlotCells or PlotBand == behind) marks[i].Draw(svg, frame, pens[i]);
        svg.Raw("</svg>\n");
    }

    private void DrawReferenceLabels(SvgText svg, Frame frame)
    {
        var labels = marks.OfType<PlotReference>().Where(r => r.Name.Length > 0).ToArray();
        var floor = double.NegativeInfinity;
        foreach (var line in labels.Where(r => r.Horizontal && frame.YAxis.Takes(r.At) && frame.YAxis.At(r.At) is >= 0 and <= 1).OrderBy(r => frame.Y(r.At)))
        {
            // Labels of close lines move down until they no longer touch.
            floor = Math.Max(frame.Y(line.At) + 4, floor + 14);
            svg.Add($"<text class=\"tick\" x=\"{frame.Width + 7}\" y=\"{floor}\">{line.Name}</text>\n");
        }
        foreach (var line in labels.Where(r => !r.Horizontal && frame.XAxis.Takes(r.At) && frame.XAxis.At(r.At) is >= 0 and <= 1))
            svg.Add($"<text class=\"tick mid\" x=\"{frame.X(line.At)}\" y=\"-8\">{line.Name}</text>\n");
    }

    private double RightMargin()
    {
        if (marks.OfType<PlotCells>().FirstOrDefault() is { } cells) return AxisDrawing.ColorBarWidth(cells) + Edge + 18;
        var labels = marks.OfType<PlotReference>().Where(r => r.Horizontal && r.Name.Length > 0).Select(r => TextWidth.Of(r.Name, TextWidth.Tick) + 7);
        return Edge + labels.DefaultIfEmpty(0).Max();
    }

    // Category names that would touch are tilted; this is the extra height that they take then.
    private double TiltedHeight()
    {
        if (x.Categories is not { Count: > 0 } names) return 0;
        var widest = names.Max(n => TextWidth.Of(n, TextWidth.Tick));
        return widest + 8 <= (width - 80.0) / names.Count ? 0 : Math.Min(widest * 0.6, height * 0.3);
    }

    private List<List<(string Name, LegendKey Key, Pen Pen)>> LegendRows(List<(string Name, LegendKey Key, Pen Pen)> legend)
    {
        var rows = new List<List<(string, LegendKey, Pen)>>();
        var free = 0.0;
        foreach (var entry in legend)
        {
            var wide = LegendWidth(entry.Name);
            if (rows.Count == 0 || wide > free)
            {
                rows.Add([]);
                free = width - 2 * Edge;
            }
            rows[^1].Add(entry);
            free -= wide;
        }
        return rows;
    }

    private static double LegendWidth(string name) => 24 + TextWidth.Of(name, TextWidth.Legend) + 16;

    private static void DrawLegend(SvgText svg, List<List<(string Name, LegendKey Key, Pen Pen)>> rows, double top)
    {
        for (var row = 0; row < rows.Count; row++)
        {
            var (left, middle) = (Edge, top + row * LegendRow + 8);
            foreach (var (name, key, pen) in rows[row])
            {
                if (key == LegendKey.Line) svg.Add($"<path class=\"{pen.Class} line\" stroke-width=\"2.4\" stroke-dasharray=\"{(pen.Dashed ? "6 4" : "none")}\" d=\"M{left} {middle}h18\"/>\n");
                if (key == LegendKey.Dot) svg.Add($"<circle class=\"{pen.Class} fill\" cx=\"{left + 9}\" cy=\"{middle}\" r=\"4\"/>\n");
                if (key == LegendKey.Square) svg.Add($"<rect class=\"{pen.Class} fill\" x=\"{left + 4}\" y=\"{middle - 5}\" width=\"10\" height=\"10\" rx=\"1.5\"/>\n");
                svg.Add($"<text x=\"{left + 24}\" y=\"{middle + 4}\">{name}</text>\n");
                left += LegendWidth(name);
            }
        }
    }
}
