using Handmade.Experiments.Tests.Collisions;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Paper = Handmade.Experiments.ClockPizza.ClockPizza;

namespace Handmade.Experiments.Tests.ClockPizza;

/// <summary>The experiment at a size that trains in a second: p = 7, seeds 3 and 4.</summary>
public class ClockPizzaTests
{
    private static readonly string[] sizes =
        ["data.p=7", "model.width=12", "model.attention-rate=0,1", "train.steps=60", "analysis.measurements=6", "analysis.triples=50"];

    private static RunOutcome Go(string path, int threads, IProgressSink? sink = null, CancellationTokenSource? interrupt = null, Action<ReportData>? report = null, params string[] extra)
    {
        using var device = new HostDevice(threads);
        var paper = new Paper();
        ExperimentOptions options = paper.Configure("quick", [.. sizes, .. extra]);
        using RunFolder folder = RunFolder.Open(path, RunConfig.Of(paper, "quick", options, [3, 4], device.Name, threads));
        return paper.Run(new RunContext(options, folder, device, device.Workers, sink ?? new NoProgress(), interrupt?.Token ?? CancellationToken.None) { ReportWriter = (_, data) => report?.Invoke(data) });
    }

    [Test]
    public void A_run_leaves_weights_metrics_and_tables_of_every_rate_and_seed()
    {
        using var temporary = new TemporaryFolder();
        ReportData? report = null;
        Assert.That(Go(temporary.Root, 2, report: data => report = data), Is.EqualTo(RunOutcome.Done));
        string[] metrics = File.ReadAllLines(temporary["metrics.csv"]);
        Assert.Multiple(() =>
        {
            Assert.That(File.Exists(temporary["checkpoints", "alpha-0-seed-3.safetensors"]));
            Assert.That(File.Exists(temporary["checkpoints", "alpha-1-seed-4.safetensors"]));
            Assert.That(metrics[0], Is.EqualTo("attention_rate,seed,step,train_loss,train_accuracy,test_loss,test_accuracy,norm,gradient_symmetricity,distance_irrelevance"));
            Assert.That(metrics, Has.Length.EqualTo(1 + (4 * 7)), "four networks, measured at 0 and six times");
            Assert.That(report!.Tables[1].Rows, Has.Count.EqualTo(4), "two rates, two seeds");
            Assert.That(report.Claims.Select(claim => claim.Id), Is.SupersetOf(new[] { "accuracy", "pizza-symmetry", "clock-symmetry", "distance" }));
            Assert.That(report.Claims.First(claim => claim.Id == "pizza-symmetry").Measured, Has.Count.EqualTo(2), "every seed of α = 0");
            Assert.That(Directory.GetFiles(temporary["figures"], "*.svg"), Has.Length.EqualTo(report.Figures.Count));
            Assert.That(Directory.GetFiles(temporary["figures"], "*.csv"), Has.Length.EqualTo(report.Figures.Count));
            Assert.That(report.Walk!.Order, Is.EqualTo(7));
        });
    }

    [TestCase("model.layers=2")]
    [TestCase("data.equals-sign=true")]
    [TestCase("data.separate-vocabularies=true", "data.operation=difference")]
    [TestCase("data.operation=product", "model.activation=gelu")]
    public void Every_variant_learns(params string[] variant)
    {
        using var temporary = new TemporaryFolder();
        Go(temporary.Root, 2, null, null, null, ["train.steps=200", "train.lr=1e-2", "train.decay=0.1", .. variant]);
        double[][] rows = [.. File.ReadAllLines(temporary["metrics.csv"]).Skip(1).Select(line => line.Split(',').Select(double.Parse).ToArray())];
        Assert.That(rows.Where(row => row[2] == 200).Select(row => row[3]), Has.Exactly(4).Items.And.All.LessThan(0.2 * rows[0][3]), "training loss");
    }

    [Test]
    public void Numbers_with_tokens_of_their_own_have_circles_with_a_turn()
    {
        using var temporary = new TemporaryFolder();
        ReportData? report = null;
        Go(temporary["own"], 2, null, null, data => report = data, "data.separate-vocabularies=true");
        Table circles = report!.Tables.Single(table => table.Title.StartsWith("Circles", StringComparison.Ordinal));
        Assert.That(circles.Columns, Does.Contain("turn °"));
        Assert.That(circles.Rows.Select(row => row[^2]), Has.All.Not.EqualTo("–"));
        Go(temporary["shared"], 2, null, null, data => report = data);
        Assert.That(report!.Tables.Single(table => table.Title.StartsWith("Circles", StringComparison.Ordinal)).Columns, Does.Not.Contain("turn °"));
    }

    [TestCase("alpha-prime", 1)]
    [TestCase("gamma", 1)]
    [TestCase("delta", 0.9)]
    public void Linear_models_run_the_same_stages_and_only_delta_reads_the_numbers_apart(string kind, double mostSymmetric)
    {
        using var temporary = new TemporaryFolder();
        ReportData? report = null;
        Go(temporary.Root, 2, null, null, data => report = data, "model.kind=" + kind, "model.width=16");
        double[] symmetric = [.. report!.Claims.First(claim => claim.Id == "symmetry").Measured];
        Assert.That(symmetric, Has.Length.EqualTo(2));
        Assert.That(symmetric, Has.All.LessThanOrEqualTo(mostSymmetric + 1e-6));
        if (mostSymmetric == 1) Assert.That(symmetric, Has.All.EqualTo(1).Within(1e-6));
        Assert.That(Handmade.Model.ModularAdditionLinearFile.Holds(temporary["checkpoints", "seed-3.safetensors"]), "the weights, for analyse and for PyTorch");
    }

    [TestCase(30)]
    [TestCase(130)]
    [TestCase(220)]
    public void A_run_killed_at_any_moment_and_resumed_ends_with_the_same_bits(long steps)
    {
        using var temporary = new TemporaryFolder();
        Go(temporary["whole"], 1);
        Assert.That(() => Go(temporary["killed"], 1, new Killer(steps)), Throws.TypeOf<Killed>());
        Assert.That(Go(temporary["killed"], 2), Is.EqualTo(RunOutcome.Done));
        Assert.That(SmallRun.Bits(temporary["killed"]), Is.EqualTo(SmallRun.Bits(temporary["whole"])));
    }

    [Test]
    public void A_training_that_breaks_names_rate_seed_step_and_kernel()
    {
        using var temporary = new TemporaryFolder();
        Assert.That(() => Go(temporary.Root, 1, null, null, null, "train.lr=10", "train.decay=1000", "train.warm-up=0"),
            Throws.TypeOf<HandmadeException>().With.Message.Match(@"^α 0, seed 3: training broke at step \d+, where \w+.* gave the first NaN or infinity; lower train\.lr"));
    }

    [TestCase("data.operation=product", "data.p=9")]
    [TestCase("model.heads=16", "model.width=12")]
    [TestCase("model.kind=beta", "data.equals-sign=true")]
    public void Options_that_do_not_go_together_are_refused(params string[] extra) =>
        Assert.That(() => new Paper().Configure("quick", extra), Throws.TypeOf<HandmadeException>());

    private sealed class Killed : Exception;

    private sealed class Killer(long steps) : IProgressSink
    {
        public void Begin(string stage) { }

        public void Say(string line) { }

        public void Report(in Progress progress)
        {
            if (progress.Stage == "train" && progress.Step >= steps) throw new Killed();
        }
    }
}
