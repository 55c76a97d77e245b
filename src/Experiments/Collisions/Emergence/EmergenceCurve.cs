using Handmade.Analysis.Fits;

namespace Handmade.Experiments.Collisions;

/// <summary>
/// One quantity of a head over training, counted from where it starts, with the laws of its rise. The rise is fixed without looking at any law: from where the
/// quantity leaves <paramref name="Floor"/> for good to where it reaches 70 % of its largest value. Forms of growth are compared on it; beside it stands the longest
/// stretch that is straight on log-log axes.
/// </summary>
/// <param name="Name">What it is.</param>
/// <param name="Curve">Its value at each checkpoint after step 0.</param>
/// <param name="Floor">What counts as risen: four standard errors of a measurement.</param>
internal sealed record EmergenceCurve(string Name, Curve Curve, double Floor)
{
    private const double RiseTo = 0.7;

    // The floor is four standard errors; what lies below one has a logarithm, but says nothing.
    private const double Error = 0.25;

    // Of a change point's place; two hundred draws settle its interval to a few percent.
    private static readonly BootstrapOptions changeDraws = new() { Draws = 200 };

    /// <summary>The points of the rise.</summary>
    public Curve Rise { get; } = RiseOf(Curve, Floor);

    /// <summary>Forms of growth compared on the rise, or null if it has too few points.</summary>
    public GrowthModels? Models { get; private init; }

    /// <summary>The power law of the rise.</summary>
    public PowerLaw? RiseLaw { get; private init; }

    /// <summary>Two power laws of the rise that meet.</summary>
    public CurvePhases? Broken { get; private init; }

    /// <summary>The power law of the longest straight stretch of values above a standard error, if there is one.</summary>
    public PowerLaw? Law { get; private init; }

    /// <summary>The curve itself (not its logarithm) as three straight pieces over ln t: before, rise or fall, after.</summary>
    public CurvePhases? Turns { get; private init; }

    /// <summary>The curve with its fits.</summary>
    /// <param name="name">What it is.</param>
    /// <param name="curve">Its values.</param>
    /// <param name="floor">What counts as risen.</param>
    /// <param name="bend">How far slopes within a straight stretch may differ, see <see cref="PowerLawOptions.Bend"/>.</param>
    public static EmergenceCurve Fitted(string name, Curve curve, double floor, double bend)
    {
        var bare = new EmergenceCurve(name, curve, floor);
        bool riseIsLong = bare.Rise.Count >= GrowthModels.LeastPoints;
        return bare with
        {
            Models = riseIsLong ? GrowthModels.Compare(bare.Rise) : null,
            RiseLaw = riseIsLong ? PowerLaw.Over([bare.Rise]) : null,
            Broken = riseIsLong ? CurvePhases.Fit(bare.Rise, bootstrap: changeDraws) : null,
            Law = PowerLaw.Fit(curve.Map(value => value < Error * floor ? 0 : value), new PowerLawOptions { Bend = bend }),
            Turns = curve.Count >= 12 ? CurvePhases.Fit(curve, 2, logValue: false, changeDraws) : null,
        };
    }

    private static Curve RiseOf(Curve curve, double floor)
    {
        double most = 0;
        foreach (double value in curve.Value) most = Math.Max(most, value);
        int end = 0;
        while (end < curve.Count && curve.Value[end] < RiseTo * most) end++;
        int from = end;
        while (from > 0 && curve.Value[from - 1] >= floor) from--;
        return new Curve(curve.Time[from..end].ToArray(), curve.Value[from..end].ToArray());
    }
}
