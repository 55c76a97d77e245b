using System.Globalization;
using System.Text;
using Handmade.Analysis.Figures;
using Handmade.Kernels;
using static Handmade.Analysis.Tests.Figures.SvgReading;

namespace Handmade.Analysis.Tests.Figures;

public class FigureTests
{
    private static readonly int[] Steps = [1, 10, 100, 1000];
    private static readonly double[] Loss = [1.0, 0.8, 0.4, 0.1];

    [Test]
    public void Title_labels_legend_and_reference_lines_are_text()
    {
        var root = Parse(new Figure("Loss & more <b>").XLog("training step").YLog("loss / free fall")
            .Line("seed 1", Steps, Loss).Line("seed 2", Steps, Loss).HorizontalLine(1, "free fall").VerticalLine(20, "here").Text(5, 0.5, "note").ToSvg());
        var words = root.Descendants(Svg + "text").Select(t => t.Value).ToArray();
        Assert.That(words, Is.SupersetOf(new[] { "Loss & more <b>", "training step", "loss / free fall", "seed 1", "seed 2", "free fall", "here", "note" }));
        Assert.That((string?)root.Attribute("viewBox"), Is.EqualTo("0 0 720 440"));
        Assert.That((string?)root.Attribute("role"), Is.EqualTo("img"));
    }

    [Test]
    public void Data_lie_at_their_pixels_on_linear_axes()
    {
        var plot = Parse(new Figure("").X("x", 0, 10).Y("y", -1, 1).Line("", new double[] { 0, 2.5, 10 }, new[] { -1, 0, 1 }).ToSvg()).Plot();
        var (width, height) = plot.Size();
        var points = plot.With("path", "line").Single().Points();
        At(points[0], 0.0, height);
        At(points[1], width / 4, height / 2);
        At(points[2], width, 0.0);
    }

    [Test]
    public void Data_lie_at_their_pixels_on_log_axes()
    {
        var plot = Parse(new Figure("").XLog("x", 1, 10000).YLog("y", 0.01, 1).Line("", new[] { 1, 10, 10000 }, new[] { 1, 0.1, 0.01 }).ToSvg()).Plot();
        var (width, height) = plot.Size();
        var points = plot.With("path", "line").Single().Points();
        At(points[0], 0.0, 0.0);
        At(points[1], width / 4, height / 2);
        At(points[2], width, height);
    }

    [Test]
    public void Tick_labels_stand_at_their_values()
    {
        var root = Parse(new Figure("").X("x", 0, 4).Y("y", 0, 1).Line("", new[] { 0, 4 }, new[] { 0.0, 1 }).ToSvg());
        var width = root.Plot().Size().Width;
        foreach (var tick in root.With("text", "tick").Where(t => t.Classes().Contains("mid")))
            Assert.That(tick.Number("x"), Is.EqualTo(width * double.Parse(tick.Value, CultureInfo.InvariantCulture) / 4).Within(0.02), tick.Value);
    }

    [Test]
    public void A_point_that_is_not_finite_interrupts_the_line_and_is_mentioned()
    {
        var root = Parse(new Figure("").X("x").Y("y").Line("a", new[] { 1, 2, 3, 4, 5 }, new[] { 1, 2, double.NaN, 4, 5 }).ToSvg());
        Assert.That(root.Plot().With("path", "line").Select(p => p.Points().Length), Is.EqualTo(new[] { 2, 2 }));
        Assert.That(root.With("text", "note").Single().Value, Is.EqualTo("a: 1 of 5 points not drawn: not finite"));
    }

    [Test]
    public void Zero_and_negative_values_on_a_log_axis_are_mentioned()
    {
        var root = Parse(new Figure("").X("x").YLog("y").Line("a", new[] { 1, 2, 3, 4 }, new double[] { 1, 0, -2, 10 }).HorizontalLine(-1, "below").ToSvg());
        Assert.That(root.With("text", "note").Select(n => n.Value), Is.EqualTo(new[]
        {
            "a: 2 of 4 points not drawn: zero or negative on a log axis",
            "below: reference line not drawn: zero or negative on a log axis",
        }));
        Assert.That(root.Ticks(alongX: false), Is.SupersetOf(new[] { "1", "10" }));
    }

