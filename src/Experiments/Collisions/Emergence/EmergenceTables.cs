using System.Globalization;
using Handmade.Analysis.Fits;

namespace Handmade.Experiments.Collisions;

/// <summary>The laws of emergence in tables: every detector of every run, none left out.</summary>
internal static class EmergenceTables
{
    /// <summary>The rise of S − null of every detector, and which form of growth fits it best.</summary>
    public static Table Laws(IReadOnlyList<IReadOnlyList<Emergence>> runs) => new(
        "Rise of S − null of each detector, from 0.02 to 70 % of its largest value (s: exponent of the power law with its 95 % interval; R² of ln(S − null); ΔAICc: exponential − power law, positive speaks for the power law; broken: two power laws that meet)",
        ["seed", "head", "emerged at", "rise", "decades", "s", "R² power law", "R² exponential", "ΔAICc", "least AICc", "broken at", "slopes"],
        [.. runs.SelectMany(heads => heads).Select(head => Row(head, head.Score))]);

    /// <summary>The same of the two attention-distance correlations, as far as they rise over enough checkpoints, and the longest straight stretches of all.</summary>
    public static Table Stretches(IReadOnlyList<IReadOnlyList<Emergence>> runs, CollisionsOptions options) => new(
        FormattableString.Invariant($"Longest straight stretch on log-log axes of each detector (slopes within differ by at most {options.LawBend:P0} beyond noise, R² ≥ 0.95, half a decade or more; – : there is none). ADC counts from its untrained value"),
        ["seed", "head", "S − null: steps", "s", "correlation: steps", "s", "mean distance: steps", "s"],
        [.. runs.SelectMany(heads => heads).Select(head => (IReadOnlyList<string>)[Seed(head), Place(head), .. head.Curves.SelectMany(curve => Stretch(curve.Law))])]);

    private static IReadOnlyList<string> Row(Emergence head, EmergenceCurve curve)
    {
        string[] start = [Seed(head), Place(head), Steps(head.Step)];
        if (curve is not { Models: { } models, RiseLaw: { } law, Broken: { } broken }) return [.. start, .. Enumerable.Repeat("–", 9)];
        return
        [
            .. start, $"{Steps(law.From)}–{Steps(law.To)}", Number(law.Decades), $"{Number(law.Slope)} [{Number(law.SlopeInterval.Low)}, {Number(law.SlopeInterval.High)}]",
            law.RSquared.ToString("F3", CultureInfo.InvariantCulture), models.Exponential.RSquared.ToString("F3", CultureInfo.InvariantCulture),
            (models.Exponential.Aicc - models.Power.Aicc).ToString("F1", CultureInfo.InvariantCulture), Form(models.Best), Turn(broken, 0), $"{Number(broken.Slopes[0])}, {Number(broken.Slopes[1])}",
        ];
    }

    private static string[] Stretch(PowerLaw? law) => law is null ? ["–", "–"]
        : [$"{Steps(law.From)}–{Steps(law.To)}", $"{Number(law.Slope)} [{Number(law.SlopeInterval.Low)}, {Number(law.SlopeInterval.High)}]"];

    private static string Turn(CurvePhases phases, int change) =>
        $"{Steps(phases.Changes[change])} [{Steps(phases.ChangeIntervals[change].Low)}, {Steps(phases.ChangeIntervals[change].High)}]";

    private static string Form(GrowthForm form) => form switch
    {
        GrowthForm.PowerLaw => "power law",
        GrowthForm.Exponential => "exponential",
        _ => "broken",
    };

    private static string Seed(Emergence head) => head.Run.Replace("seed ", "", StringComparison.Ordinal);

    private static string Place(Emergence head) => $"{head.Block + 1}.{head.Head + 1}";

    private static string Steps(double step) => double.IsFinite(step) ? step.ToString("N0", CultureInfo.InvariantCulture) : "–";

    private static string Number(double x) => x.ToString("0.00", CultureInfo.InvariantCulture);
}
