using System.CommandLine;
using System.Runtime.ExceptionServices;
using Handmade.Experiments;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Output;
using Handmade.Profiling;
using Handmade.Report;

namespace Handmade.Verbs;

/// <summary><c>handmade run EXPERIMENT</c>: simulates, trains, analyses, and shows what came of it.</summary>
internal sealed class Run : Verb
{
    private const int MostThreads = 1024;
    private readonly Catalogue catalogue;
    private readonly Terminal terminal;

    private readonly Argument<string> experiment = new("EXPERIMENT") { Description = "what to run; \"handmade list\" shows all" };
    private readonly Option<string?> preset = Valued("--preset", "NAME", "a setting of the experiment (default: the one that \"handmade list\" marks)");
    private readonly Option<string?> seed = Valued("--seed", "N", "the seed, or the first one (default: 1)");
    private readonly Option<string?> seeds = Valued("--seeds", "COUNT", "how many seeds, counted up (default: the preset's; 1 with --seed)");
    private readonly Option<string?> device = Valued("--device", "NAME", DeviceChoice.Help);
    private readonly Option<bool> allowTf32 = new("--allow-tf32") { Description = DeviceChoice.HelpTf32 };
    private readonly Option<string[]> set = new("--set") { HelpName = "a.b=VALUE", Description = "sets an option; may be repeated; \"handmade list EXPERIMENT\" shows all" };
    private readonly Option<string?> llc = Valued("--llc", "off|default|full", "short for --set llc.run=…: which local learning coefficients are estimated");
    private readonly Option<string?> folder = Valued("--out", "FOLDER", "the run's folder (default: runs/EXPERIMENT-PRESET-SEEDS)");
    private readonly Option<string?> threads = Valued("--threads", "N", "worker threads (default: every core); the results do not depend on it");
    private readonly Option<string?> profile = Valued("--profile", "FILE", "writes the device time of every kernel as a trace for chrome://tracing or Perfetto");
    private readonly Option<bool> quiet = new("--quiet") { Description = "no progress, only the results" };

    /// <summary>The verb over these experiments.</summary>
    public Run(Catalogue catalogue, Terminal terminal)
        : base("run", "Runs an experiment. An unfinished run in the same folder goes on where it stopped.")
    {
        (this.catalogue, this.terminal) = (catalogue, terminal);
        experiment.CompletionSources.Add(_ => catalogue.Experiments.Select(e => new System.CommandLine.Completions.CompletionItem(e.Name)));
        Add(experiment);
        foreach (System.CommandLine.Option option in (System.CommandLine.Option[])[preset, seed, seeds, set, llc, device, allowTf32, threads, folder, profile, quiet]) Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "run collisions",
        "run collisions --preset smoke",
        "run clock-pizza --preset tiny",
        "run collisions --preset tiny --seed 7 --set model.blocks=3 --out runs/three-blocks",
        "run collisions --seeds 5 --threads 2 > run.log",
        "run collisions --preset smoke --profile trace.json",
    ];

