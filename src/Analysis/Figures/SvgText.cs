using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;

namespace Handmade.Analysis.Figures;

/// <summary>
/// SVG as it is written: literal parts of an interpolated string go in raw, holes are made safe. A string hole is XML-escaped,
/// a double hole becomes a coordinate with at most two decimals, so no page ever sees a culture's comma or a stray <c>&lt;</c>.
/// </summary>
internal sealed class SvgText
{
    private readonly StringBuilder text = new();

    /// <summary>Appends the parts of an interpolated string.</summary>
    public void Add([InterpolatedStringHandlerArgument("")] ref Parts parts) { }

    /// <summary>Appends finished SVG.</summary>
    public void Raw(string svg) => text.Append(svg);

    public override string ToString() => text.ToString();

    /// <summary>A coordinate: two decimals, no trailing zeros, no negative zero, never out of what a renderer can hold.</summary>
    public static string Coordinate(double value)
    {
        var rounded = Math.Round(Math.Clamp(value, -1e6, 1e6), 2, MidpointRounding.AwayFromZero);
        return (rounded == 0 ? 0 : rounded).ToString("0.##", CultureInfo.InvariantCulture);
    }

    /// <summary>Text for an element or an attribute: the five special characters escaped, control characters (not allowed in XML) dropped.</summary>
    public static string Escape(string plain)
    {
        var safe = new StringBuilder(plain.Length);
        foreach (var c in plain)
        {
            switch (c)
            {
                case '&': safe.Append("&amp;"); break;
                case '<': safe.Append("&lt;"); break;
                case '>': safe.Append("&gt;"); break;
                case '"': safe.Append("&quot;"); break;
                case '\'': safe.Append("&#39;"); break;
                default: safe.Append(c is '\n' or '\t' ? ' ' : char.IsControl(c) ? "" : c.ToString()); break;
            }
        }
        return safe.ToString();
    }

    /// <summary>Receives the parts of one interpolated string.</summary>
    [InterpolatedStringHandler]
    internal readonly ref struct Parts
    {
        private readonly StringBuilder text;

        public Parts(int literalLength, int formattedCount, SvgText svg) => text = svg.text;

        public void AppendLiteral(string literal) => text.Append(literal);

        public void AppendFormatted(string? value) => text.Append(Escape(value ?? ""));

        public void AppendFormatted(double value) => text.Append(Coordinate(value));

        public void AppendFormatted(int value) => text.Append(value.ToString(CultureInfo.InvariantCulture));
    }
}
