using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Handmade.Bench;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Physics;
using Handmade.Physics.Tests;

// Particle·substeps per second of the disc simulator: the kernel's ladder on one thread, whole batches on one and two threads, and LAMMPS.
// Every rung starts from the same scenes and is checked against the first, bit by bit. Build machines share their cores, so time
// is what this process had of a core (wall time where it says so), and each scene or group counts with its fastest of many runs.
CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
const ulong seed = 1;
const int groups = 8, rounds = 12;
(DiscScene Scene, string Name)[] cases =
[
    (new DiscScene(), "N 16, r 0.06"),
    (new DiscScene { Particles = 40, Radius = 0.04, Frames = 16 }, "N 40, r 0.04"),
    (new DiscScene { Particles = 64, Radius = 0.03, Frames = 16 }, "N 64, r 0.03"),
];
Console.WriteLine($"{RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} cores, 256-bit lanes {(Vector256.IsHardwareAccelerated ? "in hardware" : "emulated")}, {RuntimeInformation.FrameworkDescription}");
Console.WriteLine("million particle-substeps per second");
Console.WriteLine($"{"",-56}{string.Concat(cases.Select(c => $"{c.Name,16}"))}");

Row("plain loop over all pairs, one scene", scene => TimePlain(scene));
Row("4 scenes a vector, all pairs", scene => TimeGroups(scene, double.PositiveInfinity));
Row("4 scenes a vector, neighbor list", scene => TimeGroups(scene, DiscGroup.DefaultSkin));
Row("batch with starts and output", scene => TimeBatch(scene, 1, wall: false));
Row("batch, 1 thread, wall time", scene => TimeBatch(scene, 1, wall: true));
Row("batch, 2 threads, wall time", scene => TimeBatch(scene, 2, wall: true));
foreach (DeviceInfo info in Devices.All().Skip(1))
{
    using Device device = Devices.Open(info.Name);
    foreach (DType precision in info.HasF64 ? [DType.F64, DType.F32] : new[] { DType.F32 })
        Row($"{info.Name}, {precision.Text()}{(device.IsProcessor ? "" : ", wall time")}", scene => TimeDevice(device, scene, precision));
}
const string lammps = "LAMMPS gran/hooke, wall time";
if (Lammps.Measure(cases[0].Scene, seed, 1) is { } found) Row($"LAMMPS {found.Version.Replace(" - ", ", ")}, gran/hooke, wall", scene => Lammps.Measure(scene, seed, 20)!.Value.Speed);
else Console.WriteLine($"{lammps}: not installed (no `lmp` on the path)");

void Row(string name, Func<DiscScene, double> measure) =>
    Console.WriteLine($"{name,-56}{string.Concat(cases.Select(c => $"{measure(c.Scene) / 1e6,16:F1}"))}");

static int Substeps(DiscScene scene) => scene.Frames * scene.SubstepsPerFrame;

static DiscState[] StartOf(DiscScene scene, int number)
{
    var start = new DiscState[scene.Particles];
    DiscStart.Fill(scene, seed, (uint)number, start);
    return start;
}

static NaiveDiscs Plain(DiscScene scene, int number)
{
    var plain = new NaiveDiscs(scene, StartOf(scene, number));
    for (int frame = 0; frame < scene.Frames; frame++) plain.Advance(scene.SubstepsPerFrame);
    return plain;
}

static double Fastest(int rounds, bool wall, Action run)
{
    double best = double.PositiveInfinity;
    for (int round = 0; round < rounds; round++)
    {
        long begin = Stopwatch.GetTimestamp();
        TimeSpan used = Environment.CpuUsage.TotalTime;
        run();
        double elapsed = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        best = Math.Min(best, wall ? elapsed : (Environment.CpuUsage.TotalTime - used).TotalSeconds);
    }
    return best;
}

static double TimePlain(DiscScene scene) =>
    (double)scene.Particles * Substeps(scene) / Fastest(100, wall: false, () => Plain(scene, 0));

static double TimeGroups(DiscScene scene, double skin)
{
    double total = 0;
    for (int index = 0; index < groups; index++)
    {
        DiscState[][] starts = [.. Enumerable.Range(0, DiscGroup.Lanes).Select(lane => StartOf(scene, index * DiscGroup.Lanes + lane))];
        using var group = new DiscGroup(scene, skin);
        total += Fastest(rounds, wall: false, () =>
        {
            for (int lane = 0; lane < DiscGroup.Lanes; lane++)
                for (int i = 0; i < scene.Particles; i++) group.Set(lane, i, starts[lane][i]);
            for (int frame = 0; frame < scene.Frames; frame++) group.Advance(scene.SubstepsPerFrame);
        });
        NaiveDiscs plain = Plain(scene, index * DiscGroup.Lanes);
        if (!Enumerable.Range(0, scene.Particles).All(i => plain.States[i] == group.Get(0, i)))
            throw new InvalidOperationException($"skin {skin}: group {index} differs from the plain loop");
    }
    return (double)scene.Particles * Substeps(scene) * groups * DiscGroup.Lanes / total;
}

static double TimeBatch(DiscScene scene, int threads, bool wall)
{
    const int scenes = 256;
    using var workers = new WorkerPool(threads);
    var room = new Trajectories(scene, scenes);
    double seconds = Fastest(2 * rounds, wall, () => DiscSimulator.Run(scene, seed, 0, room, workers));
    return (double)scene.Particles * Substeps(scene) * scenes / seconds;
}

static double TimeDevice(Device device, DiscScene scene, DType precision)
{
    // Only a processor's time is this process's.
    bool wall = !device.IsProcessor;
    int scenes = wall ? 16384 : 1024;
    var starts = new DiscState[scenes * scene.Particles];
    for (int i = 0; i < scenes; i++) DiscStart.Fill(scene, seed, (uint)i, starts.AsSpan(i * scene.Particles, scene.Particles));
    void Simulate()
    {
        using Scope scope = device.Scope();
        DiscSimulator.Run(device, scene, starts, precision).WallContacts.Slice(0, scenes - 1, 1).ToArray<byte>();
    }
    Simulate();
    return (double)scene.Particles * Substeps(scene) * scenes / Fastest(rounds, wall, Simulate);
}
