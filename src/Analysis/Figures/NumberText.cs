using System.Globalization;

namespace Handmade.Analysis.Figures;

/// <summary>Numbers as a paper prints them: a real minus sign, thin spaces between thousands, powers of ten raised.</summary>
internal static class NumberText
{
    private const char ThinSpace = '\u2009';

    /// <summary>The value with a fixed count of decimals: <c>−0.25</c>, <c>24 000</c>.</summary>
    public static string Plain(double value, int decimals)
    {
        var digits = Math.Abs(value).ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        var point = digits.IndexOf('.');
        var whole = point < 0 ? digits.Length : point;
        // Four digits stay together, as in years and step counts; five and more are grouped.
        if (whole > 4)
            for (var i = whole - 3; i > 0; i -= 3) digits = digits.Insert(i, ThinSpace.ToString());
        return value < 0 && digits.AsSpan().ContainsAnyExcept("0.") ? "−" + digits : digits;
    }

    /// <summary>Ten to a whole power: <c>10⁻³</c>.</summary>
    public static string Power(int exponent) => "10" + Raised(exponent);

    /// <summary>Mantissa times a power of ten: <c>2.5·10⁶</c>; zero stays <c>0</c>.</summary>
    public static string Scientific(double value, int exponent, int decimals) =>
        value == 0 ? "0" : $"{Plain(value / Math.Pow(10, exponent), decimals)}·{Power(exponent)}";

    /// <summary>The shortest text with at most three significant digits, for labels that name a limit: <c>0.5</c>, <c>1200</c>, <c>3·10⁷</c>.</summary>
    public static string Short(double value)
    {
        if (value == 0) return "0";
        var exponent = (int)Math.Floor(Math.Log10(Math.Abs(value)));
        if (exponent is < -4 or > 5) return Scientific(value, exponent, 1).Replace(".0·", "·", StringComparison.Ordinal);
        var text = Plain(value, Math.Max(0, 2 - exponent));
        return text.Contains('.', StringComparison.Ordinal) ? text.TrimEnd('0').TrimEnd('.') : text;
    }

    /// <summary>The value for a data file: the shortest digits that read back as the same double.</summary>
    public static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private static string Raised(int exponent)
    {
        const string superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹";
        var digits = Math.Abs(exponent).ToString(CultureInfo.InvariantCulture);
        return (exponent < 0 ? "⁻" : "") + string.Concat(digits.Select(d => superscripts[d - '0']));
    }
}
