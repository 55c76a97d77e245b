using System.Numerics;
using Handmade.Kernels;

namespace Handmade.Analysis.Figures;

/// <summary>
/// A figure for a paper, written as one SVG file that is light or dark as its reader is:
/// <code>
/// new Figure("Loss").XLog("training step").YLog("loss / free fall")
///     .Line("seed 1", steps, loss).HorizontalLine(1, "free fall").Write("loss.svg");
/// </code>
/// Series of one name share colour and legend entry. What cannot be drawn (not finite, not positive on a log axis) is left out, and a
/// note in the figure says so. Equal calls give equal bytes.
/// </summary>
/// <param name="title">Stands above the figure; empty for none.</param>
/// <param name="width">Width in CSS pixels, in which text is 12 to 15 high; the file scales to any width.</param>
/// <param name="height">Height in CSS pixels.</param>
public sealed partial class Figure(string title, int width = 720, int height = 440)
{
    private readonly List<Mark> marks = [];
    private Axis x = new("");
    private Axis y = new("");

    /// <summary>The title.</summary>
    public string Title => title;

    /// <summary>Width in CSS pixels.</summary>
    public int Width => width;

    /// <summary>Height in CSS pixels.</summary>
    public int Height => height;

    /// <summary>Labels the x axis (write the unit with it) and fixes its limits where they are given.</summary>
    public Figure X(string label, double? min = null, double? max = null) => SetX(new(label, false, min, max));

    /// <summary>Makes the x axis logarithmic.</summary>
    public Figure XLog(string label, double? min = null, double? max = null) => SetX(new(label, true, min, max));

    /// <summary>Makes the x axis a row of names, for bars.</summary>
    public Figure XCategories(string label, params IEnumerable<string> names) => SetX(new(label, categories: [.. names]));

    /// <summary>Labels the y axis and fixes its limits where they are given.</summary>
    public Figure Y(string label, double? min = null, double? max = null) => SetY(new(label, false, min, max));

    /// <summary>Makes the y axis logarithmic.</summary>
    public Figure YLog(string label, double? min = null, double? max = null) => SetY(new(label, true, min, max));

    /// <summary>A line through the points in their order; a point that cannot be drawn interrupts it.</summary>
    /// <param name="name">Name in the legend; empty for none. Lines of one name share their colour.</param>
    /// <param name="x">Places along x.</param>
    /// <param name="y">As many values.</param>
    /// <param name="ink">Colour; null for the next free one.</param>
    /// <param name="lineWidth">Width in pixels.</param>
    /// <param name="opacity">Opacity, 0 to 1.</param>
    /// <param name="dashed">Whether it is dashed.</param>
    /// <param name="dots">Whether the points are marked.</param>
    /// <exception cref="HandmadeException">Not as many x as y.</exception>
    public Figure Line<TX, TY>(string name, IEnumerable<TX> x, IEnumerable<TY> y, Ink? ink = null, double lineWidth = 1.8, double opacity = 1, bool dashed = false, bool dots = false)
        where TX : INumber<TX> where TY : INumber<TY>
    {
        var (xs, ys) = Pair(name, x, y);
        return Add(new PlotLine { Name = name, Ink = ink, X = xs, Y = ys, Width = lineWidth, Opacity = opacity, Dashed = dashed, Dots = dots });
    }

    /// <summary>The pale area between two curves, such as the least and largest value over seeds.</summary>
    /// <exception cref="HandmadeException">Not as many x as low as high.</exception>
    public Figure Band<TX, TY>(string name, IEnumerable<TX> x, IEnumerable<TY> low, IEnumerable<TY> high, Ink? ink = null)
        where TX : INumber<TX> where TY : INumber<TY>
    {
        var (xs, lows) = Pair(name, x, low);
        var (_, highs) = Pair(name, xs, high);
        return Add(new PlotBand { Name = name, Ink = ink, X = xs, Low = lows, High = highs });
    }

    /// <summary>A dot for each point.</summary>
    /// <exception cref="HandmadeException">Not as many x as y.</exception>
    public Figure Scatter<TX, TY>(string name, IEnumerable<TX> x, IEnumerable<TY> y, Ink? ink = null, double radius = 3, double opacity = 0.8)
        where TX : INumber<TX> where TY : INumber<TY>
    {
        var (xs, ys) = Pair(name, x, y);
        return Add(new PlotDots { Name = name, Ink = ink, X = xs, Y = ys, Radius = radius, Opacity = opacity });
    }

