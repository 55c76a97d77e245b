namespace Handmade.Experiments.Collisions;

/// <summary>Which coefficients a run estimates.</summary>
internal sealed class LlcPlan
{
    // Of the sweep: powers of ten over the run's own settings, and draws enough to see what diverges and what mixes.
    private static readonly int[] localizations = [-1, 0, 1], stepSizes = [-2, -1, 0, 1], nbetas = [-1, 0, 1, 2];
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
        foreach (int gamma in localizations)
            foreach (int epsilon in stepSizes)
                foreach (int nbeta in nbetas)
                    sweep.Add(new LlcProbe(ShownFiles, seeds[shown].Seed, Shown.Last.Step, null, options.Llc with
                    {
                        Localization = Decades(options.LlcLocalization, gamma),
                        StepSize = Decades(options.LlcStepSize, epsilon),
                        NBeta = Decades(options.LlcNBeta, nbeta),
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

    // Divided where it goes down: a tenth is no binary fraction.
    private static double Decades(double value, int power) => power < 0 ? value / Math.Pow(10, -power) : value * Math.Pow(10, power);

    /// <summary>Trained checkpoints evenly among all, which are spaced in constant ratio; the last is one of them.</summary>
    private static long[] Spread(SeedHistory history, int count)
    {
        long[] trained = [.. history.History.Select(m => m.Step).Where(step => step > 0)];
        if (count >= trained.Length) return trained;
        return [.. Enumerable.Range(0, count).Select(i => trained[count == 1 ? trained.Length - 1 : i * (trained.Length - 1) / (count - 1)]).Distinct()];
    }
}
