using Handmade.Kernels;

namespace Handmade.Analysis;

/// <summary>How far a number from few runs can be trusted: 95 % intervals that need no normal distribution.</summary>
public static class Intervals
{
    private const double Quantile = 1.959963984540054;
    private const int Resamples = 10_000;

    // A stream of the seed of its own: "BOOT" in the upper half.
    private const ulong Stream = 0x424F4F54UL << 32;

    /// <summary>Of a share, by Wilson's score (E. B. Wilson 1927): right also for 0 of n and n of n.</summary>
    public static (double Low, double High) Share(int hits, int trials)
    {
        if (trials == 0) return (0, 1);
        double share = (double)hits / trials, z2 = Quantile * Quantile / trials;
        double middle = (share + (z2 / 2)) / (1 + z2), half = Math.Sqrt((share * (1 - share) * z2) + (z2 * z2 / 4)) / (1 + z2);
        return (Math.Max(0, middle - half), Math.Min(1, middle + half));
    }

    /// <summary>
    /// Of the mean over independent runs, by the percentiles of means of runs drawn again with replacement. Of five runs it is somewhat too
    /// narrow, of one it has no width.
    /// </summary>
    public static (double Low, double High) Mean(IReadOnlyList<double> runs, ulong seed)
    {
        double[] means = new double[Resamples];
        for (int resample = 0; resample < Resamples; resample++)
            for (int i = 0; i < runs.Count; i++)
                means[resample] += runs[(int)(Philox.Uniform(seed, Stream | (uint)i, (ulong)resample).First * runs.Count)] / runs.Count;
        Array.Sort(means);
        return (means[(int)(0.025 * Resamples)], means[(int)(0.975 * Resamples) - 1]);
    }
}