    [Test]
    public void Nothing_to_draw_is_said_in_the_figure()
    {
        Assert.That(Parse(new Figure("").X("x").Y("y").ToSvg()).Descendants(Svg + "text").Select(t => t.Value), Has.Member("no data"));
        var empty = Parse(new Figure("").XLog("x").YLog("y").Line("a", Array.Empty<int>(), Array.Empty<double>()).Scatter("b", new[] { double.NaN }, new[] { 1.0 }).ToSvg());
        Assert.That(empty.With("text", "note").Select(n => n.Value), Is.EqualTo(new[] { "a: no data", "b: 1 of 1 points not drawn: not finite" }));
    }

    [Test]
    public void Wrong_calls_are_one_sentence_each()
    {
        var figure = new Figure("Fig").X("x").Y("y");
        Says("Fig", "2 x values and 3 y values", () => figure.Line("a", new[] { 1, 2 }, new[] { 1.0, 2, 3 }));
        Says("Fig", "XCategories", () => figure.Bars("a", new[] { 1 }));
        Says("Fig", "one value for each category", () => new Figure("Fig").XCategories("", "p", "q").Bars("a", new[] { 1 }));
        Says("Fig", "one edge more", () => figure.HeatMap("h", [0, 1], [0, 1], new double[2, 1]));
        Says("Fig", "ascend", () => figure.HeatMap("h", [0, 0], [0, 1], new double[1, 1]));
        Says("Fig", "limits 2 to 1", () => new Figure("Fig").X("x", 2, 1).ToSvg());
        Says("Fig", "positive limits", () => new Figure("Fig").XLog("x", 0, 1).ToSvg());
        Says("Fig", "give 4, row by row", () => figure.Particles([0.1, 0.2], [0.1, 0.2], 0.05, [1.0]));
        Says("Fig", "contact 0-2", () => figure.Particles([0.1, 0.2], [0.1, 0.2], 0.05, contacts: [(0, 2)]));
        Says("none", "0 panels", () => new Panels("none", 2).ToSvg());
    }

    [Test]
    public void Series_of_one_name_share_colour_and_legend_entry()
    {
        var root = Parse(new Figure("").X("x").Y("y").Line("true", Steps, Loss).Line("none", Steps, Loss).Line("true", Steps, Loss).ToSvg());
        Assert.That(root.Descendants(Svg + "text").Count(t => t.Value == "true"), Is.EqualTo(1));
        var inks = root.Plot().With("path", "line").Select(p => p.Classes()[0]).ToArray();
        Assert.That(inks, Is.EqualTo(new[] { "s0", "s1", "s0" }));
    }

    [Test]
    public void From_the_eighth_series_on_lines_are_dashed()
    {
        var figure = new Figure("").X("x").Y("y");
        for (var i = 0; i < 8; i++) figure.Line($"series {i}", Steps, Loss);
        var lines = Parse(figure.ToSvg()).Plot().With("path", "line").ToArray();
        Assert.That(lines.Select(l => l.Attribute("stroke-dasharray") is not null), Is.EqualTo(new[] { false, false, false, false, false, false, false, true }));
        Assert.That(lines[7].Classes()[0], Is.EqualTo(lines[0].Classes()[0]));
    }

    [Test]
    public void A_long_line_stays_small_and_keeps_its_extremes()
    {
        var walk = new double[100_000];
        var random = new Random(1);
        for (var i = 1; i < walk.Length; i++) walk[i] = walk[i - 1] + random.NextDouble() - 0.5;
        walk[31_234] = 500; // a spike of one point
        var svg = new Figure("").X("x").Y("y", -600, 600).Line("", Enumerable.Range(0, walk.Length), walk).ToSvg();
        var plot = Parse(svg).Plot();
        var points = plot.With("path", "line").Single().Points();
        Assert.That(points, Has.Length.LessThanOrEqualTo(2000));
        Assert.That(points.Min(p => p.Y), Is.EqualTo(plot.Size().Height * 100 / 1200).Within(0.1), "the spike is still there");
        Assert.That(svg, Has.Length.LessThan(40_000));
    }

