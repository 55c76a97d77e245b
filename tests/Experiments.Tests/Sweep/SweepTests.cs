using Handmade.Kernels;
using Handmade.Kernels.Host;
using Adding = Handmade.Experiments.ClockPizza.ClockPizza;

namespace Handmade.Experiments.Tests;

/// <summary>Grids of small runs.</summary>
public class SweepTests
{
    private static readonly string[] small = ["data.p=7", "model.heads=2", "train.steps=20", "analysis.measurements=2", "analysis.triples=20"];

    private static Experiments.Sweep Walks(string folder, Walk walk, params string[] grid) =>
        new(walk, "smoke", [], [.. grid.Select(text => GridAxis.Parse(text, new WalkOptions().All))], [1, 2], folder);

    private static bool Go(Experiments.Sweep sweep, int refinements = 0, IProgressSink? sink = null, CancellationToken interrupt = default)
    {
        using var device = new HostDevice(2);
        return sweep.Run(refinements, device, device.Workers, sink ?? new NoProgress(), null, interrupt);
    }

    [Test]
    public void Every_point_is_a_run_in_a_folder_named_for_its_values()
    {
        using var temporary = new TemporaryFolder();
        var sweep = Walks(temporary.Root, new Walk(), "rate=0.1,0.2", "layers=2,3,4");
        Assert.That(Go(sweep));
        Assert.Multiple(() =>
        {
            Assert.That(sweep.Cells, Has.Count.EqualTo(6));
            Assert.That(sweep.Cells.All(cell => cell.IsDone && File.Exists(Path.Combine(cell.Folder, "claims.json"))));
            Assert.That(Directory.Exists(temporary["points", "rate=0.2,layers=4"]));
            Assert.That(sweep.Table().Columns, Is.EqualTo(new[] { "rate", "layers", "state", "near" }));
        });
    }

    [Test]
    public void A_second_call_runs_only_what_is_new()
    {
        using var temporary = new TemporaryFolder();
        Go(Walks(temporary.Root, new Walk(), "rate=0.1,0.2"));
        var again = new Walk();
        var larger = Walks(temporary.Root, again, "rate=0.1,0.2,0.3");
        Assert.That(Go(larger));
        Assert.That(again.Ran.Count(stage => stage == "train"), Is.EqualTo(1));
        Assert.That(larger.Cells.All(cell => cell.IsDone));
    }

    [Test]
    public void A_point_that_breaks_is_shown_with_its_reason_and_the_others_go_on()
    {
        using var temporary = new TemporaryFolder();
        int begun = 0;
        var walk = new Walk { AfterStep = step => { if (step == 1 && ++begun == 2) throw new HandmadeException("the walker fell"); } };
        var sweep = Walks(temporary.Root, walk, "rate=0.1,0.2,0.3");
        Assert.That(Go(sweep));
        Assert.That(sweep.Cells.Select(cell => cell.Failure), Is.EqualTo(new[] { null, "the walker fell", null }));
        Assert.That(sweep.Table().Rows[1], Does.Contain("the walker fell"));
        // It is kept: another call shows it again and runs nothing.
        var again = new Walk();
        var second = Walks(temporary.Root, again, "rate=0.1,0.2,0.3");
        Go(second);
        Assert.That((second.Cells[1].Failure, again.Ran.Contains("train")), Is.EqualTo(("the walker fell", false)));
    }

    [Test]
    public void A_point_that_broke_is_tried_again_when_asked_for()
    {
        using var temporary = new TemporaryFolder();
        Go(Walks(temporary.Root, new Walk { AfterStep = step => { if (step == 6) throw new HandmadeException("seed 2: the walker fell"); } }, "rate=0.1"));
        var sweep = new Experiments.Sweep(new Walk(), "smoke", [], [GridAxis.Parse("rate=0.1,0.2", new WalkOptions().All)], [1, 2], temporary.Root) { Retries = true };
        Assert.That(Go(sweep));
        Assert.That(sweep.Cells.Select(cell => (cell.IsDone, cell.Failure)), Is.All.EqualTo((true, (string?)null)));
        // What broke once is a point like any other from now on.
        var third = Walks(temporary.Root, new Walk(), "rate=0.1,0.2");
        Go(third);
        Assert.That(third.Cells.Select(cell => cell.Failure), Is.All.Null);
    }

    [Test]
    public void A_point_that_breaks_says_whose_training_it_was_and_how_to_go_on()
    {
        using var temporary = new TemporaryFolder();
        var adding = new Adding();
        string[] assignments = [.. small, "train.lr=10", "train.decay=1000", "train.warm-up=0"];
        var sweep = new Experiments.Sweep(adding, "quick", assignments, [GridAxis.Parse("attention-rate=0", adding.Configure("quick", assignments).All)], [3, 4], temporary.Root);
        var sink = new Recorder();
        Assert.That(Go(sweep, sink: sink));
        Assert.That(sweep.Cells[0].Failure, Does.Match(@"^α 0, seed [34]: training broke at step"));
        Assert.That(sink.Lines.Single(), Does.Contain(sweep.Cells[0].Failure).And.Contain("--retry"));
    }

