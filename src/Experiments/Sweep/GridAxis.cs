using System.Globalization;
using Handmade.Kernels;

namespace Handmade.Experiments;

/// <summary>One option of a sweep and the values that it takes.</summary>
/// <param name="Option">The option's full name.</param>
/// <param name="Values">Its values, spelt as the option spells them.</param>
public sealed record GridAxis(string Option, IReadOnlyList<string> Values)
{
    private const int MostValues = 1000;

    /// <summary>The name without its group, as folders and tables show it.</summary>
    public string Short => Option[(Option.LastIndexOf('.') + 1)..];

    /// <summary>
    /// Reads <c>model.width=32,64,128</c> or <c>attention-rate=0:1:11</c> (first value, last value, how many, evenly spaced). The group may be left
    /// out where only one option has the name.
    /// </summary>
    /// <exception cref="HandmadeException">No such option or value, or no such form.</exception>
    public static GridAxis Parse(string text, OptionSet options)
    {
        int equals = text.IndexOf('=');
        if (equals < 1) throw new HandmadeException($"--grid {text} names no values: write NAME=V1,V2,… or NAME=FIRST:LAST:COUNT.");
        string name = text[..equals].Trim();
        Option[] named = [.. options.Where(o => o.Name.EndsWith('.' + name, StringComparison.Ordinal))];
        Option option = named.Length == 1 ? named[0] : options[name];
        var values = new List<string>();
        foreach (string word in Words(text, text[(equals + 1)..]))
        {
            option.Set(word);
            if (values.Contains(option.Value)) throw new HandmadeException($"--grid {text} has the value {option.Value} twice.");
            values.Add(option.Value);
        }
        return new GridAxis(option.Name, values);
    }

    private static IEnumerable<string> Words(string text, string values)
    {
        string[] range = values.Split(':', StringSplitOptions.TrimEntries);
        if (range.Length == 1) return values.Split(',', StringSplitOptions.TrimEntries);
        if (range.Length != 3 || !Number(range[0], out double first) || !Number(range[1], out double last)
            || !int.TryParse(range[2], NumberStyles.None, CultureInfo.InvariantCulture, out int count) || count is < 2 or > MostValues)
            throw new HandmadeException($"--grid {text} is no range: write FIRST:LAST:COUNT with 2 to {MostValues} values, for example 0:1:11.");
        // 0:1:11 is 0.1 and not 0.1 with the rounding of ten additions.
        return Enumerable.Range(0, count).Select(i => Math.Round(first + ((last - first) * i / (count - 1)), 12).ToString(CultureInfo.InvariantCulture));
    }

    private static bool Number(string text, out double value) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
