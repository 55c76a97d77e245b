using Handmade.Experiments.Collisions;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Paper = Handmade.Experiments.Collisions.Collisions;

namespace Handmade.Experiments.Tests.Collisions;

/// <summary>The main experiment at a size that trains in a second.</summary>
public class CollisionsTests
{
    private static RunOutcome Go(string path, int threads, IProgressSink? sink = null, CancellationTokenSource? interrupt = null, Action<ReportData>? report = null, params string[] extra)
    {
        using var device = new HostDevice(threads);
        return SmallRun.Go(path, device, device.Workers, extra, sink, interrupt, report);
    }

    [Test]
    public void A_run_leaves_checkpoints_metrics_figures_tables_and_claims()
    {
        using var temporary = new TemporaryFolder();
        ReportData? report = null;
        Assert.That(Go(temporary.Root, 2, report: data => report = data), Is.EqualTo(RunOutcome.Done));
        string[] metrics = File.ReadAllLines(temporary["metrics.csv"]);
        Assert.Multiple(() =>
        {
            Assert.That(File.Exists(temporary["checkpoints", "seed-4-step-000000120.safetensors"]));
            Assert.That(File.Exists(temporary["checkpoints", "control-step-000000060.safetensors"]));
            Assert.That(Directory.GetFiles(temporary["figures"], "*.svg"), Has.Length.EqualTo(report!.Figures.Count));
            Assert.That(Directory.GetFiles(temporary["figures"], "*.csv"), Has.Length.EqualTo(report!.Figures.Count));
            Assert.That(metrics[0], Does.StartWith("run,step,train_loss,test_loss,free_fall_loss,block1_head1_contact"));
            Assert.That(metrics.Count(line => line.StartsWith("seed 3,", StringComparison.Ordinal)), Is.EqualTo(metrics.Count(line => line.StartsWith("seed 4,", StringComparison.Ordinal))));
            Assert.That(report!.Claims.Select(claim => claim.Id), Is.SupersetOf(new[] { "prediction", "detectors", "impact", "first-block", "control", "shuffled", "ablation", "ablation-falling" }));
            Assert.That(report.Claims.Select(claim => claim.Id), Is.Unique);
            Assert.That(report.Tables[0].Rows, Has.Count.EqualTo(2 * 2 * 2), "two seeds, two blocks, two heads");
            Assert.That(report.Scenes, Has.Count.EqualTo(3));
            Assert.That(report.Figures, Has.Count.GreaterThanOrEqualTo(7));
            Assert.That(report.Tables.Select(table => table.Title), Has.Some.StartsWith("Controls"));
            foreach (SceneRecording scene in report.Scenes) scene.Check();
        });
    }

    [Test]
    public void Training_learns_something()
    {
        using var temporary = new TemporaryFolder();
        ReportData? report = null;
        Go(temporary.Root, 2, null, null, data => report = data, "train.steps=1500", "train.control-steps=0", "train.lr=5e-3", "data.trajectories=300");
        Assert.That(report!.Claims.First(claim => claim.Id == "prediction").Measured, Has.All.LessThan(0.95));
    }

    [TestCase(30)]
    [TestCase(75)]
    [TestCase(160)]
    public void A_run_killed_at_any_moment_and_resumed_ends_with_the_same_bits(long steps)
    {
        using var temporary = new TemporaryFolder();
        Go(temporary["whole"], 1);
        Assert.That(() => Go(temporary["killed"], 1, new Killer(steps)), Throws.TypeOf<Killed>());
        Assert.That(Go(temporary["killed"], 2), Is.EqualTo(RunOutcome.Done));
        Assert.That(SmallRun.Bits(temporary["killed"]), Is.EqualTo(SmallRun.Bits(temporary["whole"])));
    }

