namespace Handmade.Analysis.Figures;

/// <summary>
/// How wide a text will be, without a font at hand: widths of a Helvetica-like face in three classes, on the wide side,
/// so that what is laid out by it does not collide.
/// </summary>
internal static class TextWidth
{
    // Sizes of the style sheet, in pixels.
    public const double Title = 16;
    public const double PanelTitle = 13.5;
    public const double Legend = 13;
    public const double Tick = 12.5;
    public const double Note = 11.5;

    /// <summary>Breaks a text at spaces into lines no wider than <paramref name="width"/>; a word that is wider alone stays whole.</summary>
    public static IEnumerable<string> Wrap(string text, double size, double width)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && Of(line + " " + word, size) > width)
            {
                yield return line;
                line = "";
            }
            line = line.Length == 0 ? word : line + " " + word;
        }
        if (line.Length > 0) yield return line;
    }

    /// <summary>Width in pixels of <paramref name="text"/> at <paramref name="size"/> pixels.</summary>
    public static double Of(string text, double size)
    {
        var em = 0.0;
        foreach (var c in text) em += Em(c);
        return em * size;
    }

    private static double Em(char c) => c switch
    {
        'i' or 'j' or 'l' or 'I' or '.' or ',' or ':' or ';' or '|' or '\'' or '!' => 0.29,
        'f' or 't' or 'r' or '(' or ')' or '/' or ' ' or '-' or '·' => 0.37,
        '\u2009' => 0.2,
        >= '⁰' and <= '⁹' or '¹' or '²' or '³' => 0.4,
        'm' or 'w' or 'M' or 'W' or '@' or '—' => 0.9,
        >= 'A' and <= 'Z' => 0.7,
        >= '0' and <= '9' => 0.58,
        _ => 0.57,
    };
}
