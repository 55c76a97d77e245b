using Handmade.Analysis.Fits;
using Handmade.Kernels;

namespace Handmade.Analysis.Tests.Fits;

/// <summary>Curves whose laws are known.</summary>
internal static class FitData
{
    /// <summary>Times in constant ratio.</summary>
    public static double[] Times(double from, double to, int count) => [.. Enumerable.Range(0, count).Select(i => from * Math.Pow(to / from, i / (count - 1.0)))];

    /// <summary>A curve of a function with multiplicative noise: ln y has this deviation.</summary>
    public static Curve Noisy(double[] times, Func<double, double> law, double noise, ulong seed) =>
        WithNoise(new Curve(times, times.Select(law)), noise, seed);

    /// <summary>A curve with such noise.</summary>
    public static Curve WithNoise(Curve curve, double noise, ulong seed)
    {
        int i = 0;
        return curve.Map(value => value * Math.Exp(noise * Philox.Normal(seed, 99, (ulong)i++).First));
    }

    /// <summary>Gradient descent on |x|^m at log-spaced steps: x ← x − rate·m·x^(m−1).</summary>
    public static Curve Descent(int power, int steps = 1_000_000, double start = 1, double rate = 0.002)
    {
        var (time, value) = (new List<double>(), new List<double>());
        double x = start, next = 1;
        for (int step = 1; step <= steps; step++)
        {
            double slope = power * x;
            for (int k = 2; k < power; k++) slope *= x;
            x -= rate * slope;
            if (step < next) continue;
            time.Add(step);
            value.Add(x);
            next = Math.Max(step + 1, step * 1.15);
        }
        return new Curve(time, value);
    }
}