    /// <inheritdoc/>
    protected override int Execute(ParseResult input)
    {
        Experiment chosen = catalogue[input.GetValue(experiment)!];
        string presetName = input.GetValue(preset) ?? chosen.DefaultPreset;
        ExperimentOptions options = chosen.Configure(presetName, [.. input.GetValue(set) ?? [], .. input.GetValue(llc) is { } scope ? new[] { $"llc.run={scope}" } : []]);
        IReadOnlyList<ulong> allSeeds = SeedChoice.Read(input, seed, seeds, chosen.Preset(presetName));
        int workers = (int)WholeNumber.Read(input, threads, 1, MostThreads, (ulong)Environment.ProcessorCount);
        if (input.GetValue(profile) is { } place) AtomicFile.CheckPlace(place);
        string path = input.GetValue(folder) ?? RunFolder.DefaultPath(chosen.Name, presetName, allSeeds);

        using Device taken = DeviceChoice.Open(input.GetValue(device) ?? "auto", workers, input.GetValue(allowTf32));
        chosen.Check(taken);
        using WorkerPool? own = taken is HostDevice ? null : new WorkerPool(workers);
        WorkerPool pool = own ?? ((HostDevice)taken).Workers;
        using RunFolder run = RunFolder.Open(path, RunConfig.Of(chosen, presetName, options, allSeeds, DeviceChoice.Recorded(taken), workers));
        terminal.WriteLine(chosen.Title);
        terminal.WriteLine($"  preset {presetName}, {(allSeeds.Count == 1 ? $"seed {allSeeds[0]}" : $"seeds {allSeeds[0]} to {allSeeds[^1]}")}, folder {path}");
        terminal.WriteLine($"  device {DeviceChoice.Recorded(taken)}: {taken.Description}");
        if (run.Existed) terminal.WriteLine("  The folder holds this run already: it goes on where it stopped.");

        using var interrupts = new Interrupts(terminal);
        RunOutcome Go() => Carry(chosen, sink => new RunContext(options, run, taken, pool, sink, interrupts.Token) { ReportWriter = ReportWriter.Write }, input.GetValue(quiet));
        switch (input.GetValue(profile) is { } trace ? Traced(taken, trace, Go) : Go())
        {
            case RunOutcome.Interrupted:
                terminal.Error.WriteLine($"Stopped at a checkpoint. To go on: handmade {string.Join(' ', input.Tokens.Select(t => Quoted(t.Value)))}");
                return interrupts.ExitCode;
            case RunOutcome.AlreadyDone:
                terminal.WriteLine("  It was finished before; only its report is new.");
                break;
            default:
                break;
        }
        Show(run);
        return 0;
    }

    private RunOutcome Carry(Experiment chosen, Func<IProgressSink, RunContext> context, bool silent)
    {
        if (silent) return chosen.Run(context(new NoProgress()));
        return terminal.Live is { } console
            ? LiveProgress.Show(console, sink => chosen.Run(context(sink)))
            : chosen.Run(context(new PlainProgress(terminal.Out, TimeSpan.FromSeconds(5), TimeProvider.System)));
    }

    // The file is there once it is whole, after Ctrl-C and after a run that broke too; a kill leaves none.
    private RunOutcome Traced(Device taken, string path, Func<RunOutcome> go)
    {
        RunOutcome outcome = RunOutcome.Done;
        ExceptionDispatchInfo? broken = null;
        long dropped = 0;
        AtomicFile.Write(path, stream =>
        {
            using var trace = new ChromeTrace(stream, taken, Roofline.Of(taken));
            taken.Profile(trace.Add);
            try
            {
                outcome = go();
            }
            catch (Exception e)
            {
                // What breaks the run is not the file's fault, and the trace of what ran before is worth having.
                broken = ExceptionDispatchInfo.Capture(e);
            }
            finally
            {
                taken.Profile(null);
            }
            dropped = trace.Dropped;
        });
        terminal.WriteLine($"Trace: {path}{(dropped > 0 ? $", without the last {dropped} kernels: no viewer opens a longer one" : "")}");
        broken?.Throw();
        return outcome;
    }

    private void Show(RunFolder run)
    {
        terminal.WriteLine();
        foreach (Table table in run.Tables) terminal.Write(table);
        if (run.Claims is { Count: > 0 } claims) terminal.Write(Verdict.Table(claims));
        if (File.Exists(run.ReportPath)) terminal.WriteLine($"Report: {run.ReportPath}");
    }

    private static Option<string?> Valued(string name, string value, string description) =>
        new(name) { HelpName = value, Description = description };

    private static string Quoted(string word) =>
        word.Length > 0 && word.All(c => char.IsAsciiLetterOrDigit(c) || "-_./=:,+@%".Contains(c)) ? word : $"'{word.Replace("'", "'\\''")}'";
}
