using System.Globalization;
using Handmade.Analysis;
using Handmade.Analysis.Figures;

namespace Handmade.Experiments.Collisions;

/// <summary>The local learning coefficients as table, claim and figures.</summary>
internal static class LlcFindings
{
    // Below, a plateau could not be told from a slope.
    private const int FewestCheckpoints = 8;

    /// <summary>The coefficients of the shown network and its best head; the settings stand in the title.</summary>
    public static Table Table(LlcResults results, CollisionsOptions options) => new(
        $"Local learning coefficients of {results.Plan.Shown.Name} ({options.Llc}, batches of {options.LlcBatch} frames of the training set, {Count(results, null)} parameters in the whole network and {Count(results, results.Plan.BestHead)} in the head)",
        ["scope", "step", "λ̂", "± (chains)", "R̂", "ESS", "acceptance", "equipartition", "distance", "loss at w*", "mean loss", "doubt"],
        [.. results.Shown(null).Concat(results.Shown(results.Plan.BestHead)).Select(one => (IReadOnlyList<string>)
        [
            one.Probe.Scope, $"{one.Probe.Step}", Number(one.Estimate.Value), Number(one.Estimate.Error), Number(one.Estimate.RHat), one.Estimate.EffectiveSampleSize.ToString("F0", CultureInfo.InvariantCulture),
            Number(one.Estimate.Acceptance), Number(one.Estimate.Equipartition), Number(one.Estimate.Distance), Number(one.Estimate.InitLoss), Number(one.Estimate.MeanLoss), one.Estimate.Doubt ?? "",
        ])]);

    /// <summary>
    /// Whether the coefficient of the shown network rests while its best head emerges; nothing is claimed of a few checkpoints. Numbers in doubt make no plateau:
    /// large negative ones at the start would make any change after them look small.
    /// </summary>
    public static IEnumerable<Claim> Claims(LlcResults results)
    {
        if (results.Shown(null).Count < FewestCheckpoints) yield break;
        (long From, long To) window = Window(results.Plan);
        foreach ((int, int)? head in new (int, int)?[] { null, results.Plan.BestHead })
            yield return new Claim(head is null ? "llc-plateau" : "llc-plateau-head",
                $"The local learning coefficient of {(head is null ? "the network" : "its best head")} has a plateau while that head emerges (steps {window.From}–{window.To} of {results.Plan.Shown.Name}): least change over three checkpoints that are in no doubt, as a share of the range of such (NaN: there are none)",
                "a plateau (Fig. 1)", 0, LlcPlateau.Little, [LlcPlateau.Flattest(results.Sound(results.Plan.Shown.Name, head), window)]);
    }

    /// <summary>Coefficients of the whole network and of its best head over training; a band of two standard errors.</summary>
    public static Panels OverTraining(LlcResults results)
    {
        var panels = new Panels($"Local learning coefficient over training, {results.Plan.Shown.Name}", 2);
        (long from, long to) = Window(results.Plan);
        foreach ((int, int)? head in new (int, int)?[] { null, results.Plan.BestHead })
        {
            IReadOnlyList<LlcPoint> points = results.Points(results.Plan.Shown.Name, head);
            LlcPoint[] doubtful = [.. results.Shown(head).Where(one => double.IsFinite(one.Estimate.Value) && one.Estimate.Doubt is not null).Select(one => new LlcPoint(one.Probe.Step, one.Estimate.Value, 0))];
            string name = head is null ? "whole network" : LlcProbe.ScopeOf(head);
            double[] error = [.. points.Select(p => double.IsFinite(p.Error) ? 2 * p.Error : 0)];
            Figure figure = new Figure(name, 460, 320).XLog("training step").Y("λ̂")
                .Band("± 2 standard errors", points.Select(p => (double)p.Step), points.Zip(error, (p, e) => p.Value - e), points.Zip(error, (p, e) => p.Value + e), Ink.Blue)
                .Line(name, points.Select(p => (double)p.Step), points.Select(p => p.Value), Ink.Blue, dots: true);
            if (doubtful.Length > 0) figure.Scatter("doubtful: see the table", doubtful.Select(p => (double)p.Step), doubtful.Select(p => p.Value), Ink.Orange, radius: 5);
            if (from > 0 && to > from) figure.VerticalLine(from, "10–90 % of the rise").VerticalLine(to);
            panels.Add(figure);
        }
        return panels;
    }

