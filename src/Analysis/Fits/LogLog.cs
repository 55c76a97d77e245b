namespace Handmade.Analysis.Fits;

/// <summary>
/// Logarithms of curves at common times, and sums from which the line through any stretch of them follows at once. A point that has no logarithm ends a stretch.
/// </summary>
internal sealed class LogLog
{
    private readonly double[] n, sx, sxx, sy, sxy, syy, roughness;

    private LogLog(double[] x, double[] y)
    {
        (X, Y) = (x, y);
        int count = x.Length;
        (n, sx, sxx, sy, sxy, syy, roughness) = (new double[count + 1], new double[count + 1], new double[count + 1], new double[count + 1], new double[count + 1], new double[count + 1], new double[count + 1]);
        double shift = x.Where(double.IsFinite).DefaultIfEmpty(0).Average(), lift = y.Where(double.IsFinite).DefaultIfEmpty(0).Average();
        for (int i = 0; i < count; i++)
        {
            bool has = Has(i);
            double u = has ? x[i] - shift : 0, v = has ? y[i] - lift : 0;
            n[i + 1] = n[i] + (has ? 1 : 0);
            sx[i + 1] = sx[i] + u;
            sxx[i + 1] = sxx[i] + (u * u);
            sy[i + 1] = sy[i] + v;
            sxy[i + 1] = sxy[i] + (u * v);
            syy[i + 1] = syy[i] + (v * v);
            roughness[i + 1] = roughness[i] + Kink(i);
        }
    }

    /// <summary>ln(t − t0).</summary>
    public double[] X { get; }

    /// <summary>ln y, of several curves the mean.</summary>
    public double[] Y { get; }

    public static LogLog Of(double[] time, double origin, IReadOnlyList<double[]> logs) =>
        new([.. time.Select(t => Math.Log(t - origin))], [.. Enumerable.Range(0, time.Length).Select(i => logs.Average(log => log[i]))]);

    /// <summary>Logarithms of the values; NaN where there is none.</summary>
    public static double[] Logs(Curve curve)
    {
        double[] logs = new double[curve.Count];
        for (int i = 0; i < logs.Length; i++) logs[i] = curve.Value[i] > 0 ? Math.Log(curve.Value[i]) : double.NaN;
        return logs;
    }

    /// <summary>Whether the point has a place on log-log axes.</summary>
    public bool Has(int i) => double.IsFinite(X[i]) && double.IsFinite(Y[i]);

    /// <summary>Number of points from <paramref name="from"/> to before <paramref name="end"/> that have a place.</summary>
    public int Count(int from, int end) => (int)(n[end] - n[from]);

    /// <summary>The line through the points from <paramref name="from"/> to before <paramref name="end"/>.</summary>
    public LogLine Line(int from, int end)
    {
        double count = n[end] - n[from], x = (sx[end] - sx[from]) / count, y = (sy[end] - sy[from]) / count;
        double xx = sxx[end] - sxx[from] - (count * x * x), xy = sxy[end] - sxy[from] - (count * x * y), yy = syy[end] - syy[from] - (count * y * y);
        return new LogLine(xy / xx, xx, Math.Max(0, yy - (xy * xy / xx)), yy);
    }

    /// <summary>Variance of the scatter from point to point: how far inner points lie from the chord between their neighbours.</summary>
    public double Scatter(int from, int end) => (roughness[end - 1] - roughness[from + 1]) / Math.Max(1, end - from - 2);

    // The square, scaled so that its mean is the variance of independent noise.
    private double Kink(int i)
    {
        if (i == 0 || i == X.Length - 1 || !Has(i - 1) || !Has(i) || !Has(i + 1)) return 0;
        double share = (X[i] - X[i - 1]) / (X[i + 1] - X[i - 1]), kink = Y[i] - ((1 - share) * Y[i - 1]) - (share * Y[i + 1]);
        return kink * kink / (1 + (share * share) + ((1 - share) * (1 - share)));
    }
}

/// <summary>A line through logarithms.</summary>
/// <param name="Slope">The exponent.</param>
/// <param name="Spread">Σ(x − x̄)².</param>
/// <param name="ResidualSum">Σ(y − ŷ)².</param>
/// <param name="TotalSum">Σ(y − ȳ)².</param>
internal readonly record struct LogLine(double Slope, double Spread, double ResidualSum, double TotalSum)
{
    public double RSquared => TotalSum > 0 ? 1 - (ResidualSum / TotalSum) : 0;
}
