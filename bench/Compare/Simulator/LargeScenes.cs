using Handmade.Documentation;
using Handmade.Kernels.Host;
using Handmade.Physics;

namespace Handmade.Bench;

/// <summary>
/// One large scene against LAMMPS with the best of its skins, from the same moment of the same scene: a gas that begins to fall (18 % of the box covered), and a bed
/// (86 % covered) that has collapsed for 50 contact times. A run is one step of one particle.
/// </summary>
internal static class LargeScenes
{
    private const ulong Seed = 1;

    // Where LAMMPS is fastest: the gas wants 1 radius or a little more, the bed half of one.
    private static readonly double[] LammpsSkins = [0.5, 1];
    private static readonly Unit Steps = Unit.Millions("particle-steps", 1);

    public static IEnumerable<Comparison> Rows(Budget budget)
    {
        int[] sizes = budget.Quick ? [10_000] : [1_000, 10_000, 100_000];
        return sizes.SelectMany(particles => new[] { "gas", "bed" }.SelectMany(state => Rows(Case.Of(state, particles), budget)));
    }

    /// <summary>The time of a substep from 10³ to 10⁶ discs: linear until the discs leave the caches.</summary>
    public static IEnumerable<Comparison> Curve(Budget budget)
    {
        if (budget.Quick) yield break;
        foreach (int particles in (int[])[1_000, 3_162, 10_000, 31_623, 100_000, 316_228, 1_000_000])
        {
            var gas = Case.Of("gas", particles);
            using var ours = new Runner(gas, 1);
            yield return new Contest("discs N, gas", $"{particles}", 1, Unit.Microseconds).Alone(seconds => ours.Burst(seconds) * particles, budget with { Rounds = 3 }) with { At = particles };
        }
    }

    private static IEnumerable<Comparison> Rows(Case large, Budget budget)
    {
        yield return AgainstLammps(large, budget);
        if (budget.Quick || large.Scene.Particles != 10_000) yield break;
        using Runner everyStep = new(large, 1, skin: 0), radius = new(large, 1, skin: 1), one = new(large, 1), two = new(large, 2);
        yield return new Contest("neighbor list", large.Shape, 1, Steps).Against("ours, cell list every step", everyStep.Burst, radius.Burst, budget);
        yield return new Contest("skin by cost", large.Shape, 1, Steps).Against("ours, skin of 1 radius", radius.Burst, one.Burst, budget);
        yield return new Contest("large scene", large.Shape, 2, Steps).Against("ours on 1 thread", one.Burst, two.Burst, budget);
    }

    private static Comparison AgainstLammps(Case large, Budget budget)
    {
        var contest = new Contest("large scene", large.Shape, 1, Steps, AtLeast: large.Scene.Particles == 10_000 ? 2 : null);
        using var ours = new Runner(large, 1);
        if (Lammps.Program is null) return contest.Without("LAMMPS", Lammps.Package, ours.Burst, budget);
        Lammps[] rivals = [.. LammpsSkins.Select(skin => new Lammps(large.Scene, [large.Start], large.Substeps, skin))];
        try
        {
            return contest.AgainstBest([.. rivals.Select(rival => (rival.Name, (Burst)rival.Burst))], ours.Burst, budget);
        }
        finally
        {
            foreach (Lammps rival in rivals) rival.Dispose();
        }
    }

    /// <summary>A moment of a scene, and for how many substeps to go on from there.</summary>
    internal sealed record Case(string Shape, LargeDiscScene Scene, DiscState[] Start, int Substeps)
    {
        public static Case Of(string state, int particles)
        {
            LargeDiscScene scene = LargeDiscScene.Of(particles);
            var start = new DiscState[particles];
            if (state == "gas")
            {
                LargeDiscStart.Random(scene, Seed, 0, start);
            }
            else
            {
                scene = scene with { Radius = Math.Sqrt(0.86 / (Math.PI * particles)), StartSpeed = 0.1 };
                LargeDiscStart.Lattice(scene, Seed, 0, start);
                using var discs = new LargeDiscs(scene);
                discs.Set(start);
                discs.Advance(50 * scene.SubstepsPerContact);
                discs.CopyTo(start);
            }
            return new($"N {particles:N0}, {state}", scene, start, Math.Clamp(4_000_000 / particles, 100, 2000));
        }
    }

    // Always from the same moment.
    private sealed class Runner : IDisposable
    {
        private readonly WorkerPool workers;
        private readonly LargeDiscs discs;

        public Runner(Case large, int threads, double? skin = null)
        {
            workers = new WorkerPool(threads);
            discs = new LargeDiscs(large.Scene, workers, skin);
            Burst run = Bursts.Of(() =>
            {
                discs.Set(large.Start);
                discs.Advance(large.Substeps);
            });
            Burst = seconds => run(seconds) / ((double)large.Scene.Particles * large.Substeps);
        }

        public Burst Burst { get; }

        public void Dispose()
        {
            discs.Dispose();
            workers.Dispose();
        }
    }
}
