using Handmade.Kernels;

namespace Handmade.Experiments.ClockPizza;

/// <summary>
/// Small networks learn to add modulo p, by one of two algorithms: with multiplicative attention a Clock, with constant attention a Pizza. The
/// experiment trains networks between the two, takes them apart and says which algorithm each circle of each network runs.
/// </summary>
public sealed class ClockPizza : Experiment<ClockPizzaOptions>
{
    /// <inheritdoc/>
    public override string Name => "clock-pizza";

    /// <inheritdoc/>
    public override string Title => "Networks that add modulo p do it by one of two algorithms, the Clock and the Pizza";

    /// <inheritdoc/>
    public override string Paper =>
        "Zhong, Liu, Tegmark, Andreas (2023), The clock and the pizza, arXiv 2306.17844. Arithmetic and scales are those of the authors' program; the presets for two cores are smaller and shorter.";

    /// <inheritdoc/>
    public override string DefaultPreset => "quick";

    /// <inheritdoc/>
    public override IReadOnlyList<Preset> Presets =>
    [
        new("tiny", "p = 31, attention rates 0 and 1: a Pizza and a Clock in seconds", "20 s on 2 cores", "0.2 GB", 3,
            "data.p=31", "model.attention-rate=0,1", "train.steps=1000"),
        new("quick", "p = 59, five attention rates from 0 to 1: from Pizza to Clock", "60 s on 2 cores", "0.5 GB", 2),
        new("official", "width 128 and 20,000 steps, the paper's training", "about 1 h on 2 cores", "0.8 GB", 2,
            "model.width=128", "train.steps=20000", "train.lr=0.001"),
    ];

    /// <inheritdoc/>
    public override void Check(Device device)
    {
        if (!device.HasF64) throw new HandmadeException($"clock-pizza works out its loss in f64, which {device.Name} does not compute; use --device host");
    }

    /// <inheritdoc/>
    public override PhaseDiagram? PhaseDiagram(ExperimentOptions options) => new AttentionPhases((ClockPizzaOptions)options);

    /// <inheritdoc/>
    protected override IReadOnlyList<Stage> Stages(ClockPizzaOptions options, RunContext run)
    {
        var study = new Study(options, Paper, run);
        return
        [
            Stage.Once("train", study.Train),
            Stage.Once("analyse", study.Analyse),
            Stage.Always("report", study.Report),
        ];
    }
}
