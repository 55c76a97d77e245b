using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Experiments.Tests;

public class RunTests
{
    private sealed class Killed : Exception;

    private static RunOutcome Go(Walk walk, string path, IProgressSink? sink = null, CancellationToken interrupt = default)
    {
        ExperimentOptions options = walk.Configure("tiny", []);
        using var device = new HostDevice(threads: 1);
        using RunFolder folder = RunFolder.Open(path, RunConfig.Of(walk, "tiny", options, [7], "host", 1));
        return walk.Run(new RunContext(options, folder, device, device.Workers, sink ?? new NoProgress(), interrupt));
    }

    private static Dictionary<string, string> Bits(string path) =>
        Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories).Where(f => Path.GetFileName(f) != "state.json")
            .ToDictionary(f => Path.GetRelativePath(path, f), f => Convert.ToHexString(File.ReadAllBytes(f)));

    [Test]
    public void A_run_killed_after_any_step_and_resumed_ends_with_the_same_bits()
    {
        using var temporary = new TemporaryFolder();
        Assert.That(Go(new Walk(), temporary["whole"]), Is.EqualTo(RunOutcome.Done));
        for (int kill = 1; kill <= 20; kill++)
        {
            string path = temporary[$"killed-{kill}"];
            Assert.That(() => Go(new Walk { AfterStep = s => { if (s == kill) throw new Killed(); } }, path), Throws.TypeOf<Killed>());
            Assert.That(Go(new Walk(), path), Is.EqualTo(RunOutcome.Done));
            Assert.That(Bits(path), Is.EqualTo(Bits(temporary["whole"])), $"killed after step {kill}");
        }
    }

    [Test]
    public void An_interrupted_run_stops_at_a_checkpoint_and_goes_on_from_it()
    {
        using var temporary = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        long last = 0;
        var walk = new Walk { AfterStep = s => { last = s; if (s == 6) source.Cancel(); } };
        Assert.That(Go(walk, temporary["x"], interrupt: source.Token), Is.EqualTo(RunOutcome.Interrupted));
        Assert.That(last, Is.EqualTo(6), "the step is finished, no other begun");
        var sink = new Recorder();
        Assert.That(Go(new Walk(), temporary["x"], sink), Is.EqualTo(RunOutcome.Done));
        Assert.That(sink.Lines, Does.Contain("goes on from step 6"));
        Go(new Walk(), temporary["whole"]);
        Assert.That(Bits(temporary["x"]), Is.EqualTo(Bits(temporary["whole"])));
    }

    [Test]
    public void A_finished_run_only_makes_its_report_again()
    {
        using var temporary = new TemporaryFolder();
        Go(new Walk(), temporary.Root);
        File.Delete(temporary["report.html"]);
        var again = new Walk();
        Assert.That(Go(again, temporary.Root), Is.EqualTo(RunOutcome.AlreadyDone));
        Assert.That(again.Ran, Is.EqualTo(new[] { "report" }));
        Assert.That(File.Exists(temporary["report.html"]));
    }

    [Test]
    public void What_lives_in_memory_is_made_again_only_if_needed()
    {
        using var temporary = new TemporaryFolder();
        var first = new Walk { AfterStep = _ => throw new Killed() };
        Assert.That(() => Go(first, temporary.Root), Throws.TypeOf<Killed>());
        var second = new Walk();
        Go(second, temporary.Root);
        Assert.That(second.Ran, Is.EqualTo(new[] { "simulate", "train", "analyse", "report" }));
    }

    [Test]
    public void Progress_tells_stage_step_total_and_loss()
    {
        using var temporary = new TemporaryFolder();
        var sink = new Recorder();
        Go(new Walk(), temporary.Root, sink);
        Assert.That(sink.Lines.Where(l => l.StartsWith("begin", StringComparison.Ordinal)),
            Is.EqualTo(new[] { "begin simulate", "begin train", "begin analyse", "begin report" }));
        Assert.That(sink.Last.Step, Is.EqualTo(20));
        Assert.That((sink.Last.Stage, sink.Last.Total), Is.EqualTo(("train", 20L)));
        Assert.That(sink.Last.Loss, Is.Not.NaN);
    }

    [Test]
    public void A_damaged_state_gets_one_sentence()
    {
        using var temporary = new TemporaryFolder();
        Go(new Walk(), temporary.Root);
        File.WriteAllText(temporary["state.json"], "{\"stages\":[{}]}");
        Assert.That(() => Go(new Walk(), temporary.Root), Throws.TypeOf<HandmadeException>().With.Message.Contains("is damaged"));
    }

    private sealed class Recorder : IProgressSink
    {
        public List<string> Lines { get; } = [];

        public Progress Last { get; private set; }

        public void Begin(string stage) => Lines.Add("begin " + stage);

        public void Report(in Progress progress) => Last = progress;

        public void Say(string line) => Lines.Add(line);
    }
}
