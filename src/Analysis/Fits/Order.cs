using Handmade.Kernels;

namespace Handmade.Analysis.Fits;

/// <summary>
/// Which of two change points comes first, over several runs: the bootstrap draws runs with replacement and, within a run, each change point from its own draws.
/// The p-value is two-sided, and never below 2^(1−n), the least that n runs of one sign can give in an exact test of signs.
/// </summary>
/// <param name="Earlier">In how many runs the first lies before the second.</param>
/// <param name="Runs">Number of runs, n.</param>
/// <param name="Ratio">Time of the second over time of the first, geometric mean over runs.</param>
/// <param name="RatioInterval">Its interval.</param>
/// <param name="P">Chance of so large a difference, either way, if there were none.</param>
public sealed record Order(int Earlier, int Runs, double Ratio, Interval RatioInterval, double P)
{
    // Streams of the seed: "ORDR" in the upper half, the draw in the lower.
    private const ulong Stream = 0x4F524452UL << 32;

    /// <summary>Compares the first change point of two curves in each run.</summary>
    /// <exception cref="HandmadeException">No run, or not as many of one as of the other.</exception>
    public static Order Of(IReadOnlyList<CurvePhases> first, IReadOnlyList<CurvePhases> second, BootstrapOptions? bootstrap = null)
    {
        if (first.Count == 0 || first.Count != second.Count) throw new HandmadeException($"order: {first.Count} and {second.Count} runs; give one or more, as many of one as of the other");
        bootstrap ??= new BootstrapOptions();
        int runs = first.Count;
        double[] logs = [.. first.Zip(second, (a, b) => Math.Log(b.Changes[0] / a.Changes[0]))], draws = new double[bootstrap.Draws];
        for (int draw = 0; draw < draws.Length; draw++)
        {
            for (int k = 0; k < runs; k++)
            {
                var (run, place) = Philox.Uniform(bootstrap.Seed, Stream | (uint)draw, (ulong)k);
                int chosen = (int)(run * runs);
                draws[draw] += Math.Log(Pick(second[chosen], Philox.Uniform(bootstrap.Seed, Stream | (uint)draw, (ulong)(k + runs)).First) / Pick(first[chosen], place)) / runs;
            }
        }
        // Few runs vary less among themselves than runs do, as in Bootstrap.
        double mean = logs.Average(), widening = runs == 1 ? 1 : Math.Sqrt(runs / (runs - 1.0)) * Bootstrap.StudentT(runs - 1, bootstrap.Level) / Bootstrap.StudentT(int.MaxValue, bootstrap.Level);
        double[] sorted = [.. draws.Select(draw => mean + (widening * (draw - mean))).Order()];
        double tail = (1 + Math.Min(sorted.Count(d => d <= 0), sorted.Count(d => d >= 0))) / (1.0 + sorted.Length);
        int cut = (int)((1 - bootstrap.Level) / 2 * sorted.Length);
        return new Order(
            logs.Count(log => log > 0), runs, Math.Exp(mean), new Interval(Math.Exp(sorted[cut]), Math.Exp(sorted[^(cut + 1)])), Math.Min(1, Math.Max(2 * tail, Math.Pow(2, 1 - runs))));

        static double Pick(CurvePhases phases, double share) => phases.ChangeDraws[0][(int)(share * phases.ChangeDraws[0].Count)];
    }
}
