using Handmade.Kernels;

namespace Handmade.Analysis.Figures;

/// <summary>
/// A drawing of boxes and arrows, such as a network's architecture, in the themes of the other figures. Places are CSS pixels from the upper left corner.
/// <code>new Diagram("Network", 300, 100).Box(20, 40, 90, 40, "encoder", "4 → 32", 160).Arrow((110, 60), (150, 60)).Write("network.svg");</code>
/// </summary>
/// <param name="title">Stands above the drawing.</param>
/// <param name="width">Width in CSS pixels.</param>
/// <param name="height">Height in CSS pixels.</param>
public sealed class Diagram(string title, int width, int height)
{
    private const double Line = 16, Head = 7;
    private readonly List<Action<SvgText>> shapes = [];
    private readonly List<CsvRow> rows = [];

    /// <summary>A part: its name, lines of detail under it (apart by <c>\n</c>), and a number that belongs to it in the data file, such as its parameters.</summary>
    public Diagram Box(double x, double y, double boxWidth, double boxHeight, string name, string detail = "", double? value = null)
    {
        string[] lines = detail.Length == 0 ? [] : detail.Split('\n');
        rows.Add(new CsvRow("box", name, detail.Replace('\n', ' '), Value: value));
        return Add(svg =>
        {
            svg.Add($"<rect class=\"disc\" x=\"{x}\" y=\"{y}\" width=\"{boxWidth}\" height=\"{boxHeight}\" rx=\"5\"/>\n");
            double first = y + (boxHeight / 2) + 4.5 - (Line * lines.Length / 2);
            svg.Add($"<text class=\"panel mid\" x=\"{x + (boxWidth / 2)}\" y=\"{first}\">{name}</text>\n");
            for (int i = 0; i < lines.Length; i++) svg.Add($"<text class=\"tick mid\" x=\"{x + (boxWidth / 2)}\" y=\"{first + (Line * (i + 1))}\">{lines[i]}</text>\n");
        });
    }

    /// <summary>A dashed outline around parts that belong together, with its label inside at the top.</summary>
    public Diagram Group(double x, double y, double groupWidth, double groupHeight, string label) => Add(svg =>
    {
        svg.Add($"<rect class=\"ref\" x=\"{x}\" y=\"{y}\" width=\"{groupWidth}\" height=\"{groupHeight}\" rx=\"8\"/>\n");
        svg.Add($"<text class=\"label mid\" x=\"{x + (groupWidth / 2)}\" y=\"{y + 19}\">{label}</text>\n");
    });

    /// <summary>A line through the points with a head at its end.</summary>
    public Diagram Arrow(params (double X, double Y)[] points) => Add(svg =>
    {
        var (end, before) = (points[^1], points[^2]);
        double length = Math.Max(1e-9, Math.Sqrt(Math.Pow(end.X - before.X, 2) + Math.Pow(end.Y - before.Y, 2)));
        double dx = (end.X - before.X) / length * Head, dy = (end.Y - before.Y) / length * Head;
        svg.Raw("<path class=\"rule\" stroke-width=\"1.4\" d=\"");
        for (int i = 0; i < points.Length; i++) svg.Add($"{(i == 0 ? "M" : "L")}{points[i].X} {points[i].Y}");
        svg.Raw("\"/>\n");
        svg.Add($"<path class=\"s{(int)Ink.Gray} fill\" d=\"M{end.X} {end.Y}L{end.X - dx - (dy / 2)} {end.Y - dy + (dx / 2)}L{end.X - dx + (dy / 2)} {end.Y - dy - (dx / 2)}z\"/>\n");
    });

    /// <summary>A circled plus: two paths are added.</summary>
    public Diagram Sum(double x, double y) => Add(svg =>
    {
        svg.Add($"<circle class=\"disc\" cx=\"{x}\" cy=\"{y}\" r=\"9\"/>\n");
        svg.Add($"<path class=\"rule\" stroke-width=\"1.6\" d=\"M{x - 5} {y}h10M{x} {y - 5}v10\"/>\n");
    });

    /// <summary>A dot of a colour: a token, a head.</summary>
    public Diagram Dot(double x, double y, double radius, Ink ink) =>
        Add(svg => svg.Add($"<circle class=\"s{(int)ink} fill\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>\n"));

    /// <summary>Words around a place.</summary>
    public Diagram Text(double x, double y, string words) => Add(svg => svg.Add($"<text class=\"tick mid\" x=\"{x}\" y=\"{y}\">{words}</text>\n"));

    /// <summary>A sentence under the drawing.</summary>
    public Diagram Note(string words) => Add(svg => svg.Add($"<text class=\"note\" x=\"14\" y=\"{height - 10}\">{words}</text>\n"));

    /// <summary>The drawing as one SVG document.</summary>
    public string ToSvg() => Figure.Document(title, width, height, svg =>
    {
        svg.Add($"<text class=\"title\" x=\"14\" y=\"26\">{title}</text>\n");
        foreach (Action<SvgText> shape in shapes) shape(svg);
    });

    /// <summary>Writes the drawing as SVG, whole or not at all.</summary>
    /// <exception cref="HandmadeException">The file cannot be written.</exception>
    public void Write(string path) => AtomicFile.WriteText(path, ToSvg());

    /// <summary>Writes every part with its detail and number as CSV.</summary>
    /// <exception cref="HandmadeException">The file cannot be written.</exception>
    public void WriteCsv(string path) => AtomicFile.WriteText(path, ToCsv());

    /// <summary>The parts as CSV text.</summary>
    public string ToCsv() => Csv.Of(rows.Select(row => ("", row)));

    private Diagram Add(Action<SvgText> shape)
    {
        shapes.Add(shape);
        return this;
    }
}
