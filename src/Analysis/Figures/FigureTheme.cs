using System.Globalization;
using System.Text;

namespace Handmade.Analysis.Figures;

/// <summary>
/// Light and dark in one file: every colour is a custom property. The reader's system chooses, and <c>data-theme="light"</c> or <c>"dark"</c> on the
/// figure or on anything around it overrides the system, so a page's switch turns its figures too.
/// </summary>
public static class FigureTheme
{
    /// <summary>The class of every figure's root element; all rules are below it, so an inlined figure leaves its page alone.</summary>
    public const string RootClass = "hm-figure";

    private static readonly (string Name, string Light, string Dark)[] Colors =
    [
        ("paper", "#ffffff", "#14171c"),
        ("ink", "#1c2128", "#e4e7ec"),
        ("muted", "#5a6270", "#a3abb8"),
        ("rule", "#8b93a1", "#6b7483"),
        ("grid", "#e7e9ed", "#262b33"),
        ("disc", "#d5dae2", "#3a424e"),
        ("s0", "#2650cb", "#4285ef"),
        ("s1", "#bc5502", "#d2491d"),
        ("s2", "#004a25", "#8af5dc"),
        ("s3", "#8e2b78", "#ed8fab"),
        ("s4", "#ca9900", "#ebc763"),
        ("s5", "#23a8f2", "#30c5ff"),
        ("s6", "#7c818a", "#727881"),
    ];

    /// <summary>Count of series colours.</summary>
    internal static readonly int Inks = Enum.GetValues<Ink>().Length;

    /// <summary>The style sheet of every figure, the same for all: custom properties for both themes and the rules that use them.</summary>
    public static string Css { get; } = Build();

    /// <summary>The colour of a series on light or dark paper, as <c>#rrggbb</c>.</summary>
    public static string Color(Ink ink, bool dark) => Color("s" + ((int)ink).ToString(CultureInfo.InvariantCulture), dark);

    /// <summary>A named colour of the theme (<c>paper</c>, <c>ink</c>, <c>muted</c>, <c>rule</c>, <c>grid</c>, <c>disc</c>, <c>s0</c>…) as <c>#rrggbb</c>.</summary>
    public static string Color(string name, bool dark)
    {
        foreach (var color in Colors)
            if (color.Name == name) return dark ? color.Dark : color.Light;
        throw new ArgumentOutOfRangeException(nameof(name), name, "not a colour of the theme");
    }

    private static string Build()
    {
        var css = new StringBuilder();
        var light = Properties(dark: false);
        var dark = Properties(dark: true);
        const string root = "." + RootClass;
        css.Append(root).Append('{').Append(light).Append("}\n");
        css.Append("@media(prefers-color-scheme:dark){").Append(root).Append('{').Append(dark).Append("}}\n");
        css.Append("[data-theme=light] ").Append(root).Append(',').Append(root).Append("[data-theme=light]{").Append(light).Append("}\n");
        css.Append("[data-theme=dark] ").Append(root).Append(',').Append(root).Append("[data-theme=dark]{").Append(dark).Append("}\n");
        foreach (var line in Rules.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            css.Append(root).Append(' ').Append(line.Trim()).Append('\n');
        for (var i = 0; i < Inks; i++) Rule(css, $".s{i}", "color", $"s{i}", Colors[i + Colors.Length - Inks].Light);
        for (var i = 0; i < ColorMap.Levels; i++) Rule(css, $".q{i}", "fill", $"q{i}", Heat(i, dark: false));
        return css.ToString();
    }

    // A renderer without custom properties drops the second declaration and keeps the light colour.
    private static void Rule(StringBuilder css, string selector, string property, string variable, string fallback) =>
        css.Append(CultureInfo.InvariantCulture, $".{RootClass} {selector}{{{property}:{fallback};{property}:var(--{variable})}}\n");

    private static string Properties(bool dark)
    {
        var css = new StringBuilder();
        foreach (var color in Colors) css.Append(CultureInfo.InvariantCulture, $"--{color.Name}:{(dark ? color.Dark : color.Light)};");
        for (var i = 0; i < ColorMap.Levels; i++) css.Append(CultureInfo.InvariantCulture, $"--q{i}:{Heat(i, dark)};");
        return css.ToString();
    }

    // Much is what stands out: dark on white paper, light on dark paper, where the darkest colours would drown.
    private static string Heat(int level, bool dark)
    {
        var t = level / (ColorMap.Levels - 1.0);
        return ColorMap.At(dark ? 0.15 + 0.85 * t : 1 - t);
    }

    private const string Rules =
        """
        text{font:13px system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;fill:#1c2128;fill:var(--ink)}
        .paper{fill:#fff;fill:var(--paper)}
        .title{font-size:16px;font-weight:600}
        .panel{font-size:13.5px;font-weight:600}
        .label{font-size:13.5px}
        .tick{font-size:12.5px;fill:#5a6270;fill:var(--muted);font-variant-numeric:tabular-nums}
        .note{font-size:11.5px;font-style:italic;fill:#5a6270;fill:var(--muted)}
        .halo{paint-order:stroke;stroke:#fff;stroke:var(--paper);stroke-width:3px;stroke-linejoin:round}
        .grid{stroke:#e7e9ed;stroke:var(--grid);stroke-width:1;fill:none}
        .rule{stroke:#8b93a1;stroke:var(--rule);stroke-width:1;fill:none}
        .ref{stroke:#5a6270;stroke:var(--muted);stroke-width:1.2;stroke-dasharray:5 4;fill:none}
        .line{fill:none;stroke:currentColor;stroke-linejoin:round;stroke-linecap:round}
        .fill{fill:currentColor;stroke:none}
        .disc{fill:#d5dae2;fill:var(--disc);stroke:#8b93a1;stroke:var(--rule);stroke-width:1}
        .touch{fill:none;stroke:currentColor;stroke-width:2.2}
        .end{text-anchor:end}
        .mid{text-anchor:middle}
        """;
}