    [TestCase(1)]
    [TestCase(10)]
    public void A_run_killed_among_its_controls_ends_with_the_same_bits(long steps)
    {
        using var temporary = new TemporaryFolder();
        Go(temporary["whole"], 1);
        Assert.That(() => Go(temporary["killed"], 2, new Killer(steps, "controls")), Throws.TypeOf<Killed>());
        Assert.That(File.Exists(temporary["killed", "claims.json"]), Is.False);
        Assert.That(Go(temporary["killed"], 2), Is.EqualTo(RunOutcome.Done));
        Assert.That(SmallRun.Bits(temporary["killed"]), Is.EqualTo(SmallRun.Bits(temporary["whole"])));
    }

    [Test]
    public void A_network_read_back_and_scored_at_home_has_the_bits_of_its_last_checkpoint()
    {
        using var temporary = new TemporaryFolder();
        Go(temporary.Root, 2);
        using var device = new HostDevice(2);
        (CollisionsOptions options, TraineeFiles files, Action close) = SmallRun.Reopen(temporary.Root, "seed 3");
        SeedHistory history = SeedHistory.Read(files, options.Steps, options, device);
        TrainedNetwork network = new TrainedNetwork(device, options, 3, files).Load(history.Last.Step);
        TestFrames home = new HeldOut(device, options.Scene, options.TestSeed, options.TestTrajectories, device.Workers).All(network.Scale);
        Measurement measured = Evaluation.Read(Evaluation.Of(network.Model, home, options), history.Last.Step, history.Last.TrainLoss, home.FreeFallLoss);
        close();
        Assert.That(measured.ToRow(), Is.EqualTo(history.Last.ToRow()));
    }

    [Test]
    public void An_interrupted_run_goes_on_with_the_same_bits()
    {
        using var temporary = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        Go(temporary["whole"], 2);
        Assert.That(Go(temporary["stopped"], 2, new Interrupter(source, 100), source), Is.EqualTo(RunOutcome.Interrupted));
        Assert.That(Go(temporary["stopped"], 1), Is.EqualTo(RunOutcome.Done));
        Assert.That(SmallRun.Bits(temporary["stopped"]), Is.EqualTo(SmallRun.Bits(temporary["whole"])));
    }

    [Test]
    public void A_training_that_breaks_names_seed_step_and_kernel()
    {
        using var temporary = new TemporaryFolder();
        Assert.That(() => Go(temporary.Root, 1, null, null, null, "train.lr=10", "train.clip=0", "train.warm-up=0", "model.layer-norm=false", "train.schedule=constant", "model.blocks=16", "train.control-steps=0"),
            Throws.TypeOf<HandmadeException>().With.Message.Match(@"^seed \d: training broke at step \d+, where \w+.* gave the first NaN or infinity; lower train\.lr"));
    }

    [TestCase("model.heads=3", "model.width=8 does not divide into model.heads=3")]
    [TestCase("physics.radius=0.3", "")]
    [TestCase("data.frame-interval=0.0501", "frame interval")]
    public void Values_that_do_not_go_together_are_one_sentence(string assignment, string expected)
    {
        using var temporary = new TemporaryFolder();
        Assert.That(() => Go(temporary.Root, 1, null, null, null, assignment), Throws.TypeOf<HandmadeException>().With.Message.Contains(expected));
    }

    [Test]
    public void Every_preset_is_a_valid_configuration()
    {
        var paper = new Paper();
        foreach (Preset preset in paper.Presets) Assert.That(() => paper.Configure(preset.Name, []), Throws.Nothing, preset.Name);
    }

    private sealed class Killed : Exception;

    private sealed class Killer(long steps, string stage = "train") : IProgressSink
    {
        public void Begin(string stage) { }

        public void Say(string line) { }

        public void Report(in Progress progress)
        {
            if (progress.Stage == stage && progress.Step >= steps) throw new Killed();
        }
    }

    private sealed class Interrupter(CancellationTokenSource source, long steps) : IProgressSink
    {
        public void Begin(string stage) { }

        public void Say(string line) { }

        public void Report(in Progress progress)
        {
            if (progress.Stage == "train" && progress.Step >= steps) source.Cancel();
        }
    }
}
