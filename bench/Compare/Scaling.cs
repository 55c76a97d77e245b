using Handmade.Documentation;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Model;

namespace Handmade.Bench;

/// <summary>
/// The captured training step of the particle transformer against each of its sizes, the others held at the tiny preset's. The law to expect is that
/// of the launches' floating-point operations; where the time leaves it, something else than arithmetic is paid for.
/// </summary>
internal static class Scaling
{
    private sealed record Sizes(int Width = 32, int Particles = 16, int Layers = 2, int Replicas = 1, int Batch = 8);

    private static readonly (string Name, int[] At, Func<int, Sizes> Of)[] Sweeps =
    [
        ("width d", [16, 32, 64, 128, 256, 512], d => new(Width: d)),
        ("particles N", [4, 8, 16, 32, 64, 128, 256, 512], n => new(Particles: n)),
        ("layers L", [1, 2, 4, 8, 16, 32], layers => new(Layers: layers)),
        ("replicas R", [1, 2, 4, 8, 16, 32, 64, 128], replicas => new(Replicas: replicas)),
        ("batch", [1, 2, 4, 8, 16, 32, 64, 128, 256, 512], batch => new(Batch: batch)),
    ];

    public static IEnumerable<Comparison> Rows(Budget budget)
    {
        // No goal stands on a curve.
        if (budget.Quick) yield break;
        // A figure of a curve needs no rival, so less time does.
        foreach (var (name, at, of) in Sweeps)
            foreach (int size in at)
                yield return Row(name, size, of(size), budget with { Rounds = 3 });
    }

    private static Comparison Row(string name, int at, Sizes sizes, Budget budget)
    {
        using var device = new HostDevice(threads: 1);
        var model = new ParticleTransformerSizes { Width = sizes.Width, Blocks = sizes.Layers };
        using CapturedStep step = TrainingStep.Capture(device, sizes.Particles, model, sizes.Replicas, sizes.Batch);
        return new Contest(name, $"{at}", 1, Unit.Microseconds).Alone(Bursts.Of(() => step.Replay()), budget) with { At = at, Work = step.Launches.Sum(launch => (double)launch.Flops) };
    }
}
