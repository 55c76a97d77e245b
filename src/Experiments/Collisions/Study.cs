using Handmade.Analysis.Figures;

namespace Handmade.Experiments.Collisions;

/// <summary>One run of the experiment: its stages and what they share.</summary>
internal sealed partial class Study(CollisionsOptions options, string paper, RunContext run)
{
    // Steps between looks at progress, interrupts and the NaN flag: some tens of milliseconds.
    private const int Stride = 50;

    private readonly List<Cohort> cohorts = [];

    /// <summary>The training and held-out data of one trainee.</summary>
    private sealed record Cohort(TraineeFiles Files, ulong Seed, int Steps, TrainingSet Data, TestFrames Test);

    private string Config => string.Join('\n', run.Folder.Config.Options.Select(option => $"{option.Name}={option.Json}"));

    private IEnumerable<TraineeFiles> SeedFiles => run.Seeds.Select(seed => new TraineeFiles(run.Folder, $"seed {seed}", Config));

    private TraineeFiles ControlFiles => new(run.Folder, "control", Config);

    /// <summary>Simulates the training data of every seed and the held-out trajectories, and the same for the control.</summary>
    public void Simulate()
    {
        int total = run.Seeds.Count + (options.ControlSteps > 0 ? 1 : 0);
        var heldOut = new HeldOut(run.Device, options.Scene, options.TestSeed, options.TestTrajectories, run.Workers);
        foreach (var (files, seed) in SeedFiles.Zip(run.Seeds)) Prepare(files, seed, options.Steps, heldOut);
        if (options.ControlSteps == 0) return;
        var ghosts = new HeldOut(run.Device, options.Scene with { Interacting = false }, options.TestSeed, options.TestTrajectories, run.Workers);
        Prepare(ControlFiles, run.Seeds[0], options.ControlSteps, ghosts);

        void Prepare(TraineeFiles files, ulong seed, int steps, HeldOut test)
        {
            run.StopIfInterrupted();
            var data = new TrainingSet(run.Device, test.Scene, seed, options.Trajectories, run.Workers);
            cohorts.Add(new Cohort(files, seed, steps, data, test.All(data.Scale)));
            run.Report(cohorts.Count, total);
        }
    }

    /// <summary>
    /// Trains every seed and the control. Each is a captured step of its own; the host's threads take turns at the one that has most
    /// steps left, so that all end together whatever their number. Another device has one queue, which one thread fills.
    /// </summary>
    public void Train() => Turns.Take(run, cohorts.Select(c => new Training(c.Files, options, run.Device, c.Seed, c.Steps, c.Data, c.Test)), Stride);

    /// <summary>Asks the trained networks what a reviewer would ask.</summary>
    public void Control()
    {
        SeedHistory[] histories = Histories().Seeds;
        TrainedSeed[] trained = [.. histories.Zip(run.Seeds, SeedFiles).Select(seed => new TrainedSeed(seed.First, seed.Second, seed.Third))];
        new Controls(options, run, trained).Measure().Save(run.Folder, Config, run.Device);
    }

    /// <summary>Writes the metrics of every checkpoint, the tables of heads and seeds, and the claims.</summary>
    public void Analyse()
    {
        var (seeds, control) = Histories();
        ControlResults controls = MeasuredControls();
        IReadOnlyList<IReadOnlyList<Emergence>> emergence = Emerged(seeds);
        Findings.WriteMetrics(run.Folder, control is null ? seeds : [.. seeds, control]);
        HeightPhases.Write(run.Folder, control is null ? seeds : [.. seeds, control]);
        LlcResults? llc = Coefficients(seeds);
        llc?.Write(run.Folder.MetricsFile("llc.csv"));
        llc?.WriteTraces(run.Folder.MetricsFile("llc-traces.csv"));
        run.Folder.Tables =
        [
            Findings.Heads(seeds, options), Findings.Seeds(seeds, control, options), HeadCounts.Of(seeds, options),
            EmergenceTables.Laws(emergence), EmergenceTables.Stretches(emergence, options), ChangePoints.Table(Turned(seeds)), ChangePoints.Order(Turned(seeds)),
            ControlFindings.Overview(seeds, control, controls, options), ControlFindings.Heads(seeds, controls, options),
            .. llc is null ? [] : new[] { LlcFindings.Table(llc, options) },
        ];
        run.Folder.Claims =
        [
            .. Claims.Of(seeds, control, options), .. HeadCounts.Claims(seeds, options), .. EmergenceClaims.Of(emergence, seeds, options),
            .. ControlFindings.Claims(seeds, controls, options), .. llc is null ? [] : LlcFindings.Claims(llc),
        ];
    }

