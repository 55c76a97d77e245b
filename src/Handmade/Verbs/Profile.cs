using System.CommandLine;
using Handmade.Documentation;
using Handmade.Experiments;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Output;
using Handmade.Profiling;

namespace Handmade.Verbs;

/// <summary><c>handmade profile EXPERIMENT</c>: where the device's time goes, by kernel.</summary>
internal sealed class Profile : Verb
{
    private readonly Catalogue catalogue;
    private readonly Terminal terminal;
    private readonly Argument<string> experiment = new("EXPERIMENT") { Description = "what to run; \"handmade list\" shows all" };
    private readonly Option<string?> preset = new("--preset") { HelpName = "NAME", Description = "a setting of the experiment (default: its cheapest)" };
    private readonly Option<string?> seed = new("--seed") { HelpName = "N", Description = "the seed (default: 1)" };
    private readonly Option<string?> device = new("--device") { HelpName = "NAME", Description = DeviceChoice.Help };
    private readonly Option<bool> allowTf32 = new("--allow-tf32") { Description = DeviceChoice.HelpTf32 };
    private readonly Option<string[]> set = new("--set") { HelpName = "a.b=VALUE", Description = "sets an option; may be repeated" };
    private readonly Option<string?> threads = new("--threads") { HelpName = "N", Description = "worker threads of the host (default: 1, so that times of kernels do not overlap)" };

    private readonly Option<string?> record = new("--out") { HelpName = "FILE", Description = "writes the table as JSON too; docs/performance/NAME.json stands in docs/performance.md" };

    /// <summary>The verb over these experiments.</summary>
    public Profile(Catalogue catalogue, Terminal terminal)
        : base("profile", "Runs an experiment and shows where the device's time goes: calls, time, bytes and operations of each kernel.")
    {
        (this.catalogue, this.terminal) = (catalogue, terminal);
        Add(experiment);
        foreach (System.CommandLine.Option option in (System.CommandLine.Option[])[preset, seed, set, device, allowTf32, threads, record]) Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["profile collisions", "profile collisions --preset tiny --set train.steps=500 --device opencl"];

    /// <inheritdoc/>
    protected override int Execute(ParseResult input)
    {
        Experiment chosen = catalogue[input.GetValue(experiment)!];
        string presetName = input.GetValue(preset) ?? chosen.Presets[0].Name;
        ExperimentOptions options = chosen.Configure(presetName, input.GetValue(set) ?? []);
        ulong first = WholeNumber.Read(input, seed, 0, ulong.MaxValue, 1);
        int workers = (int)WholeNumber.Read(input, threads, 1, 1024, 1);
        string? file = input.GetValue(record);
        if (file is not null) AtomicFile.CheckPlace(file);
        using Device taken = DeviceChoice.Open(input.GetValue(device) ?? "auto", workers, input.GetValue(allowTf32));
        chosen.Check(taken);
        using WorkerPool? own = taken is HostDevice ? null : new WorkerPool(workers);
        WorkerPool pool = own ?? ((HostDevice)taken).Workers;
        Roofline? roof = Roofline.Of(taken);
        var tally = new LaunchTally(roof);
        // The run's results are of no interest: its folder goes.
        string path = Path.Combine(Path.GetTempPath(), $"handmade-profile-{Guid.NewGuid():N}");
        using var interrupts = new Interrupts(terminal);
        RunOutcome outcome;
        try
        {
            using RunFolder run = RunFolder.Open(path, RunConfig.Of(chosen, presetName, options, [first], taken.Name, workers));
            taken.Profile(tally.Add);
            try
            {
                outcome = chosen.Run(new RunContext(options, run, taken, pool, new NoProgress(), interrupts.Token));
            }
            finally
            {
                taken.Profile(null);
            }
        }
        finally
        {
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        }
        Table table = tally.ToTable($"{chosen.Name}, preset {presetName}, on {taken.Name} ({taken.Description})");
        string note = $"Bounds, measured: {roof}. \"of bound\" is the least time for the bytes or the operations over the time taken; more than 100 % where data stay in a cache.";
        terminal.Write(table);
        terminal.WriteLine(note);
        if (file is not null && outcome != RunOutcome.Interrupted) new RecordedTable(table, note).Write(file);
        return outcome == RunOutcome.Interrupted ? interrupts.ExitCode : 0;
    }
}
