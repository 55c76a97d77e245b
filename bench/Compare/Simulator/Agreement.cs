using System.Globalization;
using Handmade.Documentation;
using Handmade.Experiments;
using Handmade.Kernels;
using Handmade.Physics;

namespace Handmade.Bench;

/// <summary>
/// Whether LAMMPS sees the same motion: single discs until chaos parts them, and averages afterwards. It integrates by velocity Verlet and knows velocities half a step late
/// where the dashpot asks for them; both integrators are of first order here, so their distance halves with the step.
/// </summary>
internal static class Agreement
{
    private const ulong Seed = 3;

    /// <summary>Steps in a contact, coarsest (the default of the simulator) first.</summary>
    public static IReadOnlyList<int> Ladder { get; } = [40, 80, 160, 320];

    /// <summary>Prints both tables, and records them for docs/simulator.md if asked to.</summary>
    public static int Run(bool write)
    {
        if (Lammps.Program is null) throw new HandmadeException($"agreement: LAMMPS is missing (Debian: apt-get install {Lammps.Package})");
        foreach (var (name, record) in (ReadOnlySpan<(string, RecordedTable)>)[("1-trajectories", Trajectories()), ("2-statistics", Statistics())])
        {
            Console.WriteLine($"\n{record.Table.Title}\n{string.Join(" | ", record.Table.Columns)}");
            foreach (IReadOnlyList<string> row in record.Table.Rows) Console.WriteLine(string.Join(" | ", row));
            Console.WriteLine(record.Note);
            if (write) record.Write(Path.Combine(Repository.Root, "docs", "simulator", $"{name}.json"));
        }
        return write ? Program.Main(["docs", "--root", Repository.Root]) : 0;
    }

    /// <summary>Distances of every disc of every scene from its twin in LAMMPS, for each moment; and contacts of a scene until then.</summary>
    public static (double[][] Apart, double[] Contacts, string Rival) Distances(DiscScene scene, int scenes)
    {
        DiscState[][] starts = Starts(scene, scenes);
        int steps = scene.Frames * scene.SubstepsPerFrame;
        using var lammps = new Lammps(scene, starts, steps);
        DiscState[][][] theirs = lammps.Tracks(scene.SubstepsPerFrame);
        var (ours, contacts) = Ours(scene, starts);
        double[][] apart = [.. Enumerable.Range(0, scene.Frames + 1).Select(moment => Enumerable.Range(0, scenes).SelectMany(number =>
            ours[number][moment].Zip(theirs[number][moment], (a, b) => double.Hypot(a.X - b.X, a.Y - b.Y))).Order().ToArray())];
        return (apart, contacts, lammps.Name);
    }

    private static RecordedTable Trajectories()
    {
        const int scenes = 32;
        DiscScene tiny = new() { FrameInterval = 0.05, Frames = 16 };
        var rungs = Ladder.Select(substeps => Distances(tiny with { SubstepsPerContact = substeps }, scenes)).ToArray();
        var rows = new List<string[]>();
        foreach (int moment in (int[])[1, 2, 4, 6, 8, 12, 16])
        {
            double[] medians = [.. rungs.Select(rung => Quantile(rung.Apart[moment], 0.5))];
            rows.Add([Text(moment * tiny.FrameInterval), Text(rungs[^1].Contacts[moment]), .. medians.Select(Text),
                Text(Math.Pow(medians[0] / medians[^1], 1.0 / (medians.Length - 1))), Text(Quantile(rungs[^1].Apart[moment], 0.9))]);
        }
        var table = new Table("Places in LAMMPS and here: median distance over all discs, in box sides",
            ["time", "contacts of a scene so far", .. Ladder.Select(substeps => $"{substeps} steps a contact"), "halving divides by", $"{Ladder[^1]} steps: nine of ten discs within"], rows);
        return new(table, $"{scenes} scenes of {tiny.Particles} discs (r = {tiny.Radius}, the preset tiny), from the same starts; {rungs[0].Rival}.");
    }

    private static RecordedTable Statistics()
    {
        const int scenes = 48;
        DiscScene scene = new() { Particles = 64, Radius = 0.03, FrameInterval = 0.01, Frames = 400 };
        DiscState[][] starts = Starts(scene, scenes);
        using var lammps = new Lammps(scene, starts, scene.Frames * scene.SubstepsPerFrame);
        DiscState[][][] theirs = lammps.Tracks(scene.SubstepsPerFrame), ours = Ours(scene, starts).Tracks;
        var rows = new List<string[]>();
        int within = 0;
        foreach (var (name, of) in Quantities(scene))
        {
            double[] a = [.. ours.Select(of)], b = [.. theirs.Select(of)], difference = [.. a.Zip(b, (x, y) => x - y)];
            double error = Error(difference), errors = error == 0 ? 0 : difference.Average() / error;
            if (Math.Abs(errors) <= 2) within++;
            rows.Add([name, $"{Text(a.Average())} ± {Text(Error(a))}", $"{Text(b.Average())} ± {Text(Error(b))}", $"{Text(difference.Average())} ± {Text(error)}", errors.ToString("F1", CultureInfo.InvariantCulture)]);
        }
        return new(new Table("Averages in LAMMPS and here, each with its standard error", ["quantity", "here", "LAMMPS", "difference, scene by scene", "in standard errors"], rows),
            $"{scenes} scenes of {scene.Particles} discs (r = {scene.Radius}), {scene.SubstepsPerContact} steps a contact, from the same starts; {within} of {rows.Count} within two standard errors; {lammps.Name}.");
    }

