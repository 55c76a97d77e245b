using Handmade.Analysis.Figures;

namespace Handmade.Experiments.Collisions;

/// <summary>The part of a run that estimates local learning coefficients.</summary>
internal sealed partial class Study
{
    private LlcResults? coefficients;

    /// <summary>Runs the chains that are still to run.</summary>
    public void EstimateLlc()
    {
        if (options.LlcRun == "off") return;
        LlcPlan plan = Plan(Histories().Seeds);
        new LlcStage(options, run, probe => cohorts.First(cohort => cohort.Files.Name == probe.Files.Name).Data).Run([.. plan.Probes.Concat(plan.Sweep).Distinct()]);
    }

    private LlcPlan Plan(SeedHistory[] seeds) => new(options, [.. seeds.Zip(SeedFiles, run.Seeds)], Shown(seeds));

    // Read once for tables and figures: in a full run some thousand files.
    private LlcResults? Coefficients(SeedHistory[] seeds) => coefficients ??= options.LlcRun == "off" ? null : new LlcResults(options, Plan(seeds), run.Device);

    private IEnumerable<ReportFigure> LlcFigures(SeedHistory[] seeds)
    {
        if (Coefficients(seeds) is not { } llc) yield break;
        string how = $"Settings: {options.Llc}, batches of {options.LlcBatch} frames.";
        Panels training = LlcFindings.OverTraining(llc);
        yield return Written("llc", training.Write, training.WriteCsv, training.ToSvg(), $"Local learning coefficient of the network and of its best head over training (the form of the third curve of the paper's Figure 1). {how} A strong pull γ makes it too small; see the table for what the chains say of themselves.");
        Panels traces = LlcFindings.Traces(llc);
        yield return Written("llc-traces", traces.Write, traces.WriteCsv, traces.ToSvg(), "Excess loss of every chain, times nβ; its mean is the coefficient. Chains that have mixed look alike and do not drift.");
        if (llc.Sweep.Count == 0) yield break;
        Panels sweep = LlcFindings.Sweep(llc);
        yield return Written("llc-sweep", sweep.Write, sweep.WriteCsv, sweep.ToSvg(), "The coefficient of the trained network over step size, weight of the loss and pull; R̂ marks cells where it is above 1.1, ✕ those where a chain diverged; cells without colour have no λ̂ above 0. Settings are sound where λ̂ hardly changes from cell to cell along ε.");
    }
}
