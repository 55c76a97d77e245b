namespace Handmade.Analysis.ModularAddition;

/// <summary>
/// Fourier coefficients of a function v on a circle of n places. Frequencies k and n − k are one and the same for real functions: k is folded to 1 … n/2.
/// </summary>
public static class Spectrum
{
    /// <summary>P_k = 2·|Σ v_t exp(2πikt/n)|²/(n·Σv²) for k = 0 … n/2: the share of v that is a wave of frequency k, where v has mean 0.</summary>
    public static double[] Powers(IReadOnlyList<double> v)
    {
        int n = v.Count;
        double squares = v.Sum(value => value * value);
        var powers = new double[(n / 2) + 1];
        for (int k = 0; k < powers.Length; k++)
        {
            double re = 0, im = 0;
            for (int t = 0; t < n; t++)
            {
                var (sin, cos) = Wave(n, k, t);
                re += v[t] * cos;
                im += v[t] * sin;
            }
            powers[k] = squares > 0 ? Math.Min(2 * ((re * re) + (im * im)) / (n * squares), 1) : 0;
        }
        return powers;
    }

    /// <summary>The frequency from 1 on that has the largest power, and that power.</summary>
    public static (int Frequency, double Power) Peak(IReadOnlyList<double> v)
    {
        double[] powers = Powers(v);
        int best = Enumerable.Range(1, powers.Length - 1).MaxBy(k => powers[k]);
        return (best, powers[best]);
    }

    /// <summary>k⁻¹ mod n, folded: t and t + step are neighbours on a circle of frequency k. Null where k and n share a factor.</summary>
    public static int? Step(int frequency, int order)
    {
        for (int step = 1; step < order; step++)
            if ((long)frequency * step % order == 1) return Fold(step, order);
        return null;
    }

    /// <summary>The frequency in 0 … n/2 that is the same wave.</summary>
    public static int Fold(int frequency, int order)
    {
        int k = ((frequency % order) + order) % order;
        return Math.Min(k, order - k);
    }

    /// <summary>
    /// Circularity (Zhong et al. 2023; the authors' program): the mean over the first four principal components of the largest power of one frequency in
    /// their scores. A run counts as circular from <see cref="CircularFrom"/> on. With tables of their own for the two summands it is the mean of both.
    /// </summary>
    public static double Circularity(PrincipalComponents components) => components.Scores.Take(4).Average(score => Peak(score).Power);

    /// <summary>From this circularity on the paper counts a run as circular.</summary>
    public const double CircularFrom = 0.995;

    /// <summary>(sin, cos) of 2πkt/n, with kt reduced first so that large products lose no digits.</summary>
    internal static (double Sin, double Cos) Wave(int n, int k, int t) => Math.SinCos(2 * Math.PI * ((long)k * t % n) / n);
}