    /// <summary>Draws the figures and writes the report.</summary>
    public void Report()
    {
        var (seeds, control) = Histories();
        var (shown, seed) = (seeds[Shown(seeds)], run.Seeds[Shown(seeds)]);
        var observed = new Observed(run, options, shown, seed, SeedFiles.First(files => files.Name == shown.Name));
        run.WriteReport(new ReportData(Findings.Title(seeds, options), paper, run.Folder.Config, DateTimeOffset.Now, run.Folder.Stages.Total)
        {
            Summary = Findings.Summary(seeds, control, options),
            Claims = run.Folder.Claims,
            Tables = run.Folder.Tables,
            Options = [.. options.All],
            Figures = [.. ReportFigures(seeds, observed)],
            Scenes = [.. observed.PlayerScenes()],
        });
    }

    private (SeedHistory[] Seeds, SeedHistory? Control) Histories() => (
        [.. SeedFiles.Select(files => SeedHistory.Read(files, options.Steps, options, run.Device))],
        options.ControlSteps > 0 ? SeedHistory.Read(ControlFiles, options.ControlSteps, options, run.Device) : null);

    private ControlResults MeasuredControls() => ControlResults.Load(run.Folder, Config, options, run.Seeds.Count, run.Device);

    private IEnumerable<ReportFigure> ReportFigures(SeedHistory[] seeds, Observed observed)
    {
        Figure loss = Figures.Loss(seeds);
        yield return Written("loss", loss.Write, loss.WriteCsv, loss.ToSvg(), "Error on held-out frames, relative to predicting that every disc falls freely.");
        Panels scores = Figures.Scores(seeds, options);
        yield return Written("scores", scores.Write, scores.WriteCsv, scores.ToSvg(), "Contact score of every head at every checkpoint. Detectors emerge in one block, at about the same time.");
        Figure histogram = Figures.Histogram(seeds);
        yield return Written("histogram", histogram.Write, histogram.WriteCsv, histogram.ToSvg(), "Training step against contact score, all heads of all runs (the form of the paper's Figure 2); colour is clipped at the 95th percentile of the counts.");
        foreach (ReportFigure figure in EmergenceReport(seeds, observed.Name)) yield return figure;
        Panels attention = observed.AttentionFigure();
        yield return Written("attention", attention.Write, attention.WriteCsv, attention.ToSvg(), $"What heads of {observed.Name} look at (the form of the paper's Figure 3); 2.1 is head 1 of block 2. A line from i to j is as opaque as the attention that i gives to j. Nearly settled discs come later than any that the network was trained on.");
        Diagram architecture = observed.ArchitectureFigure();
        yield return Written("architecture", architecture.Write, architecture.WriteCsv, architecture.ToSvg(), "The network with the widths of this run (the form of the paper's Figure 4). The residual stream runs from left to right; an orange dot is a head.");
        Panels bars = Figures.HeadsPerBlock(seeds, options);
        yield return Written("heads-per-block", bars.Write, bars.WriteCsv, bars.ToSvg(), "Number of true and of partial collision heads in each block, a bar for each run (the form of the paper's Figure 5).");
        ControlResults controls = MeasuredControls();
        Panels ablation = ControlFigures.Ablation(seeds, controls, options);
        yield return Written("ablation", ablation.Write, ablation.WriteCsv, ablation.ToSvg(), $"Held-out loss of {seeds[controls.Ablated].Name} when what one head gathers is replaced by its mean or by zeros: a head is used where the bars rise above the line.");
        Panels transfer = ControlFigures.Transfer(seeds, controls, options);
        yield return Written("transfer", transfer.Write, transfer.WriteCsv, transfer.ToSvg(), "The same networks among fewer or more discs and under other gravity: does each run's best head still point at contacts, and is the prediction still better than free fall?");
        foreach (ReportFigure figure in LlcFigures(seeds)) yield return figure;
    }

    /// <summary>The seed whose best true, partial and none heads show most: a kind that a seed lacks adds nothing.</summary>
    private int Shown(SeedHistory[] seeds) => Enumerable.Range(0, seeds.Length).MaxBy(i =>
        seeds[i].Last.AllHeads.GroupBy(head => options.LabelOf(head.Score), head => head.Score.Contact).Sum(kind => kind.Max()));

    private ReportFigure Written(string name, Action<string> writeSvg, Action<string> writeCsv, string svg, string caption)
    {
        string path = run.Folder.FigurePath(name), csv = Path.ChangeExtension(path, ".csv");
        writeSvg(path);
        writeCsv(csv);
        return new ReportFigure(svg, caption, $"figures/{Path.GetFileName(csv)}");
    }
}
