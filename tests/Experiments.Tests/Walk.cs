using System.Globalization;
using Handmade.Kernels;

namespace Handmade.Experiments.Tests;

/// <summary>A small experiment that walks: its "training" adds pseudo-random steps, so that its bits depend on every one.</summary>
public sealed class Walk : Experiment<WalkOptions>
{
    /// <summary>Called after each training step with the step's number; a test kills or interrupts the run here.</summary>
    public Action<long> AfterStep { get; init; } = _ => { };

    /// <summary>The stages that ran, in order.</summary>
    public List<string> Ran { get; } = [];

    public override string Name => "walk";

    public override string Title => "A walker forgets where it began";

    public override string Paper => "Nobody (2025), A walk, arXiv 0000.00000";

    public override IReadOnlyList<Preset> Presets { get; } =
    [
        new("smoke", "ten steps", "1 s", "10 MB", 1, "train.steps=10"),
        new("tiny", "twenty steps, two seeds", "2 s", "10 MB", 2, "train.steps=20", "model.layers=3"),
    ];

    protected override IReadOnlyList<Stage> Stages(WalkOptions options, RunContext run)
    {
        double start = double.NaN;
        return
        [
            Stage.InMemory("simulate", () => { Ran.Add("simulate"); start = options.Start; }),
            Stage.Once("train", () => { Ran.Add("train"); Train(options, run, start); }),
            Stage.Once("analyse", () => { Ran.Add("analyse"); Analyse(run); }),
            Stage.Always("report", () =>
            {
                Ran.Add("report");
                AtomicFile.WriteText(run.Folder.ReportPath, "<html>walked</html>");
            }),
        ];
    }

    private void Train(WalkOptions options, RunContext run, double position)
    {
        string checkpoint = Checkpoint(run);
        long step = 0;
        if (File.Exists(checkpoint))
        {
            (step, position) = Read(checkpoint);
            run.Say($"goes on from step {step}");
        }
        while (step < options.Steps)
        {
            position += Math.Sin(++step * (1.0 + run.Seeds[0])) * options.Rate;
            run.Report(step, options.Steps, Math.Abs(position));
            AfterStep(step);
            Thread.Sleep(options.Pause);
            if (step % 4 == 0 || run.Interrupt.IsCancellationRequested) Save();
            run.StopIfInterrupted();
        }
        Save();

        void Save() => AtomicFile.WriteText(checkpoint, string.Create(CultureInfo.InvariantCulture, $"{step} {position}"));
    }

    private static string Checkpoint(RunContext run) => run.Folder.CheckpointPath("resume");

    private static (long Step, double Position) Read(string checkpoint)
    {
        string[] parts = File.ReadAllText(checkpoint).Split(' ');
        return (long.Parse(parts[0], CultureInfo.InvariantCulture), double.Parse(parts[1], CultureInfo.InvariantCulture));
    }

    private static void Analyse(RunContext run)
    {
        double position = Read(Checkpoint(run)).Position;
        run.Folder.Claims = [new Claim("near", "The walker stays near its start.", "near 0", -2, 2, [position])];
        run.Folder.Tables = [new Table("Walkers", ["walker", "position"], [["1", position.ToString("F3", CultureInfo.InvariantCulture)]])];
    }
}

/// <summary>The options of <see cref="Walk"/>.</summary>
public sealed class WalkOptions : ExperimentOptions
{
    public double Start { get; set; } = 0.5;
    public int Layers { get; set; } = 2;
    public int Steps { get; set; } = 8;
    public double Rate { get; set; } = 1e-3;
    public string Optimizer { get; set; } = "adam";
    public int Pause { get; set; }
    public bool Smooth { get; set; } = true;

    public override void Check()
    {
        if (Layers == 7 && Steps < 9) throw new HandmadeException("model.layers=7 needs train.steps of 9 or more.");
    }

    protected override IEnumerable<Option> Declare() =>
    [
        Option.Double("physics.start", () => Start, v => Start = v, double.MinValue, double.MaxValue, "where the walk begins", "x0", "m"),
        Option.Int("model.layers", () => Layers, v => Layers = v, 1, 12, "layers, for show", "L"),
        Option.Int("train.steps", () => Steps, v => Steps = v, 1, int.MaxValue, "steps of the walk"),
        Option.Double("train.rate", () => Rate, v => Rate = v, 0, 1, "length of a step", "η", "m"),
        Option.Int("train.pause", () => Pause, v => Pause = v, 0, 1000, "rest after a step", "", "ms"),
        Option.Choice("train.optimizer", () => Optimizer, v => Optimizer = v, ["adam", "sgd"], "what walks"),
        Option.Bool("analysis.smooth", () => Smooth, v => Smooth = v, "smooth the track"),
    ];
}
