using System.Globalization;
using Handmade.Analysis.Figures;

namespace Handmade.Analysis.Tests.Figures;

public class FigureThemeTests
{
    [Test]
    public void Every_figure_carries_both_themes_and_the_override()
    {
        var svg = new Figure("").X("x").Y("y").ToSvg();
        foreach (var part in new[] { "--paper:#ffffff", "--paper:#14171c", "prefers-color-scheme:dark", "[data-theme=light]", "[data-theme=dark]", "--s0:", "--q0:" })
            Assert.That(svg, Does.Contain(part));
    }

    [Test]
    public void No_drawn_element_has_a_colour_of_its_own()
    {
        var svg = new Figure("").X("x").Y("y").Line("a", [1, 2], [1, 2]).Scatter("b", [1, 2], [1, 2]).Histogram("c", [1, 2], [1, 2], [0, 3], [0, 3]).ToSvg();
        Assert.That(svg[svg.IndexOf("</style>", StringComparison.Ordinal)..], Does.Not.Contain("#"), "colours come from the theme");
    }

    [Test]
    public void Every_rule_stays_below_the_figures_class()
    {
        var rules = FigureTheme.Css.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.That(rules, Has.All.Contains(".hm-figure"));
        foreach (var rule in rules.Where(r => !r.StartsWith('@') && !r.StartsWith('[')))
            Assert.That(rule, Does.StartWith(".hm-figure"));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Text_and_series_stand_out_from_the_paper(bool dark)
    {
        var paper = FigureTheme.Color("paper", dark);
        Assert.That(Contrast(FigureTheme.Color("ink", dark), paper), Is.GreaterThan(10));
        Assert.That(Contrast(FigureTheme.Color("muted", dark), paper), Is.GreaterThan(4.5), "WCAG AA for small text");
        foreach (var ink in Enum.GetValues<Ink>()) Assert.That(Contrast(FigureTheme.Color(ink, dark), paper), Is.GreaterThan(2.5), $"{ink}");
    }

    // Machado, Oliveira and Fernandes 2009, severity 1, on linear RGB.
    [TestCase("normal", 0.16, new[] { 1.0, 0, 0, 0, 1, 0, 0, 0, 1 })]
    [TestCase("protanopia", 0.12, new[] { .152286, 1.052583, -.204868, .114503, .786281, .099216, -.003882, -.048116, 1.051998 })]
    [TestCase("deuteranopia", 0.12, new[] { .367322, .860646, -.227968, .280085, .672501, .047413, -.011820, .042940, .968881 })]
    [TestCase("tritanopia", 0.10, new[] { 1.255528, -.076749, -.178779, -.078411, .930809, .147602, .004733, .691367, .303900 })]
    public void Series_can_be_told_apart_with_any_sight(string sight, double least, double[] matrix)
    {
        foreach (var dark in new[] { false, true })
        {
            var seen = Enum.GetValues<Ink>().Select(ink => Lab(Seen(Linear(FigureTheme.Color(ink, dark)), matrix))).ToArray();
            for (var i = 0; i < seen.Length; i++)
                for (var j = 0; j < i; j++)
                    Assert.That(Distance(seen[i], seen[j]), Is.GreaterThan(least), $"{(Ink)j} and {(Ink)i}, {sight}, {(dark ? "dark" : "light")}");
        }
    }

    [Test]
    public void The_colour_map_gets_lighter_in_equal_steps()
    {
        var lightness = Enumerable.Range(0, 21).Select(i => Lab(Linear(ColorMap.At(i / 20.0)))[0]).ToArray();
        for (var i = 1; i < lightness.Length; i++)
            Assert.That(lightness[i] - lightness[i - 1], Is.EqualTo(0.67 / 20).Within(0.007));
    }

    private static double[] Linear(string hex) =>
        [.. new[] { 1, 3, 5 }.Select(i => int.Parse(hex.AsSpan(i, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture) / 255.0)
            .Select(c => c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4))];

    private static double[] Seen(double[] rgb, double[] m) =>
        [.. Enumerable.Range(0, 3).Select(i => Math.Clamp(m[3 * i] * rgb[0] + m[3 * i + 1] * rgb[1] + m[3 * i + 2] * rgb[2], 0, 1))];

    private static double[] Lab(double[] c)
    {
        var l = Math.Cbrt(.4122214708 * c[0] + .5363325363 * c[1] + .0514459929 * c[2]);
        var m = Math.Cbrt(.2119034982 * c[0] + .6806995451 * c[1] + .1073969566 * c[2]);
        var s = Math.Cbrt(.0883024619 * c[0] + .2817188376 * c[1] + .6299787005 * c[2]);
        return [
            .2104542553 * l + .7936177850 * m - .0040720468 * s,
            1.9779984951 * l - 2.4285922050 * m + .4505937099 * s,
            .0259040371 * l + .7827717662 * m - .8086757660 * s];
    }

    private static double Distance(double[] a, double[] b) => Math.Sqrt(a.Zip(b, (p, q) => (p - q) * (p - q)).Sum());

    private static double Contrast(string a, string b)
    {
        double Light(string hex) => Linear(hex) is [var r, var g, var bl] ? .2126 * r + .7152 * g + .0722 * bl + .05 : 0;
        return Math.Max(Light(a), Light(b)) / Math.Min(Light(a), Light(b));
    }
}
