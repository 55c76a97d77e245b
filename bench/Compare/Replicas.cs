using Handmade.Documentation;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Model;

namespace Handmade.Bench;

/// <summary>
/// Many replicas in one captured step against our own fastest lone run (one thread) by model steps per core-second; and five seeds as replicas
/// against lone steps side by side, which way an experiment should run its seeds.
/// </summary>
internal static class Replicas
{
    private const int Many = 64, Seeds = 5, Steps = 40;

    public static IEnumerable<Comparison> Rows(Budget budget)
    {
        var tiny = new ParticleTransformerSizes();
        yield return PerCore("addition toy, width 200", (device, replicas) => Addition(device, replicas, 200), 16, 3, budget);
        yield return PerCore("addition toy, width 64", (device, replicas) => Addition(device, replicas, 64), 64, 3, budget);
        yield return PerCore("tiny", (device, replicas) => TrainingStep.Capture(device, 16, tiny, replicas), 8, 1.5, budget);
        foreach (Comparison row in ReplicasOnDevices.Rows(budget)) yield return row;
        if (budget.Quick) yield break;
        yield return PerCore("addition toy, width 16", (device, replicas) => Addition(device, replicas, 16), 256, null, budget);
        yield return PerCore("addition toy, width 200, step by step", (device, replicas) => Addition(device, replicas, 200), 1, null, budget);
        yield return Row("tiny, 5 seeds", 16, new ParticleTransformerSizes(), budget);
        yield return Row("paper, 5 seeds", 40, new ParticleTransformerSizes { Width = 64, Heads = 8 }, budget);
    }

    private static CapturedStep Addition(Device device, int replicas, int width)
    {
        ulong[] seeds = [.. Enumerable.Range(1, replicas).Select(seed => (ulong)seed)];
        var training = new AdditionTraining(device, seeds, new AdditionOptions { Sizes = new AdditionToySizes { Width = width } });
        return device.Capture(() => [training.Step().View]);
    }

    // A burst's seconds are those that one core needs for one step of one model.
    private static Comparison PerCore(string name, Func<Device, int, CapturedStep> capture, int steps, double? goal, Budget budget)
    {
        using HostDevice one = new(threads: 1), all = new();
        using CapturedStep lone = capture(one, 1), many = capture(all, Many);
        Burst alone = Bursts.Of(() => lone.Replay(steps)), together = Bursts.Of(() => many.Replay(steps));
        double cores = all.Workers.Threads;
        var contest = new Contest(name, $"R {Many}, {steps} steps a replay", all.Workers.Threads, new("model steps a core-second", seconds => 1 / seconds), goal);
        return contest.Against("a lone run on one thread", seconds => alone(seconds) / steps, seconds => together(seconds) * cores / (Many * steps), budget);
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
