namespace Handmade.Analysis.Figures;

/// <summary>Words at a point of the plot, with a halo of paper so that they read over lines.</summary>
internal sealed class PlotWords : Mark
{
    public required double X { get; init; }

    public required double Y { get; init; }

    public required string Words { get; init; }

    public override IEnumerable<string> Measure(Axis x, Axis y, Limits xs, Limits ys) => [];

    public override void Draw(SvgText svg, Frame frame, Pen pen)
    {
        if (!frame.Shows(X, Y)) return;
        // Left of the middle the words go on to the right, else to the left: they stay inside.
        var right = frame.X(X) < frame.Width / 2;
        svg.Add($"<text class=\"halo{(right ? "" : " end")}\" x=\"{frame.X(X) + (right ? 6 : -6)}\" y=\"{Math.Max(12, frame.Y(Y) - 6)}\">{Words}</text>\n");
    }

    public override IEnumerable<CsvRow> Rows()
    {
        yield return new("text", Words, NumberText.Exact(X), Y);
    }
}
