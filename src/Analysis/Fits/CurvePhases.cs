using Handmade.Kernels;

namespace Handmade.Analysis.Fits;

/// <summary>
/// A curve as straight pieces over ln t that meet at its change points: of ln y (a broken power law) or of y itself. The pieces are found by least squares over all
/// places of the change points, each piece with four points or more.
/// </summary>
public sealed record CurvePhases
{
    private readonly Polyline line;
    private readonly bool logValue;

    private CurvePhases(Polyline line, bool logValue) => (this.line, this.logValue) = (line, logValue);

    /// <summary>When one piece ends and the next begins, ascending.</summary>
    public required IReadOnlyList<double> Changes { get; init; }

    /// <summary>Their intervals.</summary>
    public required IReadOnlyList<Interval> ChangeIntervals { get; init; }

    /// <summary>Slope of each piece: dln y/dln t, or dy/dln t where y was not put in logarithms.</summary>
    public required IReadOnlyList<double> Slopes { get; init; }

    /// <summary>Their intervals.</summary>
    public required IReadOnlyList<Interval> SlopeIntervals { get; init; }

    /// <summary>For each change point its time in each bootstrap draw, for tests of order between curves.</summary>
    public required IReadOnlyList<IReadOnlyList<double>> ChangeDraws { get; init; }

    /// <summary>Share of the variance that the pieces explain.</summary>
    public required double RSquared { get; init; }

    /// <summary>Akaike's criterion, to compare numbers of change points.</summary>
    public required double Aicc { get; init; }

    /// <summary>Value of the fitted pieces at a time.</summary>
    public double At(double time)
    {
        double y = line.At(Math.Log(time));
        return logValue ? Math.Exp(y) : y;
    }

    /// <summary>A curve's one or two change points.</summary>
    public static CurvePhases Fit(Curve curve, int changes = 1, bool logValue = true, BootstrapOptions? bootstrap = null) => Fit([curve], changes, logValue, bootstrap);

    /// <summary>One change point or two, as AICc prefers.</summary>
    public static CurvePhases OneOrTwo(Curve curve, bool logValue = true, BootstrapOptions? bootstrap = null)
    {
        CurvePhases one = Fit(curve, 1, logValue, bootstrap);
        if (curve.Count < PolylineFit.LeastCount(2)) return one;
        CurvePhases two = Fit(curve, 2, logValue, bootstrap);
        return two.Aicc < one.Aicc ? two : one;
    }

    /// <summary>The change points of the mean of several curves at the same times; of logarithms the mean is the geometric one.</summary>
    /// <exception cref="HandmadeException">Too few points, or a time or (for logarithms) a value that is not positive.</exception>
    public static CurvePhases Fit(IReadOnlyList<Curve> curves, int changes = 1, bool logValue = true, BootstrapOptions? bootstrap = null)
    {
        bootstrap ??= new BootstrapOptions();
        if (changes is < 1 or > 2) throw new HandmadeException($"phases: {changes} change points; ask for 1 or 2");
        double[] x = [.. Curve.CommonTimes(curves).Select(t => Math.Log(t))];
        if (x.Length < PolylineFit.LeastCount(changes)) throw new HandmadeException($"phases: {x.Length} points for {changes} change points; give {PolylineFit.LeastCount(changes)} or more");
        double[][] values = [.. curves.Select(curve => logValue ? LogLog.Logs(curve) : curve.Value.ToArray())];
        if (x.Concat(values.SelectMany(v => v)).Any(v => !double.IsFinite(v))) throw new HandmadeException("phases: a time or a value is not positive and has no logarithm; leave it out");
        double[] mean = [.. Enumerable.Range(0, x.Length).Select(i => values.Average(v => v[i]))];
        Polyline line = new PolylineFit(x, mean).Best(changes);
        Bootstrap draws = curves.Count > 1 ? Bootstrap.OfCurves(bootstrap, values) : Bootstrap.OfResiduals(bootstrap, [.. x.Select(line.At)], mean, 2 + (2 * changes));
        double[][] drawn = draws.Run((2 * changes) + 1, x.Length, (y, found) =>
        {
            var fit = new PolylineFit(x, y);
            // All places for one change point; two are moved in turns from where they were found.
            Polyline other = changes == 1 ? fit.Best(1) : fit.Nearby(line.Knots);
            other.Knots.CopyTo(found, 0);
            other.Slopes.CopyTo(found, changes);
        });
        return new CurvePhases(line, logValue)
        {
            Changes = [.. line.Knots.Select(knot => Math.Exp(knot))],
            ChangeIntervals = [.. line.Knots.Select((knot, k) => draws.Around(knot, drawn[k]).Map(place => Math.Exp(place)))],
            Slopes = line.Slopes,
            SlopeIntervals = [.. line.Slopes.Select((slope, k) => draws.Around(slope, drawn[changes + k]))],
            ChangeDraws = [.. drawn.Take(changes).Select(knots => (IReadOnlyList<double>)[.. knots.Select(knot => Math.Exp(knot))])],
            RSquared = 1 - (line.ResidualSum / line.TotalSum),
            Aicc = InformationCriterion.Aicc(line.ResidualSum, line.TotalSum, x.Length, InformationCriterion.Parameters(changes)),
        };
    }
}