    /// <summary>nβ times the excess loss of each chain, draw by draw, at the first, a middle and the last checkpoint.</summary>
    public static Panels Traces(LlcResults results)
    {
        var panels = new Panels("Chains: nβ·(L_b(w) − L_b(w*)) at each draw", 3);
        foreach ((int, int)? head in new (int, int)?[] { null, results.Plan.BestHead })
        {
            var shown = results.Shown(head);
            foreach (int i in new[] { 0, shown.Count / 2, shown.Count - 1 }.Distinct())
            {
                LlcProbe probe = shown[i].Probe;
                LlcTrace trace = results.Trace(probe);
                var figure = new Figure($"{probe.Scope}, step {probe.Step}", 320, 260).X("draw").Y("excess");
                for (int chain = 0; chain < Math.Min(trace.Chains, 6); chain++)
                    figure.Line($"chain {chain + 1}", Enumerable.Range(1, trace.Draws), Enumerable.Range(0, trace.Draws).Select(draw => probe.Settings.NBeta * (trace.Loss(chain, draw) - trace.Baseline(chain, draw))), lineWidth: 1, opacity: 0.8);
                panels.Add(figure);
            }
        }
        return panels;
    }

    /// <summary>λ̂ of the trained network over ε and nβ, a panel for each γ; cells that should not be trusted say why.</summary>
    public static Panels Sweep(LlcResults results)
    {
        var panels = new Panels($"λ̂ over ε and nβ, {results.Plan.Shown.Name}, last checkpoint ({results.Sweep[0].Probe.Settings.Draws} draws)", 2);
        foreach (var gamma in results.Sweep.GroupBy(one => one.Probe.Settings.Localization))
        {
            double[] steps = [.. gamma.Select(one => one.Probe.Settings.StepSize).Distinct().Order()], weights = [.. gamma.Select(one => one.Probe.Settings.NBeta).Distinct().Order()];
            var values = new double[steps.Length, weights.Length];
            Figure figure = new Figure(FormattableString.Invariant($"γ {gamma.Key}"), 460, 360).XLog("ε").YLog("nβ");
            foreach (var (probe, estimate) in gamma)
                values[Array.IndexOf(steps, probe.Settings.StepSize), Array.IndexOf(weights, probe.Settings.NBeta)] = estimate.Value > 0 ? Math.Log10(estimate.Value) : double.NaN;
            double[] edges = Edges(steps);
            figure.HeatMap("log₁₀ λ̂", edges, Edges(weights), values);
            foreach (var (probe, estimate) in gamma)
            {
                // Words go on to the right in the left half of a figure, and end where they stand in its right half.
                int column = Array.IndexOf(steps, probe.Settings.StepSize);
                figure.Text(edges[2 * column < steps.Length ? column : column + 1], probe.Settings.NBeta, Words(estimate));
            }
            panels.Add(figure);
        }
        return panels;
    }

    /// <summary>The steps between which the shown seed's best head emerges.</summary>
    public static (long From, long To) Window(LlcPlan plan) =>
        LlcPlateau.Window([.. plan.Shown.History.Select(m => (m.Step, m.Heads[plan.BestHead.Block][plan.BestHead.Head].Contact))]);

    private static string Words(LlcEstimate estimate)
    {
        string value = double.IsNaN(estimate.Value) ? "" : estimate.Value.ToString(Math.Abs(estimate.Value) >= 100 ? "F0" : "G2", CultureInfo.InvariantCulture);
        return estimate.Failures.Count > 0 ? value + "✕" : estimate.RHat <= 1.1 ? value : value + " R̂";
    }

    // Between neighbours in ratio, and as far beyond the first and last.
    private static double[] Edges(double[] values)
    {
        double ratio = Math.Sqrt(values.Length > 1 ? values[1] / values[0] : 10);
        return [values[0] / ratio, .. values.Select((value, i) => i + 1 < values.Length ? Math.Sqrt(value * values[i + 1]) : value * ratio)];
    }

    private static long Count(LlcResults results, (int, int)? head) => results.Shown(head)[0].Estimate.Parameters;

    private static string Number(double x) => x.ToString(Math.Abs(x) >= 100 ? "F1" : "F3", CultureInfo.InvariantCulture);
}
