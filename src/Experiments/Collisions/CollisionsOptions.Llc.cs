using Handmade.Analysis;
using Handmade.Model;

namespace Handmade.Experiments.Collisions;

/// <summary>The options of the local learning coefficient.</summary>
public sealed partial class CollisionsOptions
{
    // Of each chain: with four chains slopes are squared over some thousand frames.
    private const int MetricBatches = 16;

    /// <summary>off, default (the shown seed, the whole network and its best head) or full (every seed, head and checkpoint).</summary>
    public string LlcRun { get; set; } = "default";

    /// <summary>Checkpoints of the default run, spaced evenly on a logarithmic axis.</summary>
    public int LlcCheckpoints { get; set; } = 12;

    /// <summary>ε.</summary>
    public double LlcStepSize { get; set; } = 0.03;

    /// <summary>γ.</summary>
    public double LlcLocalization { get; set; } = 1000;

    /// <summary>nβ.</summary>
    public double LlcNBeta { get; set; } = 3000;

    /// <summary>Chains of each estimate.</summary>
    public int LlcChains { get; set; } = 4;

    /// <summary>Draws of each chain.</summary>
    public int LlcDraws { get; set; } = 150;

    /// <summary>Steps before the first draw.</summary>
    public int LlcBurnIn { get; set; } = 200;

    /// <summary>Steps from one draw to the next.</summary>
    public int LlcStepsPerDraw { get; set; } = 1;

    /// <summary>Frames in a batch of a chain.</summary>
    public int LlcBatch { get; set; } = 16;

    /// <summary>none, fixed or rmsprop.</summary>
    public string LlcPreconditioner { get; set; } = "fixed";

    /// <summary>paired or plain.</summary>
    public string LlcBaseline { get; set; } = "paired";

    /// <summary>Whether the shown network is also estimated over a grid of ε, γ and nβ.</summary>
    public bool LlcSweep { get; set; }

    /// <summary>How coefficients are estimated.</summary>
    internal LlcSettings Llc => new()
    {
        StepSize = LlcStepSize,
        Localization = LlcLocalization,
        NBeta = LlcNBeta,
        Chains = LlcChains,
        Draws = LlcDraws,
        BurnIn = LlcBurnIn,
        StepsPerDraw = LlcStepsPerDraw,
        Preconditioner = LlcPreconditioner == "rmsprop" ? new RmsPreconditioner() : null,
        MetricBatches = LlcPreconditioner == "fixed" ? MetricBatches : 0,
        IsPaired = LlcBaseline == "paired",
    };

    private IEnumerable<Option> DeclareLlc() =>
    [
        Option.Choice("llc.run", () => LlcRun, v => LlcRun = v, ["off", "default", "full"], "local learning coefficients: of one seed's network and best head, or of every seed, head and checkpoint"),
        Option.Int("llc.checkpoints", () => LlcCheckpoints, v => LlcCheckpoints = v, 1, 1000, "checkpoints of the default run"),
        Option.Double("llc.step-size", () => LlcStepSize, v => LlcStepSize = v, 1e-12, 10, "step of the Langevin chains; with the fixed metric a share, without unit", "ε"),
        Option.Double("llc.localization", () => LlcLocalization, v => LlcLocalization = v, 0, 1e9, "pull of the chains to the checkpoint", "γ"),
        Option.Double("llc.nbeta", () => LlcNBeta, v => LlcNBeta = v, 0, 1e12, "weight of the loss", "nβ"),
        Option.Int("llc.chains", () => LlcChains, v => LlcChains = v, 1, 1000, "chains of each estimate"),
        Option.Int("llc.draws", () => LlcDraws, v => LlcDraws = v, 2, 1_000_000, "draws of each chain"),
        Option.Int("llc.burn-in", () => LlcBurnIn, v => LlcBurnIn = v, 0, 1_000_000, "steps of each chain before its first draw"),
        Option.Int("llc.steps-per-draw", () => LlcStepsPerDraw, v => LlcStepsPerDraw = v, 1, 1_000_000, "steps from one draw to the next"),
        Option.Int("llc.batch", () => LlcBatch, v => LlcBatch = v, 1, 65_536, "frames in a batch of a chain"),
        Option.Choice("llc.preconditioner", () => LlcPreconditioner, v => LlcPreconditioner = v, ["none", "fixed", "rmsprop"], "metric of the chains: none, taken from slopes at the checkpoint, or following the chain"),
        Option.Choice("llc.baseline", () => LlcBaseline, v => LlcBaseline = v, ["paired", "plain"], "loss at the checkpoint: of each draw's own batch, or of 16 others"),
        Option.Bool("llc.sweep", () => LlcSweep, v => LlcSweep = v, "estimates the shown network also over a grid of ε, γ and nβ"),
    ];
}
