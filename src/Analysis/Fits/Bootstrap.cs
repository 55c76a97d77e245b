using Handmade.Kernels;

namespace Handmade.Analysis.Fits;

/// <summary>
/// The bootstrap of a fit to y at n places. Draw k depends on the seed and k alone. An interval is made of the draws' quantiles, moved away from the estimate
/// by what few data hide: residuals (or the spread of few curves) are smaller than the noise, and its size is itself uncertain (Student's t over the normal).
/// </summary>
internal abstract class Bootstrap(BootstrapOptions options, int freedom, double shrunk)
{
    // Streams of the seed that belong to fits: "FITS" in the upper half, the draw in the lower.
    private const ulong Stream = 0x46495453UL << 32;

    private readonly double widening = shrunk * StudentT(freedom, options.Level) / StudentT(int.MaxValue, options.Level);

    /// <summary>Residuals of one curve around a fit with so many parameters, in circular blocks.</summary>
    public static Bootstrap OfResiduals(BootstrapOptions options, double[] fitted, double[] y, int parameters) => new Residuals(options, fitted, y, parameters);

    /// <summary>The mean of curves that are drawn with replacement.</summary>
    public static Bootstrap OfCurves(BootstrapOptions options, IReadOnlyList<double[]> curves) => new Curves(options, curves);

    /// <summary>The fit's numbers for each draw: [number][draw].</summary>
    public double[][] Run(int numbers, int n, Action<double[], double[]> fit)
    {
        double[][] drawn = [.. Enumerable.Range(0, numbers).Select(_ => new double[options.Draws])];
        double[] y = new double[n], result = new double[numbers];
        for (int draw = 0; draw < options.Draws; draw++)
        {
            Draw(draw, y);
            fit(y, result);
            for (int i = 0; i < numbers; i++) drawn[i][draw] = result[i];
        }
        return drawn;
    }

    /// <summary>The interval around an estimate that draws make.</summary>
    public Interval Around(double estimate, double[] draws)
    {
        double[] sorted = [.. draws.Order()];
        double tail = (1 - options.Level) / 2;
        return new Interval(estimate + (widening * (Quantile(sorted, tail) - estimate)), estimate + (widening * (Quantile(sorted, 1 - tail) - estimate)));
    }

    protected abstract void Draw(int draw, double[] into);

    /// <summary>A whole number in [0, below), the same for the same seed, draw and place.</summary>
    protected int Pick(int draw, int place, int below) => (int)(Philox.Uniform(options.Seed, Stream | (uint)draw, (ulong)place).First * below);

    private static double Quantile(double[] sorted, double share)
    {
        double at = share * (sorted.Length - 1);
        int below = (int)at, above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + ((at - below) * (sorted[above] - sorted[below]));
    }

    /// <summary>The two-sided quantile of Student's t: the normal one and four terms in 1/ν (Abramowitz and Stegun 26.7.5), within 1 % from ν = 2 on at 95 %.</summary>
    internal static double StudentT(int freedom, double level)
    {
        double z = NormalQuantile((1 + level) / 2), z2 = z * z, nu = Math.Max(1, freedom);
        double one = (z2 + 1) * z / 4;
        double two = ((((5 * z2) + 16) * z2) + 3) * z / 96;
        double three = ((((((3 * z2) + 19) * z2) + 17) * z2) - 15) * z / 384;
        double four = ((((((((79 * z2) + 776) * z2) + 1482) * z2) - 1920) * z2) - 945) * z / 92160;
        return z + ((one + ((two + ((three + (four / nu)) / nu)) / nu)) / nu);
    }

    // By bisection of the distribution function, itself a series: some hundred operations, done once a fit.
    private static double NormalQuantile(double share)
    {
        double low = 0, high = 8;
        for (int i = 0; i < 60; i++)
        {
            double middle = (low + high) / 2;
            if (NormalShare(middle) < share) low = middle;
            else high = middle;
        }
        return low;
    }

    private static double NormalShare(double z)
    {
        double term = z, sum = z;
        for (int k = 1; term > 1e-17 * sum; k++) sum += term *= z * z / ((2 * k) + 1);
        return 0.5 + (sum * Math.Exp(-z * z / 2) / Math.Sqrt(2 * Math.PI));
    }

    // A fit takes one residual's worth of scatter for each parameter, and from blocks as many as a block holds.
    private sealed class Residuals(BootstrapOptions options, double[] fitted, double[] y, int parameters)
        : Bootstrap(options, y.Length - parameters, Math.Sqrt(y.Length / Math.Max(1.0, y.Length - (parameters * BlockOf(options, y.Length)))))
    {
        private readonly int block = BlockOf(options, y.Length);

        private static int BlockOf(BootstrapOptions options, int n) => options.Block > 0 ? options.Block : (int)Math.Ceiling(Math.Cbrt(n));

        protected override void Draw(int draw, double[] into)
        {
            int start = 0;
            for (int i = 0; i < into.Length; i++)
            {
                if (i % block == 0) start = Pick(draw, i / block, y.Length);
                int from = (start + (i % block)) % y.Length;
                into[i] = fitted[i] + y[from] - fitted[from];
            }
        }
    }

    private sealed class Curves(BootstrapOptions options, IReadOnlyList<double[]> curves)
        : Bootstrap(options, curves.Count - 1, Math.Sqrt(curves.Count / (curves.Count - 1.0)))
    {
        protected override void Draw(int draw, double[] into)
        {
            Array.Clear(into);
            for (int k = 0; k < curves.Count; k++)
            {
                double[] chosen = curves[Pick(draw, k, curves.Count)];
                for (int i = 0; i < into.Length; i++) into[i] += chosen[i] / curves.Count;
            }
        }
    }
}
