using System.CommandLine;
using Handmade.Experiments;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Output;
using Handmade.Report;

namespace Handmade.Verbs;

/// <summary><c>handmade sweep EXPERIMENT --grid …</c>: a run at every point of a grid of options, and what they show together.</summary>
internal sealed class Sweep : Verb
{
    private const int MostThreads = 1024, MostRefinements = 20;
    private readonly Catalogue catalogue;
    private readonly Terminal terminal;

    private readonly Argument<string> experiment = new("EXPERIMENT") { Description = "what to run; \"handmade list\" shows all" };
    private readonly Option<string[]> grid = new("--grid") { HelpName = "NAME=VALUES", AllowMultipleArgumentsPerToken = true, Description = "options with the values to try: NAME=V1,V2,… or NAME=FIRST:LAST:COUNT; the group of a name may be left out" };
    private readonly Option<string?> refine = Valued("--refine", "N", "how often an interval in which the outcome flips is halved, where the experiment knows phases (default: 0)");
    private readonly Option<string?> preset = Valued("--preset", "NAME", "the setting that the grid starts from (default: the experiment's)");
    private readonly Option<string?> seed = Valued("--seed", "N", "the seed of every point, or the first one (default: 1)");
    private readonly Option<string?> seeds = Valued("--seeds", "COUNT", "how many seeds at every point (default: the preset's; 1 with --seed)");
    private readonly Option<string[]> set = new("--set") { HelpName = "a.b=VALUE", Description = "sets an option at every point; may be repeated" };
    private readonly Option<string?> device = Valued("--device", "NAME", DeviceChoice.Help);
    private readonly Option<string?> threads = Valued("--threads", "N", "worker threads (default: every core); the results do not depend on it");
    private readonly Option<string?> folder = Valued("--out", "FOLDER", "the sweep's folder (default: runs/sweep-EXPERIMENT-PRESET)");
    private readonly Option<bool> retry = new("--retry") { Description = "tries points again that broke, from their last checkpoints" };
    private readonly Option<bool> quiet = new("--quiet") { Description = "no progress, only the results" };

    /// <summary>The verb over these experiments.</summary>
    public Sweep(Catalogue catalogue, Terminal terminal)
        : base("sweep", "Runs an experiment at every point of a grid of options. The same command goes on where it stopped; a larger grid keeps the points that are done.")
    {
        (this.catalogue, this.terminal) = (catalogue, terminal);
        Add(experiment);
        foreach (System.CommandLine.Option option in (System.CommandLine.Option[])[grid, refine, preset, seed, seeds, set, device, threads, folder, retry, quiet]) Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "sweep clock-pizza --grid attention-rate=0:1:11 width=32,64,128 --seeds 4",
        "sweep clock-pizza --grid attention-rate=0:1:5 --refine 2 --seeds 3",
        "sweep collisions --preset smoke --grid lr=0.001,0.002,0.004 --seeds 2",
    ];

    /// <inheritdoc/>
    protected override int Execute(ParseResult input)
    {
        Experiment chosen = catalogue[input.GetValue(experiment)!];
        string presetName = input.GetValue(preset) ?? chosen.DefaultPreset;
        string[] assignments = input.GetValue(set) ?? [], grids = input.GetValue(grid) ?? [];
        ExperimentOptions options = chosen.Configure(presetName, assignments);
        if (grids.Length == 0) throw new HandmadeException($"A sweep needs --grid NAME=VALUES; \"handmade list {chosen.Name}\" shows the options.");
        GridAxis[] axes = [.. grids.Select(text => GridAxis.Parse(text, chosen.Configure(presetName, assignments).All))];
        IReadOnlyList<ulong> allSeeds = SeedChoice.Read(input, seed, seeds, chosen.Preset(presetName));
        int refinements = (int)WholeNumber.Read(input, refine, 0, MostRefinements, 0);
        int workers = (int)WholeNumber.Read(input, threads, 1, MostThreads, (ulong)Environment.ProcessorCount);
        string path = input.GetValue(folder) ?? Path.Combine("runs", $"sweep-{chosen.Name}-{presetName}");
        var sweep = new Experiments.Sweep(chosen, presetName, assignments, axes, allSeeds, path) { Retries = input.GetValue(retry) };

        using Device taken = DeviceChoice.Open(input.GetValue(device) ?? "auto", workers);
        chosen.Check(taken);
        using WorkerPool? own = taken is HostDevice ? null : new WorkerPool(workers);
        terminal.WriteLine(chosen.Title);
        terminal.WriteLine($"  {sweep.Cells.Count} points of {string.Join(" × ", axes.Select(axis => $"{axis.Values.Count} {axis.Short}"))}, {allSeeds.Count} {(allSeeds.Count == 1 ? "seed" : "seeds")} each, preset {presetName}, folder {path}");
        terminal.WriteLine($"  device {taken.Name}: {taken.Description}");

        using var interrupts = new Interrupts(terminal);
        DateTimeOffset begun = DateTimeOffset.Now;
        bool Go(IProgressSink sink) => sweep.Run(refinements, taken, own ?? ((HostDevice)taken).Workers, sink, ReportWriter.Write, interrupts.Token);
        bool isWhole = input.GetValue(quiet) ? Go(new NoProgress())
            : terminal.Live is { } console ? LiveProgress.Show(console, Go)
            : Go(new PlainProgress(terminal.Out, TimeSpan.FromSeconds(5), TimeProvider.System));

        SweepFindings? findings = sweep.Findings(options);
        RunConfig config = RunConfig.Of(chosen, presetName, options, allSeeds, taken.Name, workers);
        terminal.WriteLine();
        terminal.Write(sweep.Table());
        if (sweep.Cells.Any(cell => cell.Failure is not null)) terminal.WriteLine("Points that broke are kept as they are; the same command with --retry tries them again.");
        foreach (Table table in findings?.Tables ?? []) terminal.Write(table);
        string report = sweep.Write(config, findings, options, $"handmade {string.Join(' ', input.Tokens.Select(token => token.Value))}", DateTimeOffset.Now - begun, ReportWriter.Write);
        terminal.WriteLine($"Report: {report}");
        if (isWhole) return 0;
        terminal.Error.WriteLine("Stopped at a checkpoint; the same command goes on.");
        return interrupts.ExitCode;
    }

    private static Option<string?> Valued(string name, string value, string description) => new(name) { HelpName = value, Description = description };
}
