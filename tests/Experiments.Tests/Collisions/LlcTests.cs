using Handmade.Experiments.Collisions;
using Handmade.Kernels.Host;

namespace Handmade.Experiments.Tests.Collisions;

/// <summary>Local learning coefficients of a small run.</summary>
public sealed class LlcTests
{
    private static readonly string[] few = ["llc.run=default", "llc.checkpoints=3", "llc.draws=6", "llc.burn-in=3", "llc.batch=2", "train.control-steps=0"];

    private static RunOutcome Go(string path, int threads, string[] extra, IProgressSink? sink = null, CancellationTokenSource? interrupt = null, Action<ReportData>? report = null)
    {
        using var device = new HostDevice(threads);
        return SmallRun.Go(path, device, device.Workers, [.. few, .. extra], sink, interrupt, report);
    }

    [Test]
    public void Every_coefficient_is_written_with_all_its_settings()
    {
        using var temporary = new TemporaryFolder();
        ReportData? report = null;
        Go(temporary.Root, 2, ["llc.nbeta=25", "llc.sweep=true"], report: data => report = data);
        string[][] rows = [.. File.ReadAllLines(temporary["llc.csv"]).Select(line => line.Split(','))];
        string Cell(int row, string column) => rows[row][Array.IndexOf(rows[0], column)];
        int parameters = ((3 * 4 * 8) + (3 * 4)) + (8 * 4);
        Assert.Multiple(() =>
        {
            Assert.That(rows, Has.Length.EqualTo(1 + (3 * 2) + (3 * 4 * 4)), "three checkpoints of two scopes, and the sweep");
            Assert.That(rows.Select(row => row.Length).Distinct().Count(), Is.EqualTo(1));
            Assert.That((Cell(1, "scope"), Cell(1, "nbeta"), Cell(1, "gamma"), Cell(1, "chains"), Cell(1, "draws"), Cell(1, "batch"), Cell(1, "baseline")), Is.EqualTo(("whole", "25", "1000", "4", "6", "2", "paired")));
            Assert.That(Cell(4, "scope"), Does.StartWith("head "));
            Assert.That(Cell(4, "parameters"), Is.EqualTo($"{parameters}"), "rows of q, k and v with their biases, columns of the output");
            Assert.That(File.ReadAllLines(temporary["llc-traces.csv"]), Has.Length.EqualTo(1 + (6 * 4 * 6)));
            Assert.That(report!.Figures.Count(figure => figure.Caption.Contains("oefficient") || figure.Caption.Contains("chain")), Is.EqualTo(3));
            Assert.That(report.Tables.Single(table => table.Title.StartsWith("Local learning", StringComparison.Ordinal)).Title, Does.Contain("nβ 25, γ 1000, ε 0.03, 4 chains of 6 draws, burn-in 3, metric of 64 batches at w*, paired baseline"));
        });
    }

    [Test]
    public void Full_estimates_every_seed_head_and_checkpoint_and_says_how_long()
    {
        using var temporary = new TemporaryFolder();
        var said = new Sayings();
        Go(temporary.Root, 2, ["llc.run=full", "llc.draws=2", "llc.chains=1", "train.steps=20", "data.trajectories=10"], said);
        string[] lines = File.ReadAllLines(temporary["llc.csv"]);
        int checkpoints = lines.Count(line => line.StartsWith("seed 3,", StringComparison.Ordinal) && line.Contains(",whole,"));
        Assert.That(lines, Has.Length.EqualTo(1 + (2 * 5 * checkpoints)), "two seeds, the whole and four heads");
        Assert.That(said.Lines, Has.Some.Match(@"^\d+ local learning coefficients of 1 chains: at most about \d+ min$"));
    }

    [Test]
    public void Chains_stopped_and_resumed_on_other_threads_end_with_the_same_bits()
    {
        using var temporary = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        Go(temporary["whole"], 1, []);
        Assert.That(Go(temporary["stopped"], 2, [], new Interrupter(source, 3), source), Is.EqualTo(RunOutcome.Interrupted));
        Assert.That(Go(temporary["stopped"], 2, []), Is.EqualTo(RunOutcome.Done));
        Assert.That(SmallRun.Bits(temporary["stopped"]), Is.EqualTo(SmallRun.Bits(temporary["whole"])));
    }

    [Test]
    public void Numbers_in_doubt_make_no_plateau()
    {
        using var temporary = new TemporaryFolder();
        ReportData? report = null;
        Go(temporary.Root, 2, ["llc.checkpoints=8", "llc.draws=3", "llc.preconditioner=none", "llc.step-size=10"], report: data => report = data);
        Assert.Multiple(() =>
        {
            Assert.That(report!.Tables.Single(table => table.Title.StartsWith("Local learning", StringComparison.Ordinal)).Rows.Select(row => row[^1]), Has.All.Not.Empty, "steps that long leave every checkpoint");
            Claim[] plateaus = [.. report.Claims.Where(claim => claim.Id.StartsWith("llc-plateau", StringComparison.Ordinal))];
            Assert.That(plateaus.SelectMany(claim => claim.Measured), Has.Exactly(2).NaN);
            Assert.That(plateaus.Select(claim => claim.Passed), Has.All.False);
        });
    }

    [Test]
    public void A_step_between_two_slopes_is_a_plateau_and_a_slope_that_levels_off_is_none()
    {
        LlcPoint[] Curve(params double[] values) => [.. values.Select((value, i) => new LlcPoint(10L << i, value, 0.1))];
        (long, long) window = (10L << 3, 10L << 6);
        Assert.Multiple(() =>
        {
            Assert.That(LlcPlateau.Flattest(Curve(0, 2, 4, 5, 5, 5.2, 7, 9, 10), window), Is.EqualTo(0.02).Within(1e-12));
            Assert.That(LlcPlateau.Flattest(Curve(0, 1, 2, 3, 4, 5, 6, 7, 8), window), Is.EqualTo(0.25).Within(1e-12), "a slope");
            Assert.That(LlcPlateau.Flattest(Curve(0, 3, 6, 9, 10, 10, 10, 10, 10), window), Is.NaN.Or.GreaterThan(LlcPlateau.Little), "it only levels off");
            Assert.That(LlcPlateau.Window([(0, 0.1), (10, 0.1), (20, 0.2), (40, 0.5), (80, 0.89), (160, 0.9)]), Is.EqualTo((20L, 80L)));
        });
    }

    private sealed class Sayings : IProgressSink
    {
        public List<string> Lines { get; } = [];

        public void Begin(string stage) { }

        public void Say(string line) => Lines.Add(line);

        public void Report(in Progress progress) { }
    }

    private sealed class Interrupter(CancellationTokenSource source, long steps) : IProgressSink
    {
        public void Begin(string stage) { }

        public void Say(string line) { }

        public void Report(in Progress progress)
        {
            if (progress.Stage == "llc" && progress.Step >= steps) source.Cancel();
        }
    }
}
