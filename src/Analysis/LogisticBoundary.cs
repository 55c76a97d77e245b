namespace Handmade.Analysis;

/// <summary>
/// Where along x outcomes turn from true to false: the centre x* of a logistic curve P(true | x) = 1/(1 + exp(s·(x − x*))) fitted by maximum
/// likelihood, with the 95 % interval of its profile likelihood. Where true and false do not overlap the likelihood has no largest slope, and all
/// that the data say is between which two x the boundary lies.
/// </summary>
/// <param name="At">x*; NaN where all outcomes are equal or larger x are not the false ones.</param>
/// <param name="Low">Lower end of the interval: of the 95 % one, or the largest x that came out true where the outcomes separate.</param>
/// <param name="High">Upper end.</param>
/// <param name="IsSeparated">Whether every true lies below every false.</param>
public readonly record struct LogisticBoundary(double At, double Low, double High, bool IsSeparated)
{
    // Half of the 95 % quantile of χ² with one degree of freedom.
    private const double Drop = 1.920729;
    private const int Places = 800, Slopes = 60;

    /// <summary>Whether there is a boundary at all.</summary>
    public bool Exists => !double.IsNaN(At);

    /// <summary>The boundary of outcomes at places x.</summary>
    public static LogisticBoundary Of(IReadOnlyList<(double X, bool IsTrue)> outcomes)
    {
        double[] yes = [.. outcomes.Where(o => o.IsTrue).Select(o => o.X)], no = [.. outcomes.Where(o => !o.IsTrue).Select(o => o.X)];
        if (yes.Length == 0 || no.Length == 0 || yes.Average() >= no.Average()) return new(double.NaN, double.NaN, double.NaN, false);
        if (yes.Max() < no.Min()) return new((yes.Max() + no.Min()) / 2, yes.Max(), no.Min(), true);

        double first = outcomes.Min(o => o.X), span = outcomes.Max(o => o.X) - first;
        double[] places = [.. Enumerable.Range(0, (2 * Places) + 1).Select(i => first + (span * (((double)i / Places) - 0.5)))];
        double[] likelihoods = [.. places.Select(at => Enumerable.Range(0, Slopes).Max(i => LogLikelihood(outcomes, at, Math.Pow(10, -1 + (4.0 * i / (Slopes - 1))) / span)))];
        double best = likelihoods.Max();
        double[] inside = [.. places.Where((_, i) => likelihoods[i] >= best - Drop)];
        return new(places[Array.IndexOf(likelihoods, best)], inside[0], inside[^1], false);
    }

    private static double LogLikelihood(IReadOnlyList<(double X, bool IsTrue)> outcomes, double at, double slope)
    {
        double sum = 0;
        foreach (var (x, isTrue) in outcomes)
        {
            double against = slope * (isTrue ? x - at : at - x);
            sum -= against > 30 ? against : Math.Log(1 + Math.Exp(against));
        }
        return sum;
    }
}
