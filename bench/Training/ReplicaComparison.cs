using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Model;

namespace Handmade.Bench;

/// <summary>Five seeds as replicas in one captured step against five steps side by side: which way an experiment should run its seeds.</summary>
internal static class ReplicaComparison
{
    private const int Seeds = 5, Rounds = 9, Steps = 40;

    public static void Run()
    {
        Console.WriteLine($"{Seeds} seeds, {Environment.ProcessorCount} threads, microseconds for a step of all seeds");
        Console.WriteLine($"{"preset",-24}{"replicas",10}{"side by side",14}{"ratio of best",15}{"median ratio",14}");
        Compare("tiny", 16, new ParticleTransformerSizes());
        Compare("paper", 40, new ParticleTransformerSizes { Width = 64, Heads = 8 });
    }

    private static void Compare(string name, int particles, ParticleTransformerSizes sizes)
    {
        using var device = new HostDevice();
        using CapturedStep together = TrainingStep.Capture(device, particles, sizes, Seeds);
        CapturedStep[] apart = [.. Enumerable.Range(0, Seeds).Select(_ => TrainingStep.Capture(device, particles, sizes, replicas: 1))];
        var replicas = new double[Rounds];
        var sideBySide = new double[Rounds];
        // The first round warms up.
        for (int round = -1; round < Rounds; round++)
        {
            double one = Timing.Seconds(() => together.Replay(Steps), 1), other = Timing.Seconds(() => SideBySide(device.Workers, apart), 1);
            if (round >= 0) (replicas[round], sideBySide[round]) = (one / Steps, other / Steps);
        }
        foreach (CapturedStep step in apart) step.Dispose();
        double[] ratios = [.. replicas.Zip(sideBySide, (a, b) => a / b).Order()];
        Console.WriteLine($"{name,-24}{replicas.Min() * 1e6,10:F0}{sideBySide.Min() * 1e6,14:F0}{replicas.Min() / sideBySide.Min(),15:F2}{ratios[Rounds / 2],14:F2}");
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
