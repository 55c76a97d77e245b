using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Handmade.Documentation;
using Handmade.Kernels;
using Handmade.Physics;

namespace Handmade.Bench;

/// <summary>LAMMPS (granular package) on the same starts and steps, one core, in a process of its own for each turn.</summary>
internal sealed partial class Lammps : IDisposable
{
    public const string Package = "lammps";
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("lammps");
    private readonly DiscDynamics scene;
    private readonly double skin;
    private readonly int scenes, steps;

    /// <summary>Ready for turns on these scenes in the unit box; a turn is as long as they take.</summary>
    /// <param name="scene">What all scenes have in common.</param>
    /// <param name="starts">Where the discs of each scene start.</param>
    /// <param name="steps">Steps of a turn.</param>
    /// <param name="skin">Reach of the neighbor list beyond touching, in radii.</param>
    public Lammps(DiscDynamics scene, IReadOnlyList<DiscState[]> starts, int steps, double skin = 0.5)
    {
        (this.scene, scenes, this.steps, this.skin) = (scene, starts.Count, steps, skin);
        for (int i = 0; i < scenes; i++) File.WriteAllText(Path.Combine(folder.FullName, $"discs.{i + 1}"), DataFile(scene.Radius, starts[i]));
        // "29 Sep 2021 - Update 2"
        Name = $"LAMMPS {Version().Match(Run()).Groups[1].Value.Replace(" - ", ", ")}";
    }

    /// <summary>Where the program is; null where it is not installed.</summary>
    public static string? Program { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "lmp")).FirstOrDefault(File.Exists);

    /// <summary>Name and version.</summary>
    public string Name { get; }

    /// <summary>Seconds of a particle's step, the median scene; by LAMMPS's own clock, which leaves out its start.</summary>
    public double Burst(double seconds)
    {
        string output = Run();
        double[] times = [.. LoopTime().Matches(output).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
        if (times.Length != scenes) throw new HandmadeException($"LAMMPS finished {times.Length} of {scenes} scenes; its last line: {output.Trim().Split('\n')[^1]}");
        return Spread.Of(times).Median / ((double)scene.Particles * steps);
    }

    /// <summary>Places and velocities every so many steps, the start first: [scene][moment][disc].</summary>
    public DiscState[][][] Tracks(int every)
    {
        Run(every);
        return [.. Enumerable.Range(1, scenes).Select(number => ReadTracks(Path.Combine(folder.FullName, $"tracks.{number}")))];
    }

    public void Dispose() => folder.Delete(recursive: true);

    private string Run(int every = 0)
    {
        (string Name, double Value)[] variables =
        [
            ("scenes", scenes), ("steps", steps), ("dt", scene.Substep), ("radius", scene.Radius), ("stiffness", scene.Law.Stiffness), ("damping", scene.Law.Damping), ("skin_radii", skin), ("every", every),
        ];
        string[] words =
        [
            "-in", Path.Combine(Repository.Root, "bench", "rivals", "lammps", "in.discs"), "-log", "none",
            .. variables.SelectMany(variable => new[] { "-var", variable.Name, variable.Value.ToString("R", CultureInfo.InvariantCulture) }),
        ];
        using Process process = Process.Start(new ProcessStartInfo(Program!, words) { WorkingDirectory = folder.FullName, RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    // After each heading of nine lines a line for each disc, in order: number, x, y, vx, vy.
    private DiscState[][] ReadTracks(string path)
    {
        const int heading = 9;
        if (!File.Exists(path)) throw new HandmadeException($"LAMMPS wrote no {Path.GetFileName(path)}; run it by hand on bench/rivals/lammps/in.discs to see why");
        return
        [
            .. File.ReadLines(path).Chunk(heading + scene.Particles).Select(moment => moment.Skip(heading).Select(line =>
            {
                double[] numbers = [.. line.Split(' ', StringSplitOptions.RemoveEmptyEntries).Skip(1).Select(word => double.Parse(word, CultureInfo.InvariantCulture))];
                return new DiscState(numbers[0], numbers[1], numbers[2], numbers[3]);
            }).ToArray()),
        ];
    }

    private static string DataFile(double radius, DiscState[] discs)
    {
        // Density counts for a sphere's volume here; every disc has mass 1.
        double density = 1 / (4 * Math.PI / 3 * Math.Pow(radius, 3));
        var atoms = new StringBuilder();
        var velocities = new StringBuilder();
        for (int i = 0; i < discs.Length; i++)
        {
            var (x, y, vx, vy) = discs[i];
            atoms.Append(CultureInfo.InvariantCulture, $"{i + 1} 1 {2 * radius:R} {density:R} {x:R} {y:R} 0\n");
            velocities.Append(CultureInfo.InvariantCulture, $"{i + 1} {vx:R} {vy:R} 0 0 0 0\n");
        }
        return $"discs\n\n{discs.Length} atoms\n1 atom types\n0 1 xlo xhi\n0 1 ylo yhi\n-0.5 0.5 zlo zhi\n\nAtoms # sphere\n\n{atoms}\nVelocities\n\n{velocities}";
    }

    [GeneratedRegex(@"Loop time of (\S+) on 1 procs")]
    private static partial Regex LoopTime();

    [GeneratedRegex(@"LAMMPS \((.*)\)")]
    private static partial Regex Version();
}