    [Test]
    public void Bars_stand_on_zero_side_by_side()
    {
        var root = Parse(new Figure("").XCategories("", "block 1", "block 2").Y("heads").Bars("seed 1", new[] { 0, 3 }).Bars("seed 2", new[] { 1, 2 }).ToSvg());
        var (width, height) = root.Plot().Size();
        var bars = root.Plot().Descendants(Svg + "rect").ToArray();
        Assert.That(bars, Has.Length.EqualTo(4));
        Assert.That(bars.Skip(1).Select(b => b.Number("y") + b.Number("height")), Has.All.EqualTo(height).Within(0.02), "their feet are on the axis");
        Assert.That(bars[1].Number("height") / bars[3].Number("height"), Is.EqualTo(1.5).Within(0.01));
        var ranges = bars.OrderBy(b => b.Number("x")).Select(b => (Left: b.Number("x"), Right: b.Number("x") + b.Number("width"))).ToArray();
        for (var i = 1; i < ranges.Length; i++) Assert.That(ranges[i].Left, Is.GreaterThanOrEqualTo(ranges[i - 1].Right));
        Assert.That(ranges[0].Left, Is.Positive);
        Assert.That(ranges[^1].Right, Is.LessThan(width));
        Assert.That(root.Ticks(alongX: false), Is.EqualTo(new[] { "0", "1", "2", "3" }));
    }

    [Test]
    public void A_histogram_counts_and_clips_its_colours()
    {
        var (x, y) = (new double[200], new double[200]);
        for (var i = 0; i < 200; i++) (x[i], y[i]) = (i < 100 ? 0.5 : 1.5 + i % 3, i < 100 ? 0.5 : 1.5);
        var figure = new Figure("").X("x").Y("y").Histogram("count", x, y, Bins.Linear(0, 4, 4), Bins.Linear(0, 2, 2), clip: 0.5);
        var root = Parse(figure.ToSvg());
        var drawn = root.Plot().Descendants(Svg + "path").ToDictionary(p => p.Classes()[0], p => p.Attribute("d")!.Value.Count(c => c == 'M'));
        // Four cells hold points (100, 34, 33, 33); the median is 33.5, so two are at the last colour and two just below it.
        Assert.That(drawn, Does.ContainKey("q23"));
        Assert.That(drawn.Values.Sum(), Is.LessThanOrEqualTo(4));
        Assert.That(root.Descendants(Svg + "text").Select(t => t.Value), Has.Member("≥ 33.5"));
        Assert.That(figure.ToCsv(), Does.Contain("cell,count,0,0,1,1,100\n"));
    }

    [Test]
    public void Particles_show_discs_contacts_and_attention_to_scale()
    {
        double[] attention = [0, 0.9, 0.1, 0.5, 0, 0.5, 0.01, 0.99, 0];
        var root = Parse(new Figure("", 300, 320).Particles([0.25, 0.5, 0.75], [0.1, 0.1, 0.9], 0.06, attention, [(0, 1)]).ToSvg());
        var (width, height) = root.Plot().Size();
        Assert.That(width, Is.EqualTo(height).Within(0.01), "the box is square");
        var discs = root.Plot().With("circle", "disc").ToArray();
        Assert.That(discs.Select(d => d.Number("cx") / width), Is.EqualTo(new[] { 0.25, 0.5, 0.75 }).Within(1e-3));
        Assert.That(discs.Select(d => 1 - d.Number("cy") / height), Is.EqualTo(new[] { 0.1, 0.1, 0.9 }).Within(1e-3));
        Assert.That(discs[0].Number("r") / width, Is.EqualTo(0.06).Within(1e-3));
        Assert.That(root.Plot().With("circle", "touch").Count(), Is.EqualTo(2));
        var opacities = root.Plot().Descendants(Svg + "path").Where(p => p.Attribute("stroke-opacity") is not null).Select(p => p.Number("stroke-opacity"));
        Assert.That(opacities, Is.EqualTo(new[] { 0.9, 0.1, 0.5, 0.5, 0.99 }), "0.01 is too faint to draw");
    }

