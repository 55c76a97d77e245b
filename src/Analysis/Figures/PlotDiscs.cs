namespace Handmade.Analysis.Figures;

/// <summary>
/// Discs in their box with attention drawn as lines: opacity is the attention that i gives to j, and lines i→j and j→i run side by side
/// (each to the right of its direction). In a box that repeats lines go to the nearest image, and what crosses a side is drawn on both. Pairs in contact are joined by a pale band and their discs get a coloured rim.
/// </summary>
internal sealed class PlotDiscs : Mark
{
    // Fainter lines cannot be seen and would make the file long.
    private const double Faintest = 0.02;

    public required double[] X { get; init; }

    public required double[] Y { get; init; }

    public required double[] Radii { get; init; }

    /// <summary>Size of the box, whose lower left corner is the origin.</summary>
    public required (double Width, double Height) Box { get; init; }

    /// <summary>Whether the box repeats along x and along y.</summary>
    public (bool X, bool Y) Repeats { get; init; }

    /// <summary>Attention of i to j at [i·N + j]; empty where there is none to show.</summary>
    public required double[] Attention { get; init; }

    public required (int I, int J)[] Contacts { get; init; }

    public override IEnumerable<string> Measure(Axis x, Axis y, Limits xs, Limits ys)
    {
        xs.Add(0);
        xs.Add(Box.Width);
        ys.Add(0);
        ys.Add(Box.Height);
        var hidden = Enumerable.Range(0, X.Length).Count(i => !Has(i));
        return Missing(X.Length, hidden, 0).Select(note => note.Replace("points", "discs", StringComparison.Ordinal));
    }

    public override void Draw(SvgText svg, Frame frame, Pen pen)
    {
        var r = Length(frame, Radii.DefaultIfEmpty(0).Average());
        for (var i = 0; i < X.Length; i++)
            if (Has(i)) DrawDisc(svg, frame, i, "disc");
        svg.Raw($"<g class=\"s{(int)Figures.Ink.Sky} line\" stroke-opacity=\".35\" stroke-width=\"{SvgText.Coordinate(r * 0.9)}\">\n");
        foreach (var (i, j) in Contacts)
            if (Has(i) && Has(j))
                foreach (var (x0, y0, x1, y1) in Lines(i, j)) svg.Add($"<path d=\"M{frame.X(x0)} {frame.Y(y0)}L{frame.X(x1)} {frame.Y(y1)}\"/>\n");
        svg.Raw("</g>\n");
        foreach (var i in Contacts.SelectMany(c => new[] { c.I, c.J }).Distinct().Order())
            if (Has(i)) DrawDisc(svg, frame, i, $"s{(int)Figures.Ink.Sky} touch");
        svg.Raw($"<g class=\"s{(int)Figures.Ink.Orange} line\" stroke-width=\"2\">\n");
        for (var i = 0; i < X.Length && Attention.Length > 0; i++)
            for (var j = 0; j < X.Length; j++)
                if (i != j && Has(i) && Has(j) && Attention[i * X.Length + j] >= Faintest)
                    foreach (var line in Lines(i, j)) DrawAttention(svg, frame, line, Attention[i * X.Length + j], r);
        svg.Raw("</g>\n");
    }

    public override IEnumerable<CsvRow> Rows()
    {
        for (var i = 0; i < X.Length; i++) yield return new("disc", $"{i}", NumberText.Exact(X[i]), Y[i], Value: Radii[i]);
        foreach (var (i, j) in Contacts) yield return new("contact", $"{i}-{j}");
        for (var k = 0; k < Attention.Length; k++) yield return new("attention", $"{k / X.Length}>{k % X.Length}", Value: Attention[k]);
    }

    private static double Length(Frame frame, double length) => frame.X(length) - frame.X(0);

    private void DrawDisc(SvgText svg, Frame frame, int i, string kind)
    {
        foreach (var x in Images(X[i], Radii[i], Box.Width, Repeats.X))
            foreach (var y in Images(Y[i], Radii[i], Box.Height, Repeats.Y))
                svg.Add($"<circle class=\"{kind}\" cx=\"{frame.X(x)}\" cy=\"{frame.Y(y)}\" r=\"{Length(frame, Radii[i])}\"/>\n");
    }

    // The place of a disc, and of its image where it reaches over a side.
    private static IEnumerable<double> Images(double place, double radius, double side, bool repeats)
    {
        yield return place;
        if (repeats && place < radius) yield return place + side;
        if (repeats && place > side - radius) yield return place - side;
    }

    // From i to the nearest image of j; one that crosses a side comes from there as well.
    private IEnumerable<(double X0, double Y0, double X1, double Y1)> Lines(int i, int j)
    {
        double overX = Repeats.X ? Box.Width * Math.Round((X[j] - X[i]) / Box.Width) : 0, overY = Repeats.Y ? Box.Height * Math.Round((Y[j] - Y[i]) / Box.Height) : 0;
        yield return (X[i], Y[i], X[j] - overX, Y[j] - overY);
        if (overX != 0 || overY != 0) yield return (X[i] + overX, Y[i] + overY, X[j], Y[j]);
    }

    private static void DrawAttention(SvgText svg, Frame frame, (double X0, double Y0, double X1, double Y1) line, double attention, double r)
    {
        var (x0, y0, x1, y1) = (frame.X(line.X0), frame.Y(line.Y0), frame.X(line.X1), frame.Y(line.Y1));
        var length = Math.Max(1e-9, Math.Sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0)));
        var aside = Math.Min(2, r * 0.25) / length;
        var (dx, dy) = (-(y1 - y0) * aside, (x1 - x0) * aside);
        svg.Add($"<path d=\"M{x0 + dx} {y0 + dy}L{x1 + dx} {y1 + dy}\" stroke-opacity=\"{Math.Min(1, attention)}\"/>\n");
    }

    private bool Has(int i) => double.IsFinite(X[i]) && double.IsFinite(Y[i]);
}