    // What a scene's track [moment][disc] gives.
    private static IEnumerable<(string Name, Func<DiscState[][], double> Of)> Quantities(DiscScene scene)
    {
        int Moment(double time) => (int)Math.Round(time / scene.FrameInterval);
        foreach (double time in (double[])[0.25, 0.5, 1, 2, 4])
            yield return (Named($"kinetic energy of a disc at {time}"), track => track[Moment(time)].Average(s => 0.5 * ((s.Vx * s.Vx) + (s.Vy * s.Vy))));
        foreach (var (from, to) in ((double, double)[])[(0, 0.5), (0.5, 1), (1, 2), (2, 4)])
            yield return (Named($"contacts that begin, of a disc and unit of time, {from} to {to}"), track => 2 * Begun(scene, track[Moment(from)..(Moment(to) + 1)]) / (scene.Particles * (to - from)));
        foreach (var (from, to) in ((double, double)[])[(0, 1), (1, 2), (3, 4)])
            yield return (Named($"neighbours that a disc touches, {from} to {to}"), track => 2.0 * track[Moment(from)..(Moment(to) + 1)].Average(discs => Touching(scene, discs).Count) / scene.Particles);
        yield return ("mean height at 4", track => track[Moment(4)].Average(s => s.Y));
        foreach (double height in (double[])[0.05, 0.1, 0.15, 0.2, 0.25])
            yield return (Named($"part of the discs below {height} at 4"), track => track[Moment(4)].Count(s => s.Y < height) / (double)scene.Particles);

        static string Named(FormattableString name) => name.ToString(CultureInfo.InvariantCulture);
    }

    private static double Begun(DiscScene scene, DiscState[][] track)
    {
        int begun = 0;
        HashSet<(int, int)> before = Touching(scene, track[0]);
        foreach (DiscState[] discs in track.Skip(1))
        {
            HashSet<(int, int)> now = Touching(scene, discs);
            begun += now.Count(pair => !before.Contains(pair));
            before = now;
        }
        return begun;
    }

    private static HashSet<(int, int)> Touching(DiscScene scene, DiscState[] discs)
    {
        var pairs = new HashSet<(int, int)>();
        for (int i = 1; i < discs.Length; i++)
            for (int j = 0; j < i; j++)
                if (double.Hypot(discs[i].X - discs[j].X, discs[i].Y - discs[j].Y) < 2 * scene.Radius) pairs.Add((i, j));
        return pairs;
    }

    private static DiscState[][] Starts(DiscScene scene, int scenes) => [.. Enumerable.Range(0, scenes).Select(number =>
    {
        var start = new DiscState[scene.Particles];
        DiscStart.Fill(scene, Seed, (uint)number, start);
        return start;
    })];

    // Places and velocities [scene][moment][disc] in full precision, and contacts of a scene up to each moment.
    private static (DiscState[][][] Tracks, double[] Contacts) Ours(DiscScene scene, DiscState[][] starts)
    {
        var tracks = starts.Select(_ => new DiscState[scene.Frames + 1][]).ToArray();
        var contacts = new double[scene.Frames + 1];
        for (int first = 0; first < starts.Length; first += DiscGroup.Lanes)
        {
            using var group = new DiscGroup(scene);
            for (int lane = 0; lane < DiscGroup.Lanes; lane++)
                for (int i = 0; i < scene.Particles; i++) group.Set(lane, i, starts[Math.Min(first + lane, starts.Length - 1)][i]);
            for (int moment = 0; moment <= scene.Frames; moment++)
            {
                if (moment > 0) group.Advance(scene.SubstepsPerFrame);
                for (int lane = 0; lane < DiscGroup.Lanes && first + lane < starts.Length; lane++)
                {
                    tracks[first + lane][moment] = [.. Enumerable.Range(0, scene.Particles).Select(i => group.Get(lane, i))];
                    foreach (ulong word in group.Contacts(lane)) contacts[moment] += ulong.PopCount(word) / (2.0 * starts.Length);
                }
            }
        }
        for (int moment = 1; moment <= scene.Frames; moment++) contacts[moment] += contacts[moment - 1];
        return (tracks, contacts);
    }

    /// <summary>Of numbers in order.</summary>
    public static double Quantile(double[] sorted, double share) => sorted[(int)(share * (sorted.Length - 1))];

    private static double Error(double[] values)
    {
        double mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1) / values.Length);
    }

    private static string Text(double value) => value.ToString("G3", CultureInfo.InvariantCulture).Replace("E-0", "e-", StringComparison.Ordinal);
}
