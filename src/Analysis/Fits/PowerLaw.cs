using Handmade.Kernels;

namespace Handmade.Analysis.Fits;

/// <summary>
/// y = a·(t − t0)^s over a stretch of a curve: a straight line on log-log axes. <see cref="Fit(Curve, PowerLawOptions)"/> finds the stretch and returns null where
/// there is none, so that noise gets no exponent; <see cref="Over(IReadOnlyList{Curve}, PowerLawOptions)"/> takes all points as they are.
/// </summary>
public sealed record PowerLaw
{
    private const int OriginSteps = 48;

    private PowerLaw() { }

    /// <summary>The exponent s.</summary>
    public required double Slope { get; init; }

    /// <summary>Its interval.</summary>
    public required Interval SlopeInterval { get; init; }

    /// <summary>a.</summary>
    public required double Amplitude { get; init; }

    /// <summary>t0.</summary>
    public required double Origin { get; init; }

    /// <summary>First time of the stretch.</summary>
    public required double From { get; init; }

    /// <summary>Last time of the stretch.</summary>
    public required double To { get; init; }

    /// <summary>Number of points in it.</summary>
    public required int Points { get; init; }

    /// <summary>R² of the line through the logarithms.</summary>
    public required double RSquared { get; init; }

    /// <summary>Length of the stretch in decades of t − t0.</summary>
    public double Decades => Math.Log10((To - Origin) / (From - Origin));

    /// <summary>The law's value at a time.</summary>
    public double At(double time) => Amplitude * Math.Pow(time - Origin, Slope);

    /// <summary>The law over the longest straight stretch of a curve, or null.</summary>
    public static PowerLaw? Fit(Curve curve, PowerLawOptions? options = null) => Fit([curve], options);

    /// <summary>The law over the longest straight stretch of the geometric mean of several curves at the same times, or null.</summary>
    public static PowerLaw? Fit(IReadOnlyList<Curve> curves, PowerLawOptions? options = null)
    {
        options ??= new PowerLawOptions();
        var (time, logs, origin) = Prepare(curves, options);
        return Stretch.Longest(LogLog.Of(time, origin, logs), options) is var (from, end) ? Of(time, logs, from, end, options) : null;
    }

    /// <summary>The law over all points of curves at the same times, whether they lie on a line or not.</summary>
    /// <exception cref="HandmadeException">Fewer than three points, or one that has no logarithm.</exception>
    public static PowerLaw Over(IReadOnlyList<Curve> curves, PowerLawOptions? options = null)
    {
        options ??= new PowerLawOptions();
        var (time, logs, origin) = Prepare(curves, options);
        if (time.Length < 3) throw new HandmadeException($"power law: {time.Length} points; give three or more");
        if (LogLog.Of(time, origin, logs) is var points && points.Count(0, time.Length) < time.Length)
            throw new HandmadeException($"power law: {time.Length - points.Count(0, time.Length)} of {time.Length} points are not positive or not after t0 = {origin}; leave them out");
        return Of(time, logs, 0, time.Length, options);
    }

    private static (double[] Time, double[][] Logs, double Origin) Prepare(IReadOnlyList<Curve> curves, PowerLawOptions options)
    {
        double[] time = Curve.CommonTimes(curves);
        double[][] logs = [.. curves.Select(LogLog.Logs)];
        return (time, logs, options.FitOrigin ? BestOrigin(time, Mean(logs)) : options.Origin);
    }

    private static PowerLaw Of(double[] allTime, double[][] allLogs, int from, int end, PowerLawOptions options)
    {
        double[] time = allTime[from..end];
        double[][] logs = [.. allLogs.Select(log => log[from..end])];
        double[] mean = Mean(logs);
        double origin = options.FitOrigin ? BestOrigin(time, mean) : options.Origin;
        LogLine line = Line(time, origin, mean);
        double level = mean.Average() - (line.Slope * time.Average(t => Math.Log(t - origin)));
        double[] fitted = [.. time.Select(t => level + (line.Slope * Math.Log(t - origin)))];
        Bootstrap bootstrap = logs.Length > 1
            ? Bootstrap.OfCurves(options.Bootstrap, logs)
            : Bootstrap.OfResiduals(options.Bootstrap, fitted, mean, options.FitOrigin ? 3 : 2);
        double[] slopes = bootstrap.Run(1, time.Length, (y, found) => found[0] = Line(time, options.FitOrigin ? BestOrigin(time, y) : origin, y).Slope)[0];
        return new PowerLaw
        {
            Slope = line.Slope,
            SlopeInterval = bootstrap.Around(line.Slope, slopes),
            Amplitude = Math.Exp(level),
            Origin = origin,
            From = time[0],
            To = time[^1],
            Points = time.Length,
            RSquared = line.RSquared,
        };
    }

    /// <summary>The t0 whose logarithms lie best on a line: t0 = t₁ − d, with d from a thousandth of the first step to ten times the last time.</summary>
    private static double BestOrigin(double[] time, double[] logs)
    {
        double low = Math.Log(1e-3 * (time[1] - time[0])), high = Math.Log(10 * (time[^1] - time[0])), step = (high - low) / OriginSteps;
        double best = low, least = double.PositiveInfinity;
        for (int i = 0; i <= OriginSteps; i++)
        {
            double sum = Sum(low + (i * step));
            if (sum < least) (best, least) = (low + (i * step), sum);
        }
        for (int i = 0; i < 20; i++)
        {
            step /= 2;
            foreach (double place in (ReadOnlySpan<double>)[best - step, best + step])
                if (Sum(place) is var sum && sum < least) (best, least) = (place, sum);
        }
        return time[0] - Math.Exp(best);

        double Sum(double distance) => Line(time, time[0] - Math.Exp(distance), logs).ResidualSum;
    }

    private static LogLine Line(double[] time, double origin, double[] logs)
    {
        double n = 0, x = 0, y = 0, xx = 0, xy = 0, yy = 0, shift = Math.Log(time[time.Length / 2] - origin);
        for (int i = 0; i < time.Length; i++)
        {
            if (!double.IsFinite(logs[i])) continue;
            double u = Math.Log(time[i] - origin) - shift, v = logs[i];
            n++;
            x += u;
            y += v;
            xx += u * u;
            xy += u * v;
            yy += v * v;
        }
        (xx, xy, yy) = (xx - (x * x / n), xy - (x * y / n), yy - (y * y / n));
        return new LogLine(xy / xx, xx, Math.Max(0, yy - (xy * xy / xx)), yy);
    }

    private static double[] Mean(double[][] logs) => [.. Enumerable.Range(0, logs[0].Length).Select(i => logs.Average(log => log[i]))];
}
