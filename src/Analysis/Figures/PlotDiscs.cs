namespace Handmade.Analysis.Figures;

/// <summary>
/// Discs in their box with attention drawn as lines: opacity is the attention that i gives to j, and lines i→j and j→i run side by side
/// (each to the right of its direction). Pairs in contact are joined by a pale band and their discs get a coloured rim.
/// </summary>
internal sealed class PlotDiscs : Mark
{
    // Fainter lines cannot be seen and would make the file long.
    private const double Faintest = 0.02;

    public required double[] X { get; init; }

    public required double[] Y { get; init; }

    public required double Radius { get; init; }

    /// <summary>Size of the box, whose lower left corner is the origin.</summary>
    public required (double Width, double Height) Box { get; init; }

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
        var r = frame.X(Radius) - frame.X(0);
        for (var i = 0; i < X.Length; i++)
            if (Has(i)) svg.Add($"<circle class=\"disc\" cx=\"{frame.X(X[i])}\" cy=\"{frame.Y(Y[i])}\" r=\"{r}\"/>\n");
        svg.Raw($"<g class=\"s{(int)Figures.Ink.Sky} line\" stroke-opacity=\".35\" stroke-width=\"{SvgText.Coordinate(r * 0.9)}\">\n");
        foreach (var (i, j) in Contacts)
            if (Has(i) && Has(j)) svg.Add($"<path d=\"M{frame.X(X[i])} {frame.Y(Y[i])}L{frame.X(X[j])} {frame.Y(Y[j])}\"/>\n");
        svg.Raw("</g>\n");
        foreach (var i in Contacts.SelectMany(c => new[] { c.I, c.J }).Distinct().Order())
            if (Has(i)) svg.Add($"<circle class=\"s{(int)Figures.Ink.Sky} touch\" cx=\"{frame.X(X[i])}\" cy=\"{frame.Y(Y[i])}\" r=\"{r}\"/>\n");
        svg.Raw($"<g class=\"s{(int)Figures.Ink.Orange} line\" stroke-width=\"2\">\n");
        for (var i = 0; i < X.Length && Attention.Length > 0; i++)
            for (var j = 0; j < X.Length; j++)
                if (i != j && Has(i) && Has(j) && Attention[i * X.Length + j] >= Faintest) DrawAttention(svg, frame, i, j, r);
        svg.Raw("</g>\n");
    }

    public override IEnumerable<CsvRow> Rows()
    {
        for (var i = 0; i < X.Length; i++) yield return new("disc", $"{i}", NumberText.Exact(X[i]), Y[i], Value: Radius);
        foreach (var (i, j) in Contacts) yield return new("contact", $"{i}-{j}");
        for (var k = 0; k < Attention.Length; k++) yield return new("attention", $"{k / X.Length}>{k % X.Length}", Value: Attention[k]);
    }

    private void DrawAttention(SvgText svg, Frame frame, int i, int j, double r)
    {
        var (x0, y0, x1, y1) = (frame.X(X[i]), frame.Y(Y[i]), frame.X(X[j]), frame.Y(Y[j]));
        var length = Math.Max(1e-9, Math.Sqrt((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0)));
        var aside = Math.Min(2, r * 0.25) / length;
        var (dx, dy) = (-(y1 - y0) * aside, (x1 - x0) * aside);
        svg.Add($"<path d=\"M{x0 + dx} {y0 + dy}L{x1 + dx} {y1 + dy}\" stroke-opacity=\"{Math.Min(1, Attention[i * X.Length + j])}\"/>\n");
    }

    private bool Has(int i) => double.IsFinite(X[i]) && double.IsFinite(Y[i]);
}
