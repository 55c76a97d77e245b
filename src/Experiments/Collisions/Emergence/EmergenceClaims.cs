using Handmade.Analysis.Fits;

namespace Handmade.Experiments.Collisions;

/// <summary>
/// What the paper's Figure 1 says of emergence. Pass marks stand fixed beforehand, from the prototype: at a constant rate the first head's score rises as a power law of slope
/// 1.0–2.4, R² 0.95–0.995 against 0.69–0.93 of an exponential; at a cosine rate it found the form undecided, and the same marks are asked.
/// </summary>
internal static class EmergenceClaims
{
    /// <summary>The claims; a run without a detector counts as NaN, which passes nothing.</summary>
    public static IEnumerable<Claim> Of(IReadOnlyList<IReadOnlyList<Emergence>> runs, IReadOnlyList<SeedHistory> seeds, CollisionsOptions options)
    {
        string rate = options.Schedule == "cosine" ? " (at a cosine rate: undecided in the prototype)" : "";
        yield return Of("power-law", $"The first detector's S − null rises as a power law in steps: R² on log-log axes{rate}", "a straight line on log-log axes", 0.95, 1, First(head => head.Score.RiseLaw?.RSquared));
        yield return Of("power-law-slope", $"with a slope as in the prototype{rate}", "not given", 1, 2.4, First(head => head.Score.RiseLaw?.Slope));
        yield return Of("power-law-wins", $"A power law fits better than an exponential: share of the run's detectors with the lower AICc{rate}", "not given", 0.75, 1,
            Each(heads => Share(heads, models => models.Power.Aicc < models.Exponential.Aicc)));
        yield return Of("two-slopes", "Two phases with different slopes: share of the run's detectors for which a broken power law has the least AICc", "two phases", 0.5, 1,
            Each(heads => Share(heads, models => models.Best == GrowthForm.BrokenPowerLaw)));
        yield return Of("together", "Score and ADC turn together: step at which the score starts to rise over step at which the correlation starts to fall, first detector", "at once", 1 / 3.0, 3,
            First(head => head.Score.Turns is { } score && head.Correlation.Turns is { } correlation ? score.Changes[0] / correlation.Changes[0] : null));
        yield return Of("low-first", "Detection begins low in the box: step at which S − null stays above 0.05 in the lower half over the same in the upper half, first detector", "first below some y", 0, 0.67,
            [.. runs.Zip(seeds, (heads, seed) => heads.Count == 0 ? double.NaN : HeightPhases.LowerOverUpper(seed, heads[0].Block, heads[0].Head))]);

        double[] Each(Func<IReadOnlyList<Emergence>, double> value) => [.. runs.Select(value)];
        double[] First(Func<Emergence, double?> value) => Each(heads => heads.Count == 0 ? double.NaN : value(heads[0]) ?? double.NaN);
        Claim Of(string id, string statement, string paper, double low, double high, double[] measured) =>
            new(id, statement, paper, low, high, measured) { Needed = ((4 * runs.Count) + 4) / 5 };
    }

    /// <summary>Of the heads whose rise is long enough to tell forms apart.</summary>
    private static double Share(IReadOnlyList<Emergence> heads, Func<GrowthModels, bool> holds)
    {
        GrowthModels[] compared = [.. heads.Select(head => head.Score.Models).OfType<GrowthModels>()];
        return compared.Length == 0 ? double.NaN : (double)compared.Count(holds) / compared.Length;
    }
}
