using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Handmade.Experiments;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Output;
using Handmade.Physics;
using Handmade.Simulation;

namespace Handmade.Verbs;

/// <summary><c>handmade simulate</c>: a gas of up to some ten million discs, frame by frame, with pictures.</summary>
internal sealed class Simulate : Verb
{
    private const int MostParticles = 1 << 24, MostThreads = 1024;

    // Substeps between two looks at progress and interrupts; who touches whom is counted in them.
    private const int Stride = 25;

    // Of a disc: its state in four places (sorted, to sort, of the frame, as it was before), its neighbours and contacts. Measured: the peak of a run of a million, the program included.
    private const double BytesPerDisc = 670;

    private readonly Terminal terminal;
    private readonly Option<string?> particles = Valued("--particles", "N", "discs (default: 100000)");
    private readonly Option<double> covered = new("--covered") { HelpName = "SHARE", Description = "part of the box that they cover (default: 0.25)", DefaultValueFactory = _ => 0.25 };
    private readonly Option<double> restitution = new("--restitution") { HelpName = "E", Description = "speed left after a head-on collision (default: 0.6)", DefaultValueFactory = _ => 0.6 };
    private readonly Option<double> spread = new("--spread") { HelpName = "S", Description = "radii are uniform in r(1 ± S) (default: 0)" };
    private readonly Option<string?> frames = Valued("--frames", "COUNT", "frames after the start (default: 20)");
    private readonly Option<string?> steps = Valued("--steps", "COUNT", "substeps of a frame (default: 250, about 1.2 collisions of each disc)");
    private readonly Option<string?> seed = Valued("--seed", "N", "seed of the start (default: 1)");
    private readonly Option<string?> folder = Valued("--out", "FOLDER", "where pictures and tables go (default: runs/gas-N)");
    private readonly Option<string?> threads = Valued("--threads", "N", "worker threads (default: every core); the results do not depend on it");

    /// <summary>The verb.</summary>
    public Simulate(Terminal terminal)
        : base("simulate", "Simulates a gas of discs that cools by its collisions and clumps: a picture and a row of numbers for each frame. An unfinished simulation in the same folder goes on where it stopped.")
    {
        this.terminal = terminal;
        foreach (System.CommandLine.Option option in (System.CommandLine.Option[])[particles, covered, restitution, spread, frames, steps, seed, folder, threads]) Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "simulate",
        "simulate --particles 1000000 --out runs/million",
        "simulate --particles 20000 --spread 0.3 --restitution 0.9 --frames 60",
    ];

    /// <inheritdoc/>
    protected override int Execute(ParseResult input)
    {
        var gas = new CoolingGas(
            (int)WholeNumber.Read(input, particles, 10, MostParticles, 100_000), input.GetValue(covered), input.GetValue(restitution), input.GetValue(spread),
            (int)WholeNumber.Read(input, frames, 1, 100_000, 20), (int)WholeNumber.Read(input, steps, 1, 1_000_000, 250), WholeNumber.Read(input, seed, 0, ulong.MaxValue, 1));
        gas.Check();
        string place = input.GetValue(folder) ?? Path.Combine("runs", FormattableString.Invariant($"gas-{gas.Particles}")), stateFile = Path.Combine(place, "state.bin");
        AtomicFile.CheckPlace(stateFile);
        using var workers = new WorkerPool((int)WholeNumber.Read(input, threads, 1, MostThreads, (ulong)Environment.ProcessorCount));
        terminal.WriteLine(FormattableString.Invariant(
            $"{gas.Particles:N0} discs, radius {gas.Radius:G3}, {workers.Threads} threads, about {gas.Particles * BytesPerDisc / 1e9:F1} GB of memory; folder {place}"));

        double[] radii = gas.Radii();
        bool isOld = File.Exists(stateFile);
        GasState state = isOld ? GasState.Load(stateFile, gas.Description) : new GasState(0, 0, gas.Start(), [$"frame,time,kinetic energy of a disc,discs that a disc touches in {Stride} substeps,seconds"]);
        if (isOld) terminal.WriteLine($"  Frame {state.Frame} of {gas.Frames} is there already: it goes on from it.");
        else GasPicture.Write(Picture(place, 0), gas, state, radii);

        using var interrupts = new Interrupts(terminal);
        state = Watched(sink => Carry(gas, state, radii, workers, place, sink, interrupts.Token));
        if (state.Frame < gas.Frames)
        {
            terminal.Error.WriteLine($"Stopped after frame {state.Frame}. The same command goes on from there.");
            return interrupts.ExitCode;
        }
        using var self = Process.GetCurrentProcess();
        terminal.WriteLine(FormattableString.Invariant($"Pictures: {Picture(place, gas.Frames)} and before; numbers: {Path.Combine(place, "frames.csv")}; memory at most {self.PeakWorkingSet64 / 1e9:F2} GB"));
        return 0;
    }

    private GasState Carry(CoolingGas gas, GasState state, double[] radii, WorkerPool workers, string place, IProgressSink sink, CancellationToken stop)
    {
        sink.Begin(Name);
        long begin = Stopwatch.GetTimestamp(), done = 0, total = (long)(gas.Frames - state.Frame) * gas.FrameSteps;
        while (state.Frame < gas.Frames && !stop.IsCancellationRequested)
        {
            long frameBegin = Stopwatch.GetTimestamp();
            LargeDiscScene scene = gas.Scene(state.Speed);
            using var discs = new LargeDiscs(scene, workers);
            discs.Set(state.Discs);
            if (scene.HasSizes) discs.SetRadii(radii);
            long contacts = 0, looks = 0;
            for (int step = 0; step < gas.FrameSteps;)
            {
                if (stop.IsCancellationRequested) return state;
                int some = Math.Min(Stride, gas.FrameSteps - step);
                discs.Advance(some);
                contacts += discs.Contacts.Length;
                looks++;
                step += some;
                done += some;
                sink.Report(new Progress(Name, done, total, done / Stopwatch.GetElapsedTime(begin).TotalSeconds, double.NaN));
            }
            var next = new DiscState[gas.Particles];
            discs.CopyTo(next);
            state = new GasState(state.Frame + 1, state.Time + scene.FrameInterval, next, state.Log);
            state = state with { Log = [.. state.Log, Row(state, 2.0 * contacts / looks / gas.Particles, Stopwatch.GetElapsedTime(frameBegin).TotalSeconds)] };
            GasPicture.Write(Picture(place, state.Frame), gas, state, radii);
            AtomicFile.Write(Path.Combine(place, "frames.csv"), stream =>
            {
                using var writer = new StreamWriter(stream, leaveOpen: true);
                foreach (string line in state.Log) writer.Write(line + "\n");
            });
            // Last, so that what a state says is done is there.
            state.Save(Path.Combine(place, "state.bin"), gas.Description);
        }
        return state;
    }

    private static string Row(GasState state, double touched, double seconds) => string.Create(
        CultureInfo.InvariantCulture, $"{state.Frame},{state.Time:R},{state.Speed * state.Speed:R},{touched:G5},{seconds:F2}");

    private static string Picture(string place, int frame) => Path.Combine(place, $"frame-{frame:D4}.png");

    private GasState Watched(Func<IProgressSink, GasState> go) =>
        terminal.Live is { } console ? LiveProgress.Show(console, go) : go(new PlainProgress(terminal.Out, TimeSpan.FromSeconds(5), TimeProvider.System));

    private static Option<string?> Valued(string name, string value, string description) => new(name) { HelpName = value, Description = description };
}
