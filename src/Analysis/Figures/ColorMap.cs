using System.Globalization;

namespace Handmade.Analysis.Figures;

/// <summary>
/// A sequential colour map in the manner of viridis: in OKLCh (Ottosson 2020) lightness rises in equal steps while the hue turns from violet over
/// teal to yellow, so equal steps of value look like equal steps and a grey print keeps the order.
/// </summary>
public static class ColorMap
{
    /// <summary>How many classes a heat map is drawn with; more cannot be told apart.</summary>
    public const int Levels = 24;

    /// <summary>The colour at <paramref name="t"/> in [0, 1], dark violet to light yellow, as <c>#rrggbb</c>.</summary>
    public static string At(double t)
    {
        t = Math.Clamp(t, 0, 1);
        var lightness = 0.26 + 0.67 * t;
        var chroma = 0.13 + t * (-0.12 + 0.16 * t);
        var hue = (302 - 197 * t) * Math.PI / 180;
        var (r, g, b) = Srgb(lightness, chroma * Math.Cos(hue), chroma * Math.Sin(hue));
        return string.Create(CultureInfo.InvariantCulture, $"#{Byte(r):x2}{Byte(g):x2}{Byte(b):x2}");
    }

    /// <summary>The class of <paramref name="t"/> in [0, 1]: 0 … <see cref="Levels"/> − 1.</summary>
    internal static int Level(double t) => Math.Clamp((int)(t * Levels), 0, Levels - 1);

    private static (double R, double G, double B) Srgb(double lightness, double a, double b)
    {
        var l = Cube(lightness + 0.3963377774 * a + 0.2158037573 * b);
        var m = Cube(lightness - 0.1055613458 * a - 0.0638541728 * b);
        var s = Cube(lightness - 0.0894841775 * a - 1.2914855480 * b);
        return (
            4.0767416621 * l - 3.3077115913 * m + 0.2309699292 * s,
            -1.2684380046 * l + 2.6097574011 * m - 0.3413193965 * s,
            -0.0041960863 * l - 0.7034186147 * m + 1.7076147010 * s);
    }

    private static double Cube(double x) => x * x * x;

    private static int Byte(double linear)
    {
        var c = Math.Clamp(linear, 0, 1);
        var gamma = c <= 0.0031308 ? 12.92 * c : 1.055 * Math.Pow(c, 1 / 2.4) - 0.055;
        return (int)Math.Round(255 * gamma);
    }
}
