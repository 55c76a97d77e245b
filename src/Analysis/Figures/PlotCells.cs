using System.Globalization;

namespace Handmade.Analysis.Figures;

/// <summary>
/// A heat map: one coloured cell for each pair of bins. Cells that are not finite stay empty, and so do zeros where <see cref="ZeroIsEmpty"/>.
/// </summary>
internal sealed class PlotCells : Mark
{
    /// <summary>Bin edges along x, ascending: one more than there are columns.</summary>
    public required double[] XEdges { get; init; }

    /// <summary>Bin edges along y, ascending: one more than there are rows.</summary>
    public required double[] YEdges { get; init; }

    /// <summary>Values by column, then row: the cell of column c and row r is [c, r].</summary>
    public required double[,] Values { get; init; }

    /// <summary>The value that gets the first colour.</summary>
    public required double Low { get; init; }

    /// <summary>The value that gets the last colour; larger values get it too.</summary>
    public required double High { get; init; }

    /// <summary>What the colour shows, for the colour bar.</summary>
    public required string Label { get; init; }

    public bool ZeroIsEmpty { get; init; }

    /// <summary>Whether some value lies above <see cref="High"/>.</summary>
    public bool Clipped => Values.Cast<double>().Any(v => v > High);

    public override IEnumerable<string> Measure(Axis x, Axis y, Limits xs, Limits ys)
    {
        var hidden = 0;
        foreach (var (edges, axis, limits) in new[] { (XEdges, x, xs), (YEdges, y, ys) })
            foreach (var edge in edges)
                if (axis.Takes(edge)) limits.Add(edge);
                else hidden++;
        var missing = Values.Cast<double>().Count(v => !double.IsFinite(v));
        if (missing > 0) yield return $"{missing} of {Values.Length} cells not drawn: not finite";
        if (hidden > 0) yield return $"{hidden} bin edges not drawn: zero or negative on a log axis";
    }

    public override void Draw(SvgText svg, Frame frame, Pen pen)
    {
        // One path a colour; cells of one colour that touch along x are one rectangle. A tenth of the bytes of a rect a cell.
        var paths = new SvgText?[ColorMap.Levels];
        for (var row = 0; row + 1 < YEdges.Length; row++)
        {
            if (!frame.YAxis.Takes(YEdges[row])) continue;
            var (bottom, top) = (frame.Y(YEdges[row]), frame.Y(YEdges[row + 1]));
            for (var column = 0; column + 1 < XEdges.Length;)
            {
                var level = frame.XAxis.Takes(XEdges[column]) ? LevelAt(column, row) : -1;
                var end = column + 1;
                while (level >= 0 && end + 1 < XEdges.Length && LevelAt(end, row) == level) end++;
                if (level >= 0)
                {
                    var (left, right) = (frame.X(XEdges[column]), frame.X(XEdges[end]));
                    (paths[level] ??= new()).Add($"M{left} {top}H{right}V{bottom}H{left}z");
                }
                column = end;
            }
        }
        svg.Raw("<g shape-rendering=\"crispEdges\">\n");
        for (var level = 0; level < paths.Length; level++)
            if (paths[level] is { } path) svg.Raw(string.Create(CultureInfo.InvariantCulture, $"<path class=\"q{level}\" d=\"{path}\"/>\n"));
        svg.Raw("</g>\n");
    }

    public override IEnumerable<CsvRow> Rows()
    {
        for (var column = 0; column + 1 < XEdges.Length; column++)
            for (var row = 0; row + 1 < YEdges.Length; row++)
                yield return new("cell", Name, NumberText.Exact(XEdges[column]), YEdges[row], XEdges[column + 1], YEdges[row + 1], Values[column, row]);
    }

    private int LevelAt(int column, int row)
    {
        var value = Values[column, row];
        if (!double.IsFinite(value) || (ZeroIsEmpty && value == 0)) return -1;
        return ColorMap.Level(High > Low ? (value - Low) / (High - Low) : 1);
    }
}
