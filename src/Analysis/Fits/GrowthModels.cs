using Handmade.Kernels;

namespace Handmade.Analysis.Fits;

/// <summary>
/// Power law, exponential and broken power law fitted to the same points by least squares on ln y, and compared by AICc, Akaike's criterion for few points:
/// n·ln(SSR/n) + 2k + 2k(k+1)/(n−k−1), with the noise's variance among the k parameters. It takes residuals for independent; those of one training are not quite, so a
/// small difference means nothing.
/// </summary>
/// <param name="Power">y = a·(t − t0)^s.</param>
/// <param name="Exponential">y = a·exp(kt).</param>
/// <param name="Broken">Two power laws that meet at a time.</param>
/// <param name="Points">Number of points.</param>
public sealed record GrowthModels(GrowthModel Power, GrowthModel Exponential, GrowthModel Broken, int Points)
{
    /// <summary>Fewest points that can be compared: each piece of a broken law needs four.</summary>
    public static int LeastPoints => PolylineFit.LeastCount(1);

    /// <summary>The form with the least AICc.</summary>
    public GrowthForm Best => Power.Aicc <= Exponential.Aicc && Power.Aicc <= Broken.Aicc ? GrowthForm.PowerLaw
        : Exponential.Aicc <= Broken.Aicc ? GrowthForm.Exponential : GrowthForm.BrokenPowerLaw;

    /// <summary>Compares the forms over all points of a curve.</summary>
    /// <exception cref="HandmadeException">Too few points, or one that has no logarithm.</exception>
    public static GrowthModels Compare(Curve curve, double origin = 0)
    {
        if (curve.Count < LeastPoints) throw new HandmadeException($"growth models: {curve.Count} points; give {LeastPoints} or more");
        double[] y = LogLog.Logs(curve), time = curve.Time.ToArray(), x = [.. time.Select(t => Math.Log(t - origin))];
        if (x.Concat(y).Any(value => !double.IsFinite(value))) throw new HandmadeException($"growth models: a point is not positive or not after t0 = {origin}; leave it out");
        var power = new PolylineFit(x, y);
        return new GrowthModels(Of(power.Best(0)), Of(new PolylineFit(time, y).Best(0)), Of(power.Best(1)), y.Length);

        GrowthModel Of(Polyline line) => new(
            1 - (line.ResidualSum / line.TotalSum), line.ResidualSum,
            InformationCriterion.Aicc(line.ResidualSum, line.TotalSum, y.Length, InformationCriterion.Parameters(line.Knots.Length)));
    }
}

/// <summary>How well one form fits.</summary>
/// <param name="RSquared">Share of the variance of ln y that it explains.</param>
/// <param name="ResidualSum">Σ(ln y − ln ŷ)².</param>
/// <param name="Aicc">Akaike's criterion; less is better.</param>
public readonly record struct GrowthModel(double RSquared, double ResidualSum, double Aicc);

/// <summary>How a curve grows or decays.</summary>
public enum GrowthForm
{
    /// <summary>Straight on log-log axes.</summary>
    PowerLaw,

    /// <summary>Straight on a log axis of y alone.</summary>
    Exponential,

    /// <summary>Two straight pieces on log-log axes.</summary>
    BrokenPowerLaw,
}