    [Test]
    public void Particles_have_their_own_radii_and_cross_sides_that_repeat()
    {
        // Disc 0 reaches over the left side, disc 1 over the right one; 2 is in the middle.
        var root = Parse(new Figure("", 300, 320).Particles([0.02, 0.95, 0.5], [0.5, 0.5, 0.5], 0.06, [0, 0.9, 0.3, 0, 0, 0, 0, 0, 0], radii: [0.04, 0.08, 0.02], repeatsX: true).ToSvg());
        var (width, _) = root.Plot().Size();
        var discs = root.Plot().With("circle", "disc").ToArray();
        Assert.That(discs.Select(d => d.Number("cx") / width), Is.EqualTo(new[] { 0.02, 1.02, 0.95, -0.05, 0.5 }).Within(1e-3));
        Assert.That(discs.Select(d => d.Number("r") / width), Is.EqualTo(new[] { 0.04, 0.04, 0.08, 0.08, 0.02 }).Within(1e-3));
        var lines = root.Plot().Descendants(Svg + "path").Where(p => p.Attribute("stroke-opacity") is not null).ToArray();
        Assert.That(lines.Select(p => p.Number("stroke-opacity")), Is.EqualTo(new[] { 0.9, 0.9, 0.3 }), "from both ends over the side, and once inside");
        Says("Fig", "2 radii for 3 particles", () => new Figure("Fig").Particles([0.1, 0.2, 0.3], [0.1, 0.2, 0.3], 0.05, radii: [0.1, 0.1]));
    }

    [Test]
    public void Panels_stand_in_a_grid()
    {
        var panels = new Panels("all", 2) { new("a", 300, 200), new("b", 300, 200), new("c", 300, 200) };
        Assert.That((panels.Width, panels.Height), Is.EqualTo((600, 434)));
        var moves = Parse(panels.ToSvg()).Elements(Svg + "g").Select(g => (string?)g.Attribute("transform"));
        Assert.That(moves, Is.EqualTo(new[] { "translate(0 34)", "translate(300 34)", "translate(0 234)" }));
    }

    [Test]
    public void Equal_calls_give_equal_bytes_in_any_culture()
    {
        static string Draw() => new Figure("t").XLog("x").Y("y").Line("a", Steps, Loss).Scatter("b", Steps, Loss).HorizontalLine(0.5, "half").ToSvg();
        var first = Draw();
        CultureInfo.CurrentCulture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        CultureInfo.CurrentCulture.NumberFormat.NumberDecimalSeparator = ",";
        CultureInfo.CurrentCulture.NumberFormat.NegativeSign = "minus";
        Assert.That(Draw(), Is.EqualTo(first));
    }

    [Test]
    public void Csv_holds_every_number_exactly()
    {
        var csv = new Figure("").X("x").Y("y").Line("a, \"b\"", new[] { 1, 2 }, new[] { 0.1 + 0.2, double.NaN }).HorizontalLine(1, "one").ToCsv();
        Assert.That(csv, Is.EqualTo("mark,series,x,y\nline,\"a, \"\"b\"\"\",1,0.30000000000000004\nline,\"a, \"\"b\"\"\",2,NaN\nhorizontal,one,,1\n"));
        var panels = new Panels("", 1) { new Figure("left").Line("a", [1], [2]), new Figure("right").Line("a", [3], [4]) }.ToCsv();
        Assert.That(panels, Is.EqualTo("panel,mark,series,x,y\nleft,line,a,1,2\nright,line,a,3,4\n"));
    }

    [Test]
    public void Files_are_written_with_their_data_beside_them()
    {
        var folder = Directory.CreateTempSubdirectory("figure").FullName;
        var figure = new Figure("t").X("x").Y("y").Line("a", Steps, Loss);
        figure.Write(Path.Combine(folder, "a.svg"));
        figure.WriteCsv(Path.Combine(folder, "a.csv"));
        Assert.That(File.ReadAllBytes(Path.Combine(folder, "a.svg")), Is.EqualTo(Encoding.UTF8.GetBytes(figure.ToSvg())));
        Assert.That(File.ReadAllLines(Path.Combine(folder, "a.csv")), Has.Length.EqualTo(5));
        Directory.Delete(folder, recursive: true);
    }

    [Test]
    public void No_ids_so_that_many_figures_fit_on_one_page()
    {
        var svg = Parse(new Figure("").X("x").Y("y").HeatMap("h", [0, 1, 2], [0, 1], new double[,] { { 1 }, { 2 } }).ToSvg());
        Assert.That(svg.DescendantsAndSelf().Where(e => e.Attribute("id") is not null), Is.Empty);
    }

    private static void At((double X, double Y) point, double x, double y)
    {
        Assert.That(point.X, Is.EqualTo(x).Within(0.06));
        Assert.That(point.Y, Is.EqualTo(y).Within(0.06));
    }

    private static void Says(string where, string what, Action call) =>
        Assert.That(Assert.Throws<HandmadeException>(call)!.Message, Does.Contain($"figure '{where}'").And.Contain(what));
}
