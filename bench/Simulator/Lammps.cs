using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Handmade.Physics;

namespace Handmade.Bench;

/// <summary>LAMMPS (granular package) on the same starts and steps; Debian's package is `lammps`.</summary>
internal static partial class Lammps
{
    /// <summary>Particle·substeps per second of the fastest scene on one core, and the version; null without LAMMPS.</summary>
    public static (double Speed, string Version)? Measure(DiscScene scene, ulong seed, int scenes)
    {
        string? program = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Select(folder => Path.Combine(folder, "lmp")).FirstOrDefault(File.Exists);
        if (program is null) return null;
        DirectoryInfo folder = Directory.CreateTempSubdirectory("lammps");
        try
        {
            for (int i = 1; i <= scenes; i++) File.WriteAllText(Path.Combine(folder.FullName, $"discs.{i}"), DataFile(scene, seed, (uint)i));
            int steps = scene.Frames * scene.SubstepsPerFrame;
            (string Name, double Value)[] variables =
            [
                ("scenes", scenes), ("steps", steps), ("dt", scene.Substep), ("radius", scene.Radius), ("stiffness", scene.Law.Stiffness), ("damping", scene.Law.Damping),
            ];
            string output = Run(program, folder.FullName, variables);
            string version = Version().Match(output).Groups[1].Value;
            double[] seconds = [.. LoopTime().Matches(output).Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture))];
            if (seconds.Length != scenes) throw new InvalidOperationException($"LAMMPS finished {seconds.Length} of {scenes} scenes:\n{output}");
            return (scene.Particles * (double)steps / seconds.Min(), version);
        }
        finally
        {
            folder.Delete(true);
        }
    }

    private static string Run(string program, string folder, (string Name, double Value)[] variables)
    {
        var start = new ProcessStartInfo(program) { WorkingDirectory = folder, RedirectStandardOutput = true };
        foreach (string argument in (string[])["-in", Path.Combine(AppContext.BaseDirectory, "in.discs"), "-log", "none"]) start.ArgumentList.Add(argument);
        foreach (var (name, value) in variables)
            foreach (string argument in (string[])["-var", name, value.ToString("R", CultureInfo.InvariantCulture)]) start.ArgumentList.Add(argument);
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output;
    }

    private static string DataFile(DiscScene scene, ulong seed, uint number)
    {
        var discs = new DiscState[scene.Particles];
        DiscStart.Fill(scene, seed, number, discs);

        // Density counts for a sphere's volume here; every disc has mass 1.
        double density = 1 / (4 * Math.PI / 3 * Math.Pow(scene.Radius, 3));
        var atoms = new StringBuilder();
        var velocities = new StringBuilder();
        for (int i = 0; i < discs.Length; i++)
        {
            var (x, y, vx, vy) = discs[i];
            atoms.Append(CultureInfo.InvariantCulture, $"{i + 1} 1 {2 * scene.Radius:R} {density:R} {x:R} {y:R} 0\n");
            velocities.Append(CultureInfo.InvariantCulture, $"{i + 1} {vx:R} {vy:R} 0 0 0 0\n");
        }
        return $"discs\n\n{discs.Length} atoms\n1 atom types\n0 1 xlo xhi\n0 1 ylo yhi\n-0.5 0.5 zlo zhi\n\nAtoms # sphere\n\n{atoms}\nVelocities\n\n{velocities}";
    }

    [GeneratedRegex(@"Loop time of (\S+) on 1 procs")]
    private static partial Regex LoopTime();

    [GeneratedRegex(@"LAMMPS \((.*)\)")]
    private static partial Regex Version();
}
