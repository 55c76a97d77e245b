using Handmade.Documentation;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Model;

namespace Handmade.Bench;

/// <summary>Replicas in one captured step against the same number of lone steps side by side, which way an experiment should run its seeds.</summary>
internal static class Replicas
{
    private const int Seeds = 5, Steps = 40;

    public static IEnumerable<Comparison> Rows(Budget budget)
    {
        if (budget.Quick) yield break;
        yield return Row("tiny, 5 seeds", 16, new ParticleTransformerSizes(), budget);
        yield return Row("paper, 5 seeds", 40, new ParticleTransformerSizes { Width = 64, Heads = 8 }, budget);
    }

    private static Comparison Row(string name, int particles, ParticleTransformerSizes sizes, Budget budget)
    {
        using var device = new HostDevice();
        using CapturedStep together = TrainingStep.Capture(device, particles, sizes, Seeds);
        CapturedStep[] apart = [.. Enumerable.Range(0, Seeds).Select(_ => TrainingStep.Capture(device, particles, sizes, replicas: 1))];
        var contest = new Contest(name, $"batch 8, N {particles}, d {sizes.Width}", device.Workers.Threads, new("µs a step of all", seconds => seconds / Steps * 1e6));
        Comparison row = contest.Against("lone steps side by side", Bursts.Of(() => SideBySide(device.Workers, apart)), Bursts.Of(() => together.Replay(Steps)), budget);
        foreach (CapturedStep step in apart) step.Dispose();
        return row;
    }

    // As the experiment does it: threads take the step that is furthest behind, a few replays at a time.
    private static void SideBySide(WorkerPool workers, CapturedStep[] steps)
    {
        const int turn = 8;
        var waiting = new PriorityQueue<CapturedStep, int>(steps.Select(step => (step, 0)));
        workers.RunTasks(workers.Threads, _ =>
        {
            while (true)
            {
                CapturedStep? step;
                int done;
                lock (waiting)
                    if (!waiting.TryDequeue(out step, out done)) return;
                step.Replay(turn);
                if (done + turn < Steps)
                    lock (waiting) waiting.Enqueue(step, done + turn);
            }
        });
    }
}
