using Handmade.Documentation;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Physics;
using Handmade.Physics.Tests;

namespace Handmade.Bench;

/// <summary>
/// The disc simulator: the kernel's ladder on one thread, whole batches with starts and output against LAMMPS, and batches on devices. Every rung
/// starts from the same scenes and is checked against the first, bit by bit. A run here is one step of one particle.
/// </summary>
internal static class Simulator
{
    private const ulong Seed = 1;
    private static readonly Unit Steps = Unit.Millions("particle-steps", 1);
    private static readonly DiscScene[] Scenes =
    [
        new(),
        new() { Particles = 40, Radius = 0.04, Frames = 16 },
        new() { Particles = 64, Radius = 0.03, Frames = 16 },
    ];

    public static IEnumerable<Comparison> Rows(Budget budget) =>
        Scenes.SelectMany(scene => budget.Quick ? [Batch(scene, budget)] : Rows(scene, budget)).Concat(LargeScenes.Rows(budget));

    private static IEnumerable<Comparison> Rows(DiscScene scene, Budget budget)
    {
        const string plainLoop = "plain loop, all pairs";
        Burst plain = PerStep(Bursts.Of(() => Plain(scene, 0)), scene, 1);
        Contest Rung(string what) => new(what, Shape(scene), 1, Steps);
        yield return Rung("4 scenes a vector, all pairs").Against(plainLoop, plain, Group(scene, double.PositiveInfinity), budget);
        yield return Rung("4 scenes a vector, neighbor list").Against(plainLoop, plain, Group(scene, DiscGroup.DefaultSkin), budget);
        yield return Batch(scene, budget);
        using (var one = new Threads(scene, 1))
        using (var two = new Threads(scene, 2))
            yield return new Contest("batch", Shape(scene), 2, Steps).Against("ours on 1 thread", one.Burst, two.Burst, budget);
        foreach (DeviceInfo info in Devices.All().Skip(1))
        {
            using Device device = Devices.Open(info.Name);
            foreach (DType precision in info.HasF64 ? [DType.F64, DType.F32] : new[] { DType.F32 })
                using (var threads = new Threads(scene, Environment.ProcessorCount))
                    yield return new Contest($"batch, {info.Name} {precision.Text()}", Shape(scene), Environment.ProcessorCount, Steps).Against("ours on the host, f64", threads.Burst, OnDevice(device, scene, precision), budget);
        }
    }

    private static Comparison Batch(DiscScene scene, Budget budget)
    {
        var contest = new Contest("batch", Shape(scene), 1, Steps, AtLeast: 10);
        using var threads = new Threads(scene, 1);
        if (Lammps.Program is null) return contest.Without("LAMMPS", Lammps.Package, threads.Burst, budget);
        using var lammps = new Lammps(scene, [.. Enumerable.Range(1, 8).Select(number => StartOf(scene, number))], Substeps(scene));
        return contest.Against(lammps.Name, lammps.Burst, threads.Burst, budget);
    }

    private static string Shape(DiscScene scene) => $"N {scene.Particles}, r {scene.Radius}";

    private static Burst PerStep(Burst burst, DiscScene scene, int scenes) => seconds => burst(seconds) / ((double)scenes * scene.Particles * Substeps(scene));

    private static int Substeps(DiscScene scene) => scene.Frames * scene.SubstepsPerFrame;

    private static DiscState[] StartOf(DiscScene scene, int number)
    {
        var start = new DiscState[scene.Particles];
        DiscStart.Fill(scene, Seed, (uint)number, start);
        return start;
    }

    private static NaiveDiscs Plain(DiscScene scene, int number)
    {
        var plain = new NaiveDiscs(scene, StartOf(scene, number));
        for (int frame = 0; frame < scene.Frames; frame++) plain.Advance(scene.SubstepsPerFrame);
        return plain;
    }

    private static Burst Group(DiscScene scene, double skin)
    {
        DiscState[][] starts = [.. Enumerable.Range(0, DiscGroup.Lanes).Select(lane => StartOf(scene, lane))];
        void Run(DiscGroup group)
        {
            for (int lane = 0; lane < DiscGroup.Lanes; lane++)
                for (int i = 0; i < scene.Particles; i++) group.Set(lane, i, starts[lane][i]);
            for (int frame = 0; frame < scene.Frames; frame++) group.Advance(scene.SubstepsPerFrame);
        }
        using var first = new DiscGroup(scene, skin);
        Run(first);
        NaiveDiscs plain = Plain(scene, 0);
        if (!Enumerable.Range(0, scene.Particles).All(i => plain.States[i] == first.Get(0, i)))
            throw new InvalidOperationException($"skin {skin}, {Shape(scene)}: a group of scenes differs from the plain loop");
        return PerStep(Bursts.Of(() =>
        {
            using var group = new DiscGroup(scene, skin);
            Run(group);
        }), scene, DiscGroup.Lanes);
    }

    private static Burst OnDevice(Device device, DiscScene scene, DType precision)
    {
        int scenes = device.IsProcessor ? 1024 : 16384;
        var starts = new DiscState[scenes * scene.Particles];
        for (int i = 0; i < scenes; i++) DiscStart.Fill(scene, Seed, (uint)i, starts.AsSpan(i * scene.Particles, scene.Particles));
        return PerStep(Bursts.Of(() =>
        {
            using Scope scope = device.Scope();
            DiscSimulator.Run(device, scene, starts, precision).WallContacts.Slice(0, scenes - 1, 1).ToArray<byte>();
        }), scene, scenes);
    }

    // A batch on the host's threads, with starts and output.
    private sealed class Threads : IDisposable
    {
        private const int BatchScenes = 256;
        private readonly WorkerPool workers;

        public Threads(DiscScene scene, int threads)
        {
            workers = new WorkerPool(threads);
            var room = new Trajectories(scene, BatchScenes);
            Burst = PerStep(Bursts.Of(() => DiscSimulator.Run(scene, Seed, 0, room, workers)), scene, BatchScenes);
        }

        public Burst Burst { get; }

        public void Dispose() => workers.Dispose();
    }
}
