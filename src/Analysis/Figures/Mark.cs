namespace Handmade.Analysis.Figures;

/// <summary>How a series is shown in the legend.</summary>
internal enum LegendKey
{
    None,
    Line,
    Dot,
    Square,
}

/// <summary>The ink of a mark: its colour, and whether it is dashed because the colours ran out.</summary>
internal readonly record struct Pen(int Color, bool Dashed)
{
    /// <summary>The class that sets the colour.</summary>
    public string Class => $"s{Color}";

    /// <summary>The attribute that dashes a line, or nothing.</summary>
    public string Dash => Dashed ? " stroke-dasharray=\"6 4\"" : "";
}

/// <summary>
/// Something drawn into a figure. It is asked first for its limits and for what it cannot draw, then to draw itself,
/// and at any time for its numbers.
/// </summary>
internal abstract class Mark
{
    /// <summary>The series' name; marks of one name share colour and legend entry. Empty: no entry.</summary>
    public required string Name { get; init; }

    /// <summary>The colour asked for, or null for the next free one.</summary>
    public Ink? Ink { get; init; }

    /// <summary>How the legend shows it.</summary>
    public virtual LegendKey Key => LegendKey.None;

    /// <summary>Widens the limits by the data, and yields a sentence for each thing that will be missing from the drawing.</summary>
    public abstract IEnumerable<string> Measure(Axis x, Axis y, Limits xs, Limits ys);

    /// <summary>Draws into a frame whose origin is the upper left corner of the plot area.</summary>
    public abstract void Draw(SvgText svg, Frame frame, Pen pen);

    /// <summary>The data, a row a point.</summary>
    public abstract IEnumerable<CsvRow> Rows();

    /// <summary>The sentence about points without a place, or none.</summary>
    protected IEnumerable<string> Missing(int total, int notFinite, int notPositive)
    {
        var name = Name.Length == 0 ? "" : Name + ": ";
        if (total == 0) yield return $"{name}no data";
        if (notFinite > 0) yield return $"{name}{notFinite} of {total} points not drawn: not finite";
        if (notPositive > 0) yield return $"{name}{notPositive} of {total} points not drawn: zero or negative on a log axis";
    }
}

/// <summary>The plot area while it is drawn: size in pixels, and where a value lies in it.</summary>
internal sealed record Frame(Axis XAxis, Axis YAxis, double Width, double Height)
{
    /// <summary>Pixels from the left edge.</summary>
    public double X(double value) => XAxis.At(value) * Width;

    /// <summary>Pixels from the upper edge.</summary>
    public double Y(double value) => (1 - YAxis.At(value)) * Height;

    /// <summary>Whether the point has a place and lies inside the axes.</summary>
    public bool Shows(double x, double y) =>
        XAxis.Takes(x) && YAxis.Takes(y) && XAxis.At(x) is >= -1e-9 and <= 1 + 1e-9 && YAxis.At(y) is >= -1e-9 and <= 1 + 1e-9;
}

/// <summary>One row of a figure's data file; what a mark lacks stays null.</summary>
internal readonly record struct CsvRow(string Mark, string Series, string? X = null, double? Y = null, double? X2 = null, double? Y2 = null, double? Value = null);
