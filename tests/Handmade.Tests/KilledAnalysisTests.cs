using System.Diagnostics;
using Handmade.Experiments;
using Handmade.Experiments.Collisions;
using Handmade.Experiments.Tests;

namespace Handmade.Tests;

/// <summary>A kill after training loses nothing either: chains, tables and figures come out with the bits of a run that was left alone.</summary>
[Platform("Linux,MacOsX")]
public sealed class KilledAnalysisTests : IDisposable
{
    private const string Small =
        "run collisions --seed 3 --threads 2 --quiet --set physics.particles=6 --set data.frames=3 --set data.trajectories=20 --set data.test-trajectories=6 --set model.width=8 "
        + "--set model.blocks=1 --set model.heads=2 --set train.steps=20 --set train.batch=2 --set train.control-steps=0 --set train.warm-up=5 --set llc.checkpoints=8 --set llc.draws=40 --set llc.burn-in=5 --set llc.batch=2 --out";

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Test]
    public void A_run_killed_among_its_chains_and_again_in_its_analysis_ends_with_the_same_bits()
    {
        KillOnce(() => Files("x", "llc-*").Any());
        Assert.That(File.Exists(folder["x", "metrics.csv"]), Is.False, "killed before the analysis");
        KillOnce(() => File.Exists(folder["x", "metrics.csv"]));
        using Process last = Cli.Start($"exec $HANDMADE {Small} x", folder.Root);
        Answer end = last.Answer(), whole = Cli.Run(new Catalogue(new Collisions()), [.. Small.Split(' '), folder["whole"]]);
        Assert.That(end.ExitCode, Is.EqualTo(whole.ExitCode).And.LessThan(2), end.Error);
        Assert.That(Bits("x"), Is.EqualTo(Bits("whole")));
        Assert.That(File.Exists(folder["x", "report.html"]));
    }

    private void KillOnce(Func<bool> when)
    {
        using Process process = Cli.Start($"exec $HANDMADE {Small} x", folder.Root);
        var clock = Stopwatch.StartNew();
        while (!when())
        {
            Assert.That(clock.Elapsed.TotalSeconds, Is.LessThan(60), "the run does not come along");
            Assert.That(process.HasExited, Is.False, "the run ended before it could be killed");
            Thread.Sleep(1);
        }
        process.Kill();
        process.WaitForExit();
    }

    private IEnumerable<string> Files(string run, string pattern) =>
        Directory.Exists(folder[run]) ? Directory.EnumerateFiles(folder[run], pattern, SearchOption.AllDirectories) : [];

    // All but what tells of time and threads.
    private Dictionary<string, string> Bits(string run) => Files(run, "*").Where(file => Path.GetFileName(file) is not ("state.json" or "config.json" or "report.html"))
        .ToDictionary(file => Path.GetRelativePath(folder[run], file), file => Convert.ToHexString(File.ReadAllBytes(file)));
}
