using System.CommandLine;
using System.Globalization;
using Handmade.Kernels;

namespace Handmade;

/// <summary>Reads an option's whole number; what is none, or out of range, is refused with the range.</summary>
internal static class WholeNumber
{
    /// <summary>The number given, or <paramref name="instead"/>.</summary>
    /// <exception cref="HandmadeException">It is no whole number in the range.</exception>
    public static ulong Read(ParseResult input, Option<string?> option, ulong min, ulong max, ulong instead)
    {
        if (input.GetValue(option) is not { } text) return instead;
        return ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value >= min && value <= max
            ? value
            : throw new HandmadeException($"{option.Name} {text} is not possible: it must be a whole number from {min} to {max}.");
    }
}
