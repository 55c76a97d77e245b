using System.Globalization;
using System.Text;
using Handmade.Analysis;
using Handmade.Kernels;

namespace Handmade.Experiments.Collisions;

/// <summary>A coefficient at a step of training, with its standard error.</summary>
/// <param name="Step">Training steps done.</param>
/// <param name="Value">λ̂.</param>
/// <param name="Error">Its standard error over chains; NaN where there is none.</param>
internal readonly record struct LlcPoint(long Step, double Value, double Error);

/// <summary>The coefficients of a run, read from what its chains met.</summary>
internal sealed class LlcResults
{
    private readonly CollisionsOptions options;
    private readonly LlcPlan plan;
    private readonly Device device;

    /// <summary>The results of a plan whose chains have run.</summary>
    public LlcResults(CollisionsOptions options, LlcPlan plan, Device device)
    {
        (this.options, this.plan, this.device) = (options, plan, device);
        Estimates = [.. plan.Probes.Select(probe => (probe, Estimate(probe)))];
        Sweep = [.. plan.Sweep.Select(probe => (probe, Estimate(probe)))];
    }

    /// <summary>Coefficients over training.</summary>
    public IReadOnlyList<(LlcProbe Probe, LlcEstimate Estimate)> Estimates { get; }

    /// <summary>Coefficients over ε, γ and nβ.</summary>
    public IReadOnlyList<(LlcProbe Probe, LlcEstimate Estimate)> Sweep { get; }

    /// <summary>The shown seed and its best head.</summary>
    public LlcPlan Plan => plan;

    /// <summary>The shown network's coefficients of a scope, in the order of steps; null for the whole network.</summary>
    public IReadOnlyList<(LlcProbe Probe, LlcEstimate Estimate)> Shown((int Block, int Head)? head) => Of(plan.Shown.Name, head);

    /// <summary>The coefficients of a run and a scope as points of a curve, without those that no chain lived to tell; empty where none were estimated.</summary>
    public IReadOnlyList<LlcPoint> Points(string run, (int Block, int Head)? head) =>
        [.. Of(run, head).Where(one => double.IsFinite(one.Estimate.Value)).Select(one => new LlcPoint(one.Probe.Step, one.Estimate.Value, one.Estimate.Error))];

    /// <summary>The points that are in no doubt: of chains that mixed, stayed near w* and found no lower loss there.</summary>
    public IReadOnlyList<LlcPoint> Sound(string run, (int Block, int Head)? head) =>
        [.. Of(run, head).Where(one => one.Estimate.Doubt is null).Select(one => new LlcPoint(one.Probe.Step, one.Estimate.Value, one.Estimate.Error))];

    /// <summary>What the chains of a probe met.</summary>
    public LlcTrace Trace(LlcProbe probe) => probe.Load(options, device).Trace;

    /// <summary>llc.csv: a row for each coefficient with all its settings.</summary>
    public void Write(string path)
    {
        var text = new StringBuilder("run,step,scope,parameters,llc,standard_error,r_hat,effective_sample_size,acceptance,equipartition,distance,init_loss,mean_loss,diverged_chains,first_divergence,nbeta,gamma,epsilon,chains,draws,steps_per_draw,burn_in,batch,preconditioner,baseline,kind\n");
        foreach (var (kind, rows) in new[] { ("training", Estimates), ("sweep", Sweep) })
            foreach (var (probe, estimate) in rows)
            {
                LlcSettings s = probe.Settings;
                text.Append(CultureInfo.InvariantCulture, $"{probe.Files.Name},{probe.Step},{probe.Scope},{estimate.Parameters},{estimate.Value},{estimate.Error},{estimate.RHat},{estimate.EffectiveSampleSize},{estimate.Acceptance},{estimate.Equipartition},{estimate.Distance},{estimate.InitLoss},{estimate.MeanLoss},")
                    .Append(CultureInfo.InvariantCulture, $"{estimate.Failures.Count},{string.Join(';', estimate.Failures.Select(f => $"chain {f.Chain} draw {f.Draw}"))},")
                    .Append(CultureInfo.InvariantCulture, $"{s.NBeta},{s.Localization},{s.StepSize},{s.Chains},{s.Draws},{s.StepsPerDraw},{s.BurnIn},{options.LlcBatch},{options.LlcPreconditioner},{options.LlcBaseline},{kind}\n");
            }
        AtomicFile.WriteText(path, text.ToString());
    }

    /// <summary>llc-traces.csv: the losses of every draw of the shown network's chains.</summary>
    public void WriteTraces(string path)
    {
        var text = new StringBuilder("run,step,scope,chain,draw,loss,loss_at_center,squared_distance\n");
        foreach (var (probe, _) in Shown(null).Concat(Shown(plan.BestHead)))
        {
            LlcTrace trace = Trace(probe);
            for (int chain = 0; chain < trace.Chains; chain++)
                for (int draw = 0; draw < trace.Draws; draw++)
                    text.Append(CultureInfo.InvariantCulture, $"{probe.Files.Name},{probe.Step},{probe.Scope},{chain + 1},{draw + 1},{trace.Loss(chain, draw):R},{trace.Baseline(chain, draw):R},{trace.SquaredDistance(chain, draw):G6}\n");
        }
        AtomicFile.WriteText(path, text.ToString());
    }

    private IReadOnlyList<(LlcProbe Probe, LlcEstimate Estimate)> Of(string run, (int Block, int Head)? head) =>
        [.. Estimates.Where(one => one.Probe.Files.Name == run && one.Probe.Head == head).OrderBy(one => one.Probe.Step)];

    private LlcEstimate Estimate(LlcProbe probe)
    {
        var (trace, parameters) = probe.Load(options, device);
        return LlcEstimate.Of(trace, probe.Settings, parameters);
    }
}