    /// <summary>A bar for each category of <see cref="XCategories"/>, which comes first; several series stand side by side.</summary>
    /// <exception cref="HandmadeException">No categories, or not as many values as categories.</exception>
    public Figure Bars<T>(string name, IEnumerable<T> values, Ink? ink = null) where T : INumber<T>
    {
        if (x.Categories is not { } categories) throw Wrong(name, "bars without categories; call XCategories first");
        var heights = Doubles(values);
        if (heights.Length != categories.Count) throw Wrong(name, $"{heights.Length} bars for {categories.Count} categories; give one value for each category");
        return Add(new PlotBars { Name = name, Ink = ink, Categories = categories, Values = heights });
    }

    /// <summary>
    /// Cells coloured by value with a colour bar. On light paper much is dark, on dark paper much is light.
    /// </summary>
    /// <param name="label">What the colour shows, with its unit.</param>
    /// <param name="xEdges">Edges of the columns, ascending: one more than columns.</param>
    /// <param name="yEdges">Edges of the rows, ascending: one more than rows.</param>
    /// <param name="values">Values at [column, row]; NaN stays empty.</param>
    /// <param name="min">Value of the first colour; null for the least value.</param>
    /// <param name="max">Value of the last colour, larger ones are clipped to it; null for the largest value.</param>
    /// <param name="zeroIsEmpty">Whether cells that hold zero stay empty, as in histograms.</param>
    /// <exception cref="HandmadeException">Edges that do not ascend or do not fit the values.</exception>
    public Figure HeatMap(string label, IEnumerable<double> xEdges, IEnumerable<double> yEdges, double[,] values, double? min = null, double? max = null, bool zeroIsEmpty = false)
    {
        var (columns, rows) = (xEdges.ToArray(), yEdges.ToArray());
        if (columns.Length != values.GetLength(0) + 1 || rows.Length != values.GetLength(1) + 1)
            throw Wrong(label, $"{columns.Length} × {rows.Length} edges for {values.GetLength(0)} × {values.GetLength(1)} cells; give one edge more than cells along each axis");
        foreach (var edges in new[] { columns, rows })
            for (var i = 1; i < edges.Length; i++)
                if (!(edges[i] > edges[i - 1])) throw Wrong(label, $"edge {i} is {edges[i]} after {edges[i - 1]}; edges must ascend");
        var finite = values.Cast<double>().Where(double.IsFinite).DefaultIfEmpty(0).ToArray();
        return Add(new PlotCells
        {
            Name = label,
            Label = label,
            XEdges = columns,
            YEdges = rows,
            Values = values,
            Low = min ?? (zeroIsEmpty ? 0 : finite.Min()),
            High = max ?? finite.Max(),
            ZeroIsEmpty = zeroIsEmpty,
        });
    }

    /// <summary>
    /// A two-dimensional histogram: the count of points in each cell, its colours clipped at a percentile of the counts that are not zero.
    /// Points outside the edges are not counted.
    /// </summary>
    /// <exception cref="HandmadeException">Not as many x as y, or edges that do not ascend.</exception>
    public Figure Histogram<TX, TY>(string label, IEnumerable<TX> x, IEnumerable<TY> y, IEnumerable<double> xEdges, IEnumerable<double> yEdges, double clip = 0.95)
        where TX : INumber<TX> where TY : INumber<TY>
    {
        var (xs, ys) = Pair(label, x, y);
        var (columns, rows) = (xEdges.ToArray(), yEdges.ToArray());
        if (columns.Length < 2 || rows.Length < 2) throw Wrong(label, $"{columns.Length} × {rows.Length} edges; a histogram needs two or more along each axis");
        var counts = Bins.Count(xs, ys, columns, rows);
        return HeatMap(label, columns, rows, counts, 0, Bins.Percentile(counts.Cast<double>().Where(c => c > 0), clip), zeroIsEmpty: true);
    }

    /// <summary>A dashed line at a height, with its label at the right end, outside the plot area.</summary>
    public Figure HorizontalLine(double y, string label = "") => Add(new PlotReference { Name = label, At = y, Horizontal = true });

    /// <summary>A dashed line at a place along x, with its label above its upper end.</summary>
    public Figure VerticalLine(double x, string label = "") => Add(new PlotReference { Name = label, At = x, Horizontal = false });