    [Test]
    public void Progress_never_falls()
    {
        using var temporary = new TemporaryFolder();
        var adding = new Adding();
        var sweep = new Experiments.Sweep(adding, "quick", small, [GridAxis.Parse("width=8,12", adding.Configure("quick", small).All)], [1, 2], temporary.Root);
        var sink = new Recorder();
        Assert.That(Go(sweep, sink: sink));
        Assert.That(sink.Steps, Is.Ordered);
        Assert.That(sink.Steps[^1], Is.EqualTo(2000), "two points of a thousand parts");
    }

    [Test]
    public void A_sweep_that_is_stopped_goes_on()
    {
        using var temporary = new TemporaryFolder();
        using var source = new CancellationTokenSource();
        int steps = 0;
        var walk = new Walk { AfterStep = _ => { if (++steps == 15) source.Cancel(); } };
        Assert.That(Go(Walks(temporary.Root, walk, "rate=0.1,0.2,0.3"), interrupt: source.Token), Is.False);
        var rest = Walks(temporary.Root, new Walk(), "rate=0.1,0.2,0.3");
        Assert.That(Go(rest));
        Assert.That(rest.Cells.All(cell => cell.IsDone));
    }

    [Test]
    public void Points_that_cannot_be_are_refused_before_anything_runs()
    {
        using var temporary = new TemporaryFolder();
        Assert.That(() => Walks(temporary.Root, new Walk(), "rate=0.1,0.2", "train.rate=0.3"), Throws.TypeOf<HandmadeException>().With.Message.Contains("train.rate twice"));
        Assert.That(() => Walks(temporary.Root, new Walk(), "layers=6,7", "steps=8"), Throws.TypeOf<HandmadeException>().With.Message.Contains("model.layers=7 needs"));
        Assert.That(Directory.EnumerateFileSystemEntries(temporary.Root), Is.Empty);
    }

    [Test]
    public void A_phase_diagram_has_a_table_of_all_networks_and_figures_with_their_numbers()
    {
        using var temporary = new TemporaryFolder();
        var adding = new Adding();
        ExperimentOptions options = adding.Configure("quick", small);
        var sweep = new Experiments.Sweep(adding, "quick", small, [GridAxis.Parse("attention-rate=0,1", options.All), GridAxis.Parse("width=8,12", options.All)], [1, 2], temporary.Root);
        Assert.That(Go(sweep));
        SweepFindings findings = sweep.Findings(adding.Configure("quick", small))!;
        Assert.Multiple(() =>
        {
            Assert.That(findings.Tables[0].Rows, Has.Count.EqualTo(2), "a boundary for each width");
            Assert.That(findings.Tables[1].Rows, Has.Count.EqualTo(8), "four points of two seeds");
            Assert.That(findings.Figures.Select(figure => figure.Name), Is.EqualTo(new[] { "phases", "boundary", "symmetry" }));
        });
        ReportData? report = null;
        using var device = new HostDevice(1);
        sweep.Write(RunConfig.Of(adding, "quick", options, [1, 2], device.Name, 1), findings, options, "handmade sweep", TimeSpan.Zero, (_, data) => report = data);
        Assert.That(File.ReadAllLines(temporary["sweep.csv"]), Has.Length.EqualTo(5));
        Assert.That(report!.Figures.All(figure => File.Exists(Path.Combine(temporary.Root, figure.CsvPath))));
    }

    [Test]
    public void The_interval_in_which_the_outcome_flips_is_halved()
    {
        using var temporary = new TemporaryFolder();
        // Untrained networks are less symmetric the more they attend: .7 at α = 0, .45 at 1. With the mark between, the flip lies inside the grid.
        string[] assignments = [.. small, "train.lr=0", "train.decay=0", "analysis.pizza-from=0.6"];
        var adding = new Adding();
        var sweep = new Experiments.Sweep(adding, "quick", assignments, [GridAxis.Parse("attention-rate=0,1", adding.Configure("quick", assignments).All)], [1, 2, 3], temporary.Root);
        Assert.That(Go(sweep, refinements: 2));
        double[] rates = [.. sweep.Cells.Select(cell => cell.Number("model.attention-rate")).Order()];
        Assert.That(rates, Has.Length.EqualTo(4));
        Assert.That(rates, Does.Contain(0.5));
        Assert.That(rates[1..3], Is.EqualTo(new[] { 0.25, 0.5 }).Or.EqualTo(new[] { 0.5, 0.75 }));
    }

    private sealed class Recorder : IProgressSink
    {
        public List<long> Steps { get; } = [];

        public List<string> Lines { get; } = [];

        public void Begin(string stage) { }

        public void Report(in Progress progress)
        {
            lock (Steps) Steps.Add(progress.Step);
        }

        public void Say(string line) => Lines.Add(line);
    }
}
