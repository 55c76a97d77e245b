using System.Collections;
using Handmade.Kernels;

namespace Handmade.Analysis.Figures;

/// <summary>
/// Small multiples: figures in a grid, row by row, as one file.
/// <code>new Panels("Fig. 3", columns: 3) { first, second, third }.Write("heads.svg")</code>
/// </summary>
/// <param name="title">Stands above all panels; empty for none.</param>
/// <param name="columns">Panels in a row.</param>
public sealed class Panels(string title, int columns) : IEnumerable<Figure>
{
    private const int TitleHeight = 34;
    private readonly List<Figure> figures = [];

    /// <summary>The title.</summary>
    public string Title => title;

    /// <summary>Width in CSS pixels: as many of the widest panel as there are columns.</summary>
    public int Width => CellWidth * Math.Max(1, Math.Min(columns, figures.Count));

    /// <summary>Height in CSS pixels.</summary>
    public int Height => (title.Length > 0 ? TitleHeight : 0) + CellHeight * ((figures.Count + columns - 1) / columns);

    private int CellWidth => figures.Select(f => f.Width).DefaultIfEmpty(300).Max();

    private int CellHeight => figures.Select(f => f.Height).DefaultIfEmpty(100).Max();

    /// <summary>Adds the next panel.</summary>
    public void Add(Figure figure) => figures.Add(figure);

    /// <summary>The panels as one SVG document.</summary>
    /// <exception cref="HandmadeException">No panel or no column, or the axes of a panel cannot be drawn.</exception>
    public string ToSvg()
    {
        if (columns < 1 || figures.Count == 0) throw new HandmadeException($"figure '{title}': {figures.Count} panels in {columns} columns; use one or more of each");
        return Figure.Document(title, Width, Height, svg =>
        {
            var top = title.Length > 0 ? TitleHeight : 0;
            if (title.Length > 0) svg.Add($"<text class=\"title\" x=\"14\" y=\"26\">{title}</text>\n");
            for (var i = 0; i < figures.Count; i++)
            {
                svg.Add($"<g transform=\"translate({i % columns * CellWidth} {top + i / columns * CellHeight})\">\n");
                figures[i].Draw(svg, "panel");
                svg.Raw("</g>\n");
            }
        });
    }

    /// <summary>Writes the panels as SVG, whole or not at all.</summary>
    /// <exception cref="HandmadeException">As <see cref="ToSvg"/>, or the file cannot be written.</exception>
    public void Write(string path) => AtomicFile.WriteText(path, ToSvg());

    /// <summary>Writes every number of the panels as CSV; the first column names the panel.</summary>
    /// <exception cref="HandmadeException">The file cannot be written.</exception>
    public void WriteCsv(string path) => AtomicFile.WriteText(path, ToCsv());

    /// <summary>The numbers of the panels as CSV text.</summary>
    public string ToCsv() => Csv.Of(figures.SelectMany((figure, i) =>
        figure.Rows().Select(row => (figure.Title.Length > 0 ? figure.Title : $"panel {i + 1}", row))));

    /// <inheritdoc/>
    public IEnumerator<Figure> GetEnumerator() => figures.GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
