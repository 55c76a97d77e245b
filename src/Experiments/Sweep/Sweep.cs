using System.Globalization;
using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Experiments;

/// <summary>
/// A grid of runs over options of one experiment. Each point is a run in a folder of its own, so a sweep that was stopped goes on where it stopped,
/// and a larger grid takes over what a smaller one has. Points run one after another in this process, each on all threads; a point that breaks is
/// kept with its reason, and the others go on. It is tried again when the user says so.
/// </summary>
public sealed class Sweep
{
    private const string FailureName = "failure.txt";
    private readonly Experiment experiment;
    private readonly string preset;
    private readonly IReadOnlyList<string> assignments;
    private readonly IReadOnlyList<GridAxis> axes;
    private readonly IReadOnlyList<ulong> seeds;
    private readonly string folder;
    private readonly List<SweepCell> cells = [];

    /// <summary>A sweep over <paramref name="axes"/>, the first one slowest; <paramref name="assignments"/> hold at every point.</summary>
    /// <exception cref="HandmadeException">Two axes for one option, or options that do not go together.</exception>
    public Sweep(Experiment experiment, string preset, IReadOnlyList<string> assignments, IReadOnlyList<GridAxis> axes, IReadOnlyList<ulong> seeds, string folder)
    {
        (this.experiment, this.preset, this.assignments, this.axes, this.seeds, this.folder) = (experiment, preset, assignments, axes, seeds, folder);
        if (axes.GroupBy(axis => axis.Option).FirstOrDefault(group => group.Count() > 1) is { } twice) throw new HandmadeException($"--grid has {twice.Key} twice; give all its values at once.");
        IEnumerable<IReadOnlyList<(string, string)>> points = [[]];
        foreach (GridAxis axis in axes) points = [.. points.SelectMany(point => axis.Values, (point, value) => (IReadOnlyList<(string, string)>)[.. point, (axis.Option, value)])];
        foreach (var point in points) Add(point);
    }

    /// <summary>Every point with what became of it.</summary>
    public IReadOnlyList<SweepCell> Cells => cells;

    /// <summary>Whether points that broke are tried again, from their last checkpoints.</summary>
    public bool Retries { get; init; }

    /// <summary>Runs what is still to do; false when the user stopped it.</summary>
    /// <param name="refinements">How many times the interval in which neighbours along the experiment's phase boundary differ is halved.</param>
    /// <param name="device">The device of every run.</param>
    /// <param name="workers">The host's threads.</param>
    /// <param name="progress">Where progress goes.</param>
    /// <param name="report">Writes a run's report page.</param>
    /// <param name="interrupt">Signalled by Ctrl-C.</param>
    public bool Run(int refinements, Device device, WorkerPool workers, IProgressSink progress, Action<string, ReportData>? report, CancellationToken interrupt)
    {
        var lengths = new RunLengths { Total = cells.Count };
        progress.Begin("sweep");
        for (int round = 0, from = 0; from < cells.Count; round++)
        {
            int to = cells.Count;
            for (int i = from; i < to; i++)
                if (!Carry(i, lengths, device, workers, progress, report, interrupt)) return false;
            from = to;
            if (round < refinements) Refine();
            lengths.Total = cells.Count;
        }
        return true;
    }

    /// <summary>The table of all points: state, and the mean over seeds of what each claim measured.</summary>
    public Table Table()
    {
        string[] claims = [.. cells.SelectMany(cell => cell.Claims).Select(claim => claim.Id).Distinct()];
        return new Table($"Points of the sweep: {cells.Count(cell => cell.IsDone)} done, {cells.Count(cell => cell.Failure is not null)} broken",
            [.. axes.Select(axis => axis.Short), "state", .. claims],
            [.. cells.Select(cell => (IReadOnlyList<string>)
            [
                .. axes.Select(axis => cell[axis.Option]), cell.Failure ?? (cell.IsDone ? "done" : "to do"),
                .. claims.Select(id => cell.Claims.FirstOrDefault(claim => claim.Id == id) is { Measured.Count: > 0 } claim ? claim.Measured.Average().ToString("0.###", CultureInfo.InvariantCulture) : "–"),
            ])]);
    }

    /// <summary>What the finished points show together; null where the experiment knows no phases, or nothing is finished.</summary>
    public SweepFindings? Findings(ExperimentOptions options) =>
        cells.Any(cell => cell.IsDone) ? experiment.PhaseDiagram(options)?.Findings([.. cells.Where(cell => cell.IsDone)], axes) : null;

