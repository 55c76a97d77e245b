using System.Diagnostics;
using Handmade.Analysis;
using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Experiments.Collisions;

/// <summary>
/// Runs the chains of a plan, and keeps what each met in a file of its own: a run that was stopped goes on with the next. On the host the threads take
/// probes in turn, four chains in a captured step; another device takes all checkpoints of a scope in one step.
/// </summary>
internal sealed class LlcStage(CollisionsOptions options, RunContext run, Func<LlcProbe, TrainingSet> dataOf)
{
    // Of one captured step on a device: activations of some tens of megabytes.
    private const int MostReplicas = 64;

    /// <summary>Runs what is still to do.</summary>
    public void Run(IReadOnlyList<LlcProbe> probes)
    {
        long total = probes.Sum(probe => probe.Settings.Steps), done = probes.Where(probe => probe.IsDone(options)).Sum(probe => probe.Settings.Steps);
        LlcProbe[] waiting = [.. probes.Where(probe => !probe.IsDone(options))];
        if (waiting.Length == 0) return;
        bool isHost = run.Device is HostDevice;
        if (options.LlcRun == "full") SayTime(waiting, isHost ? run.Workers.Threads : 1);
        var groups = new Queue<LlcProbe[]>(isHost ? waiting.Select(probe => new[] { probe }) : waiting
            .GroupBy(probe => (probe.Files.Name, probe.Head?.Block, probe.Settings.Draws))
            .SelectMany(group => group.Chunk(Math.Max(1, MostReplicas / options.LlcChains))));
        var turn = new Lock();
        int lanes = Math.Min(isHost ? run.Workers.Threads : 1, groups.Count);
        if (lanes == 1) TakeTurns(0);
        else run.Workers.RunTasks(lanes, TakeTurns);
        run.StopIfInterrupted();

        void TakeTurns(int lane)
        {
            while (Next() is { } group)
            {
                try
                {
                    Sample(group, steps => Advance(group.Length * steps));
                }
                catch (OperationCanceledException) when (run.Interrupt.IsCancellationRequested)
                {
                    return;
                }
            }
        }

        LlcProbe[]? Next()
        {
            lock (turn) return !run.Interrupt.IsCancellationRequested && groups.TryDequeue(out LlcProbe[]? group) ? group : null;
        }

        void Advance(int steps)
        {
            lock (turn) run.Report(done += steps, total);
        }
    }

    private void Sample(LlcProbe[] group, Action<int> advanced)
    {
        using Scope scope = run.Device.Scope();
        using var sampler = new LlcSampler(
            new LlcNetwork(run.Device, options, dataOf(group[0]), group), [.. group.Select(probe => probe.Settings)], [.. group.SelectMany(probe => probe.Seeds)]);
        IReadOnlyList<LlcTrace> traces = sampler.Run(advanced, run.Interrupt);
        for (int i = 0; i < group.Length; i++) group[i].Save(options, run.Device, traces[i], sampler.FreeParameters);
    }

    // A pilot on the dearest scope, the whole network: heads take less, so this is an upper bound.
    private void SayTime(LlcProbe[] waiting, int lanes)
    {
        const int Draws = 10;
        LlcProbe pilot = waiting[0] with { Settings = waiting[0].Settings with { Draws = Draws } };
        using Scope scope = run.Device.Scope();
        using var sampler = new LlcSampler(new LlcNetwork(run.Device, options, dataOf(pilot), [pilot]), [pilot.Settings], pilot.Seeds);
        var watch = Stopwatch.StartNew();
        sampler.Run();
        double seconds = watch.Elapsed.TotalSeconds / pilot.Settings.Steps * waiting.Sum(probe => probe.Settings.Steps) / lanes;
        run.Say(FormattableString.Invariant($"{waiting.Length} local learning coefficients of {waiting[0].Settings.Chains} chains: at most about {Math.Max(1, Math.Round(seconds / 60))} min"));
    }
}
