namespace Handmade.Analysis;

/// <summary>A local learning coefficient with everything that tells how far to trust it.</summary>
/// <param name="Settings">How it was estimated.</param>
/// <param name="Parameters">How many parameters moved.</param>
/// <param name="Chains">λ̂ of each chain; NaN for one that diverged.</param>
/// <param name="RHat">Split R̂ of the draws, see <see cref="ChainDiagnostics.SplitRHat"/>. Above 1.1 the chains have not mixed.</param>
/// <param name="EffectiveSampleSize">Independent draws that all chains together are worth, see <see cref="ChainDiagnostics.EffectiveSampleSize"/>.</param>
/// <param name="Acceptance">
/// How far the steps are from exact: the mean over steps of min(1, exp(U(w) − U(w') + log q(w' → w) − log q(w → w'))), the probability with which the
/// Metropolis-adjusted Langevin algorithm would have accepted the step from w to w'. U = nβ·(L_b(w) − L_b(w*)) + γ/2·|w − w*|² with each point's own batch, and
/// q(w → w') is the normal density around w − ε/2·∇U(w) of variance ε (ε·G in a metric). Noise of batches lowers it as a large ε does. NaN where it is not defined: steps in a metric that moves, or left out between draws.
/// </param>
/// <param name="Equipartition">
/// Mean of (w − w*)·∇U over the number of parameters. In equilibrium it is 1 (integration by parts); below, the chains are still on their way out, above, ε is large.
/// </param>
/// <param name="Distance">Root of the mean of |w − w*|².</param>
/// <param name="InitLoss">Mean of L_b(w*).</param>
/// <param name="MeanLoss">Mean of L_b(w).</param>
/// <param name="Failures">Chains that diverged, each with the first draw that was not finite, both counted from 1.</param>
public sealed record LlcEstimate(
    LlcSettings Settings, long Parameters, IReadOnlyList<double> Chains, double RHat, double EffectiveSampleSize, double Acceptance, double Equipartition, double Distance,
    double InitLoss, double MeanLoss, IReadOnlyList<(int Chain, int Draw)> Failures)
{
    /// <summary>λ̂ = nβ·(E[L_b(w)] − L_b(w*)), over the chains that stayed finite; NaN if none did.</summary>
    public double Value => Finite.Length == 0 ? double.NaN : Finite.Average();

    /// <summary>Standard error of <see cref="Value"/>, from the spread of the chains; NaN for fewer than two. Four chains tell it to about 40 %.</summary>
    public double Error => Finite.Length < 2 ? double.NaN : Math.Sqrt(Finite.Sum(x => (x - Value) * (x - Value)) / (Finite.Length - 1) / Finite.Length);

    /// <summary>Why this number should not be taken for λ, or null: a chain diverged, chains disagree, λ̂ is below 0, or the chains have left the neighbourhood of w*: the loss there is more than double.</summary>
    public string? Doubt => Failures.Count > 0 ? FormattableString.Invariant($"chain {Failures[0].Chain} diverged at draw {Failures[0].Draw}")
        : !(RHat <= 1.1) ? FormattableString.Invariant($"R̂ {RHat:F2}")
        : Value < 0 ? "below 0"
        : InitLoss > 0 && MeanLoss > 2 * InitLoss ? FormattableString.Invariant($"not local: loss × {MeanLoss / InitLoss:F1}")
        : null;

    private double[] Finite => [.. Chains.Where(double.IsFinite)];

    /// <summary>The estimate of a trace.</summary>
    public static LlcEstimate Of(LlcTrace trace, LlcSettings settings, long parameters)
    {
        int[] sound = [.. Enumerable.Range(0, trace.Chains).Where(chain => trace.FirstNonFinite(chain) < 0)];
        int[] draws = [.. Enumerable.Range(0, trace.Draws)];
        double[][] excess = [.. sound.Select(chain => draws.Select(draw => settings.NBeta * (trace.Loss(chain, draw) - trace.Baseline(chain, draw))).ToArray())];
        double Mean(Func<int, int, double> of) => sound.Length == 0 ? double.NaN : sound.Average(chain => draws.Average(draw => of(chain, draw)));
        return new LlcEstimate(
            settings, parameters,
            [.. Enumerable.Range(0, trace.Chains).Select(chain => Array.IndexOf(sound, chain) is >= 0 and var i ? excess[i].Average() : double.NaN)],
            ChainDiagnostics.SplitRHat(excess), ChainDiagnostics.EffectiveSampleSize(excess),
            Mean((chain, draw) => draw == 0 ? 0 : Accepted(trace, settings, chain, draw)) * trace.Draws / (trace.Draws - 1),
            Mean(trace.Virial) / parameters, Math.Sqrt(Mean(trace.SquaredDistance)), Mean(trace.Baseline), Mean(trace.Loss),
            [.. Enumerable.Range(0, trace.Chains).Except(sound).Select(chain => (chain + 1, trace.FirstNonFinite(chain) + 1))]);
    }

    private static double Accepted(LlcTrace trace, LlcSettings settings, int chain, int draw)
    {
        if (settings.Preconditioner is not null) return double.NaN;
        double U(int at) => (settings.NBeta * (trace.Loss(chain, at) - trace.Baseline(chain, at))) + (settings.Localization / 2 * trace.SquaredDistance(chain, at));
        return Math.Exp(Math.Min(0, U(draw - 1) - U(draw) + trace.LogProposalRatio(chain, draw)));
    }
}