    /// <summary>Writes <c>sweep.csv</c>, the figures and <c>report.html</c>; returns the report's path.</summary>
    /// <param name="config">The configuration that the grid starts from.</param>
    /// <param name="findings">See <see cref="Findings"/>.</param>
    /// <param name="options">The options of that configuration.</param>
    /// <param name="command">The command line.</param>
    /// <param name="duration">How long this call took.</param>
    /// <param name="write">Writes the page.</param>
    public string Write(RunConfig config, SweepFindings? findings, ExperimentOptions options, string command, TimeSpan duration, Action<string, ReportData> write)
    {
        Table points = Table();
        AtomicFile.WriteText(Path.Combine(folder, "sweep.csv"), string.Concat(points.Rows.Prepend(points.Columns).Select(row => string.Join(',', row.Select(Quoted)) + "\n")));
        var figures = new List<ReportFigure>();
        foreach (var (name, panels, caption) in findings?.Figures ?? [])
        {
            string path = Path.Combine(folder, "figures", name);
            panels.Write(path + ".svg");
            panels.WriteCsv(path + ".csv");
            figures.Add(new ReportFigure(panels.ToSvg(), caption, $"figures/{name}.csv"));
        }
        string report = Path.Combine(folder, "report.html");
        write(report, new ReportData(findings?.Title ?? $"{experiment.Name}: a sweep over {string.Join(" and ", axes.Select(axis => axis.Short))}", experiment.Paper, config, DateTimeOffset.Now, duration)
        {
            Summary = findings?.Summary ?? [],
            Tables = [.. findings?.Tables ?? [], points],
            Figures = figures,
            Options = [.. options.All],
            Command = command,
        });
        return report;

        static string Quoted(string text) => text.AsSpan().ContainsAny(',', '"', '\n') ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : text;
    }

    private void Add(IReadOnlyList<(string Option, string Value)> values)
    {
        var cell = new SweepCell(values, "");
        cells.Add(cell with { Folder = Path.Combine(folder, "points", cell.Name) });
        Configure(cell);
    }

    private ExperimentOptions Configure(SweepCell cell) => experiment.Configure(preset, assignments.Concat(cell.Values.Select(v => $"{v.Option}={v.Value}")));

    private bool Carry(int i, RunLengths lengths, Device device, WorkerPool workers, IProgressSink progress, Action<string, ReportData>? report, CancellationToken interrupt)
    {
        if (interrupt.IsCancellationRequested) return false;
        SweepCell cell = cells[i];
        string failure = Path.Combine(cell.Folder, FailureName);
        ExperimentOptions options = Configure(cell);
        using RunFolder run = RunFolder.Open(cell.Folder, RunConfig.Of(experiment, preset, options, seeds, device.Name, workers.Threads));
        if (Retries) File.Delete(failure);
        if (File.Exists(failure))
        {
            cells[i] = cell with { Failure = File.ReadAllText(failure).Trim() };
            lengths.Count(isRunHere: false);
            return true;
        }
        try
        {
            RunOutcome outcome = experiment.Run(new RunContext(options, run, device, workers, new SweepProgress(progress, lengths), interrupt) { ReportWriter = report });
            if (outcome == RunOutcome.Interrupted) return false;
            cells[i] = cell with { IsDone = true };
            lengths.Count(isRunHere: outcome == RunOutcome.Done);
        }
        catch (HandmadeException e)
        {
            AtomicFile.WriteText(failure, e.Message + "\n");
            cells[i] = cell with { Failure = e.Message };
            lengths.Count(isRunHere: true);
            progress.Say($"{cell.Name} broke: {e.Message} (the same command with --retry tries it again)");
        }
        return true;
    }

    // Between neighbours along the boundary that lie on different sides: a point halfway, where the option takes one.
    private void Refine()
    {
        if (experiment.PhaseDiagram(experiment.Configure(preset, assignments)) is not { } phases || axes.All(axis => axis.Option != phases.Along)) return;
        var line = cells.Where(cell => cell.IsDone).GroupBy(cell => string.Join(',', cell.Values.Where(v => v.Option != phases.Along).Select(v => v.Value)));
        foreach (SweepCell[] along in line.Select(group => group.OrderBy(cell => cell.Number(phases.Along)).ToArray()).ToArray())
            for (int i = 1; i < along.Length; i++)
            {
                if (Majority(along[i - 1]) == Majority(along[i])) continue;
                double middle = Math.Round((along[i - 1].Number(phases.Along) + along[i].Number(phases.Along)) / 2, 12);
                string value = middle.ToString(CultureInfo.InvariantCulture);
                if (value != along[i - 1][phases.Along] && value != along[i][phases.Along])
                    Add([.. along[i].Values.Select(v => v.Option == phases.Along ? (v.Option, value) : v)]);
            }

        bool Majority(SweepCell cell) => 2 * phases.Sides(cell).Count(side => side) > phases.Sides(cell).Count;
    }
}
