using Handmade.Analysis;

namespace Handmade.Experiments.Collisions;

/// <summary>Which coefficients a run estimates.</summary>
internal sealed class LlcPlan
{
    // Of the sweep: multiples of the run's own settings, and draws enough to see what diverges and what mixes.
    private static readonly double[] localizations = [0.1, 1, 10], stepSizes = [0.01, 0.1, 1, 10], nbetas = [0.1, 1, 10, 100];
    private const int MostSweepDraws = 100;

    /// <summary>The plan for the seeds, of which <paramref name="shown"/> is the one that the report shows.</summary>
    public LlcPlan(CollisionsOptions options, IReadOnlyList<(SeedHistory History, TraineeFiles Files, ulong Seed)> seeds, int shown)
    {
        Shown = seeds[shown].History;
        ShownFiles = seeds[shown].Files;
        var (block, head, _) = Shown.Best;
        BestHead = (block, head);
        if (options.LlcRun == "off") return;
        bool isFull = options.LlcRun == "full";
        foreach (var (history, files, seed) in isFull ? seeds : [seeds[shown]])
        {
            IEnumerable<(int, int)?> scopes = isFull ? [null, .. history.Last.AllHeads.Select(one => ((int, int)?)(one.Block, one.Head))] : [null, BestHead];
            long[] steps = isFull ? [.. history.History.Select(m => m.Step)] : Spread(history, options.LlcCheckpoints);
            foreach ((int, int)? scope in scopes)
                foreach (long step in steps) probes.Add(new LlcProbe(files, seed, step, scope, options.Llc));
        }
        if (!options.LlcSweep) return;
        foreach (double gamma in localizations)
            foreach (double epsilon in stepSizes)
                foreach (double nbeta in nbetas)
                    sweep.Add(new LlcProbe(ShownFiles, seeds[shown].Seed, Shown.Last.Step, null, options.Llc with
                    {
                        Localization = options.LlcLocalization * gamma,
                        StepSize = options.LlcStepSize * epsilon,
                        NBeta = options.LlcNBeta * nbeta,
                        Draws = Math.Min(options.LlcDraws, MostSweepDraws),
                    }));
    }

    private readonly List<LlcProbe> probes = [], sweep = [];

    /// <summary>The seed that the report shows.</summary>
    public SeedHistory Shown { get; }

    /// <summary>Its files.</summary>
    public TraineeFiles ShownFiles { get; }

    /// <summary>Its best head.</summary>
    public (int Block, int Head) BestHead { get; }

    /// <summary>Coefficients over training, scope by scope in the order of steps.</summary>
    public IReadOnlyList<LlcProbe> Probes => probes;

    /// <summary>Coefficients of the shown network over ε, γ and nβ.</summary>
    public IReadOnlyList<LlcProbe> Sweep => sweep;

    /// <summary>Trained checkpoints evenly among all, which are spaced in constant ratio; the last is one of them.</summary>
    private static long[] Spread(SeedHistory history, int count)
    {
        long[] trained = [.. history.History.Select(m => m.Step).Where(step => step > 0)];
        if (count >= trained.Length) return trained;
        return [.. Enumerable.Range(0, count).Select(i => trained[count == 1 ? trained.Length - 1 : i * (trained.Length - 1) / (count - 1)]).Distinct()];
    }
}
