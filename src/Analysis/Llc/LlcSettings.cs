using System.Globalization;
using Handmade.Kernels;
using Handmade.Model;

namespace Handmade.Analysis;

/// <summary>
/// How a local learning coefficient is estimated. Every one of these changes the number, so none is left out where one is printed:
/// <see cref="ToString"/> names them all but the batch, which the network's data decide.
/// </summary>
public sealed record LlcSettings
{
    /// <summary>ε, the step of the Langevin dynamics: w moves by ε/2 times the slope and by noise of variance ε.</summary>
    public double StepSize { get; init; } = 1e-3;

    /// <summary>γ, the pull back to w*. It makes directions look steep that are not, so a strong one underestimates.</summary>
    public double Localization { get; init; } = 200;

    /// <summary>nβ, the weight of the loss: inverse temperature times number of samples.</summary>
    public double NBeta { get; init; } = 30;

    /// <summary>Independent chains, each from w* with noise and batches of its own.</summary>
    public int Chains { get; init; } = 4;

    /// <summary>Losses that each chain contributes.</summary>
    public int Draws { get; init; } = 200;

    /// <summary>Steps of each chain before its first draw, beyond the one that leaves w*.</summary>
    public int BurnIn { get; init; }

    /// <summary>Steps from one draw to the next.</summary>
    public int StepsPerDraw { get; init; } = 1;

    /// <summary>Steps in RMSprop's metric; null for plain steps.</summary>
    public RmsPreconditioner? Preconditioner { get; init; }

    /// <summary>
    /// Batches of each chain at w* from which a metric is taken before the first step: ε·G in place of ε with G = 1/(γ + nβ²·V), V the mean square of a batch's slope. It stands still
    /// from then on, so small steps draw from exactly exp(−U). ε has no unit then: where the loss is flat a step goes ε/2 of the way back to w*, and noise of batches widens no parameter by
    /// more than ε/4 of its variance, as far as parameters are independent. 0: no such metric.
    /// </summary>
    public int MetricBatches { get; init; }

    /// <summary>Takes L(w*) of each draw's own batch, which cancels most of the noise of batches. Otherwise the mean of <see cref="BaselineBatches"/> others.</summary>
    public bool IsPaired { get; init; } = true;

    /// <summary>Batches of the baseline that is not paired.</summary>
    public int BaselineBatches { get; init; } = 16;

    /// <summary>Steps that a chain takes in all.</summary>
    public long Steps => 1 + BurnIn + ((long)(Draws - 1) * StepsPerDraw) + 1;

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"nβ {NBeta}, γ {Localization}, ε {StepSize}, {Chains} chains of {Draws} draws{Apart}, burn-in {BurnIn}, {Metric}, {Baseline}");

    private string Apart => StepsPerDraw == 1 ? "" : string.Create(CultureInfo.InvariantCulture, $" {StepsPerDraw} steps apart");

    private string Metric => MetricBatches > 0 ? string.Create(CultureInfo.InvariantCulture, $"metric of {MetricBatches * Chains} batches at w*")
        : Preconditioner is { } rms ? string.Create(CultureInfo.InvariantCulture, $"RMSprop (α {rms.Decay}, λ {rms.Damping})") : "no preconditioner";

    private string Baseline => IsPaired ? "paired baseline" : string.Create(CultureInfo.InvariantCulture, $"baseline of {BaselineBatches} batches");

    internal void Check()
    {
        if (!(StepSize > 0) || !double.IsFinite(StepSize)) throw new HandmadeException($"llc: ε is {StepSize}; it must be finite and above 0");
        if (MetricBatches > 0 && (Preconditioner is not null || !(Localization > 0))) throw new HandmadeException("llc: a metric taken at w* excludes RMSprop's and needs a pull γ above 0");
        if (Chains < 1 || Draws < 2 || BurnIn < 0 || StepsPerDraw < 1 || BaselineBatches < 1 || MetricBatches < 0)
            throw new HandmadeException($"llc: {Chains} chains of {Draws} draws, {StepsPerDraw} steps apart, burn-in {BurnIn}, {BaselineBatches} baseline batches, {MetricBatches} of the metric; it needs at least one chain, two draws, one step between them and one batch");
    }
}
