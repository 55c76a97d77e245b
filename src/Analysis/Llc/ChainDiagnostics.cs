namespace Handmade.Analysis;

/// <summary>How well Markov chains of equal length have mixed, from the numbers that they drew.</summary>
public static class ChainDiagnostics
{
    /// <summary>
    /// The classic R̂ with split chains (Gelman et al., Bayesian Data Analysis, 3rd edition, 11.4), not rank-normalised: √(((n−1)/n·W + B/n)/W) with B
    /// the variance between halves of chains and W that within them. Near 1 where all halves tell the same; NaN without chains or for a constant.
    /// </summary>
    public static double SplitRHat(IReadOnlyList<double[]> chains)
    {
        double[][] halves = Halves(chains);
        if (halves.Length == 0) return double.NaN;
        var (within, total) = Variances(halves);
        return within > 0 ? Math.Sqrt(total / within) : double.NaN;
    }

    /// <summary>
    /// How many independent draws the chains are worth: draws/τ, τ = 1 + 2·Σ ρ_t over split chains, where the sum ends with Geyer's first pair of neighbours that is not
    /// positive and pairs never grow (Vehtari, Gelman, Simpson, Carpenter, Bürkner 2021, section 3.2). At most draws · log₁₀(draws).
    /// </summary>
    public static double EffectiveSampleSize(IReadOnlyList<double[]> chains)
    {
        double[][] halves = Halves(chains);
        if (halves.Length == 0) return double.NaN;
        var (within, total) = Variances(halves);
        if (!(within > 0)) return double.NaN;
        int n = halves[0].Length, draws = halves.Length * n;
        double Correlation(int lag) => 1 - ((within - halves.Average(half => Covariance(half, lag) * n / (n - 1))) / total);
        double sum = 0, last = double.PositiveInfinity;
        for (int lag = 0; lag + 1 < n; lag += 2)
        {
            double pair = (lag == 0 ? 1 : Correlation(lag)) + Correlation(lag + 1);
            if (pair <= 0) break;
            last = Math.Min(last, pair);
            sum += last;
        }
        double time = Math.Max((2 * sum) - 1, 1 / Math.Log10(draws));
        return draws / time;
    }

    private static double[][] Halves(IReadOnlyList<double[]> chains) =>
        [.. chains.Where(chain => chain.Length >= 4).SelectMany(chain => new[] { chain[..(chain.Length / 2)], chain[^(chain.Length / 2)..] })];

    // Within halves, and of all together.
    private static (double Within, double Total) Variances(double[][] halves)
    {
        int n = halves[0].Length;
        double[] means = [.. halves.Select(half => half.Average())];
        double mean = means.Average(), between = means.Sum(x => (x - mean) * (x - mean)) / (halves.Length - 1);
        double within = halves.Average(half => Covariance(half, 0) * n / (n - 1));
        return (within, ((n - 1.0) / n * within) + between);
    }

    private static double Covariance(double[] x, int lag)
    {
        double mean = x.Average(), sum = 0;
        for (int i = lag; i < x.Length; i++) sum += (x[i] - mean) * (x[i - lag] - mean);
        return sum / x.Length;
    }
}
