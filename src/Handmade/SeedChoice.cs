using System.CommandLine;
using Handmade.Experiments;

namespace Handmade;

/// <summary>Reads <c>--seed</c> and <c>--seeds</c>: the first seed and how many, counted up.</summary>
internal static class SeedChoice
{
    private const int Most = 1000;

    /// <summary>The seeds; without a word from the user those of the preset.</summary>
    /// <exception cref="Kernels.HandmadeException">No whole number in the range.</exception>
    public static IReadOnlyList<ulong> Read(ParseResult input, Option<string?> seed, Option<string?> seeds, Preset preset)
    {
        bool isFirstGiven = input.GetValue(seed) is not null;
        ulong first = WholeNumber.Read(input, seed, 0, ulong.MaxValue - Most, 1);
        ulong count = WholeNumber.Read(input, seeds, 1, Most, isFirstGiven ? 1 : (ulong)preset.Seeds);
        return [.. Enumerable.Range(0, (int)count).Select(i => first + (ulong)i)];
    }
}
