using Handmade.Bench;
using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Model.Tests;

/// <summary>What a captured training step may cost, counted instead of timed. It is the step that <c>./bench/compare training</c> times.</summary>
public sealed class TrainingStepTests
{
    private static readonly (string Name, int Particles, ParticleTransformerSizes Sizes)[] Presets =
    [
        ("tiny", 16, new()),
        ("paper", 40, new() { Width = 64, Heads = 8 }),
    ];

    // Forward, backward, clip, Adam and the next batch. A step of a small model takes as long as its launches are many.
    private const string TinyLaunches = "1 adam, 4 add, 2 attention, 2 attention_backward, 1 cast, 1 clip_factor, 1 clip_grad_norm, 1 fill, 2 gelu_backward, "
        + "2 index_select, 1 integers, 5 layer_norm, 5 layer_norm_backward, 8 linear, 2 linear_gelu, 19 matmul, 1 mean_squared, 1 mean_squared_backward, "
        + "1 random_advance, 1 schedule, 11 sum";

    [Test]
    public void The_tiny_step_is_these_launches()
    {
        using var device = new HostDevice(threads: 1);
        using CapturedStep step = TrainingStep.Capture(device, Presets[0].Particles, Presets[0].Sizes, replicas: 1);
        IEnumerable<string> counts = step.Launches.GroupBy(launch => launch.Name).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => $"{group.Count()} {group.Key}");
        IEnumerable<string> order = step.Launches.Select(launch => $"{launch.Name} → {launch.Outputs[0]}");
        Assert.That(string.Join(", ", counts), Is.EqualTo(TinyLaunches),
            $"The step has {step.Launches.Count} launches now. Fewer: write the new list here. More: an op that was fused no longer is;\n"
            + $"\"handmade profile collisions --preset tiny\" shows what each costs. In order, with the first output:\n{string.Join('\n', order)}\n");
    }

    [Test]
    public void A_replayed_step_allocates_nothing_on_any_thread([Values("tiny", "paper")] string preset, [Values(1, 5)] int replicas, [Values(1, 2)] int threads)
    {
        var (_, particles, sizes) = Presets.Single(p => p.Name == preset);
        using var device = new HostDevice(threads);
        using CapturedStep step = TrainingStep.Capture(device, particles, sizes, replicas);
        step.Replay(3);
        // A thread's first sleep allocates in the runtime: one round without anything is what is wanted, and what an op that allocates never gives.
        Assert.That(Enumerable.Range(0, 5).Any(_ => AllocatesNothing(step, device.Workers)), "every one of five rounds of three replays allocated");
    }

    private static bool AllocatesNothing(CapturedStep step, WorkerPool workers)
    {
        var before = new AllocatedBytes(workers.Threads);
        var after = new AllocatedBytes(workers.Threads);
        before.Read(workers);
        step.Replay(3);
        after.Read(workers);
        return after.ByThread.Order().SequenceEqual(before.ByThread.Order());
    }

    /// <summary>What every thread of a pool has allocated since it began. Reading it allocates nothing.</summary>
    private sealed class AllocatedBytes(int threads) : Launch("allocated_bytes", [], [])
    {
        private readonly long[] bytes = new long[threads];
        private int arrived;

        public IReadOnlyList<long> ByThread => bytes;

        public override int Grid => threads;

        public void Read(WorkerPool workers) => workers.Run(this, threads);

        // A thread stays until every other one has come, so each takes one piece.
        public override void Run(int begin, int end)
        {
            bytes[begin] = GC.GetAllocatedBytesForCurrentThread();
            for (Interlocked.Increment(ref arrived); Volatile.Read(ref arrived) < threads;) Thread.Yield();
        }
    }
}