    /// <summary>Words at a point of the plot.</summary>
    public Figure Text(double x, double y, string words) => Add(new PlotWords { Name = "", X = x, Y = y, Words = words });

    /// <summary>
    /// Discs in a box, to scale: lines i→j with opacity = attention of i to j, contacts marked. Axes without labels are not drawn then.
    /// </summary>
    /// <param name="x">Centres along x.</param>
    /// <param name="y">Centres along y, upwards.</param>
    /// <param name="radius">Radius of every disc, in the units of the box.</param>
    /// <param name="attention">Attention of i to j, 0 to 1, row by row: N·N values; null for none.</param>
    /// <param name="contacts">Pairs that touch, each once; null for none.</param>
    /// <param name="boxWidth">Width of the box.</param>
    /// <param name="boxHeight">Height of the box.</param>
    /// <param name="radii">A radius for each disc where they differ; null or empty: all have <paramref name="radius"/>.</param>
    /// <param name="repeatsX">Whether the box repeats along x: then lines go to the nearest image, and what crosses a side is drawn on both.</param>
    /// <param name="repeatsY">Whether the box repeats along y.</param>
    /// <exception cref="HandmadeException">Counts that do not fit each other, or a contact with a disc that is not there.</exception>
    public Figure Particles<T>(IEnumerable<T> x, IEnumerable<T> y, double radius, IEnumerable<T>? attention = null, IEnumerable<(int I, int J)>? contacts = null, double boxWidth = 1, double boxHeight = 1,
        IReadOnlyList<double>? radii = null, bool repeatsX = false, bool repeatsY = false)
        where T : INumber<T>
    {
        var (xs, ys) = Pair("particles", x, y);
        var weights = Doubles(attention ?? []);
        var pairs = (contacts ?? []).ToArray();
        double[] sizes = radii is { Count: > 0 } ? [.. radii] : [.. Enumerable.Repeat(radius, xs.Length)];
        if (sizes.Length != xs.Length) throw Wrong("particles", $"{sizes.Length} radii for {xs.Length} particles; give one each, or none");
        if (weights.Length != 0 && weights.Length != xs.Length * xs.Length)
            throw Wrong("particles", $"{weights.Length} attention values for {xs.Length} particles; give {xs.Length * xs.Length}, row by row");
        foreach (var (i, j) in pairs)
            if (Math.Min(i, j) < 0 || Math.Max(i, j) >= xs.Length) throw Wrong("particles", $"contact {i}-{j} among {xs.Length} particles; use 0 to {xs.Length - 1}");
        return Add(new PlotDiscs { Name = "", X = xs, Y = ys, Radii = sizes, Box = (boxWidth, boxHeight), Repeats = (repeatsX, repeatsY), Attention = weights, Contacts = pairs });
    }

    /// <summary>Writes the figure as SVG, whole or not at all.</summary>
    /// <exception cref="HandmadeException">The file cannot be written, or the axes cannot be drawn.</exception>
    public void Write(string path) => AtomicFile.WriteText(path, ToSvg());

    /// <summary>Writes every number of the figure as CSV: a row a point, a header, full precision.</summary>
    /// <exception cref="HandmadeException">The file cannot be written.</exception>
    public void WriteCsv(string path) => AtomicFile.WriteText(path, ToCsv());

    /// <summary>The numbers of the figure as CSV text.</summary>
    public string ToCsv() => Csv.Of(Rows().Select(row => ("", row)));

    internal IEnumerable<CsvRow> Rows() => marks.SelectMany(mark => mark.Rows());

    private Figure SetX(Axis axis)
    {
        x = axis;
        return this;
    }

    private Figure SetY(Axis axis)
    {
        y = axis;
        return this;
    }

    private Figure Add(Mark mark)
    {
        marks.Add(mark);
        return this;
    }

    private (double[] X, double[] Y) Pair<TX, TY>(string name, IEnumerable<TX> x, IEnumerable<TY> y) where TX : INumber<TX> where TY : INumber<TY>
    {
        var (xs, ys) = (Doubles(x), Doubles(y));
        if (xs.Length != ys.Length) throw Wrong(name, $"{xs.Length} x values and {ys.Length} y values; give as many of one as of the other");
        return (xs, ys);
    }

    private static double[] Doubles<T>(IEnumerable<T> values) where T : INumber<T> => [.. values.Select(double.CreateChecked)];

    private HandmadeException Wrong(string series, string what) => new($"figure '{title}', '{series}': {what}");
}
