using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;

namespace Handmade.Model;

/// <summary>
/// Stochastic gradient Langevin dynamics (Welling and Teh 2011), held near a point w* as estimates of the local learning coefficient need it
/// (Lau, Furman, Wang, Murfet, Wei 2023, "The local learning coefficient"): w ← w − ε/2 · (nβ·g + γ·(w − w*)) + √ε·ξ, ξ ~ N(0, 1).
/// Small steps then draw from exp(−nβ·L(w) − γ/2·|w − w*|²), a chain per replica.
/// </summary>
/// <remarks>Where L is h·w²/2 the draws have the variance ε/(1 − (1 − εa/2)²), a = nβ·h + γ: 1/a for small ε, and none from εa = 4 on.</remarks>
public sealed class Sgld : Optimizer
{
    private readonly TensorView[] centers;
    private readonly OptimizerSteps.RmsMetric? metric;
    private readonly RandomStream noise;
    private readonly double[] nbeta;
    private readonly double[] localization;

    /// <summary>Chains that start where the parameters are.</summary>
    /// <param name="parameters">w, of R replicas. Parameters that are left out stay where they are.</param>
    /// <param name="lr">ε.</param>
    /// <param name="noise">Where ξ comes from: a stream of R replicas. It may serve others too.</param>
    /// <param name="nbeta">nβ, the weight of the loss: one value, or one per replica.</param>
    /// <param name="localization">γ, the pull towards w*: one value, or one per replica.</param>
    /// <param name="center">w*, which is copied; by default the parameters as they are now.</param>
    /// <param name="preconditioner">Takes steps of ε·G in place of ε; by default G = 1.</param>
    /// <param name="stiffness">1/G² of a metric that stands still, as these tensors of the parameters' shapes hold it at each step, in place of a preconditioner.</param>
    public Sgld(
        IReadOnlyList<Tensor> parameters, Schedule lr, RandomStream noise, double[] nbeta, double[] localization, IReadOnlyList<Tensor>? center = null, RmsPreconditioner? preconditioner = null,
        IReadOnlyList<TensorView>? stiffness = null)
        : base(parameters, lr)
    {
        preconditioner?.Check();
        if (stiffness is not null && preconditioner is not null) throw new HandmadeException("sgld: a metric that stands still and a preconditioner; give one of them");
        for (int i = 0; i < stiffness?.Count; i++) Require.Shaped("sgld", $"the metric of parameter {i}", stiffness[i], parameters[i].Shape);
        Check("nβ", nbeta);
        Check("γ", localization);
        this.noise = noise;
        this.nbeta = [.. nbeta];
        this.localization = [.. localization];
        centers = CopiesOf(center ?? parameters);
        metric = stiffness is not null ? new OptimizerSteps.RmsMetric(stiffness, Steps, Decay: 1, Damping: 0)
            : preconditioner is not null ? new OptimizerSteps.RmsMetric(ZerosLike(parameters), Steps, preconditioner.Decay, preconditioner.Damping) : null;
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, TensorView Tensor)> NamedState() =>
    [
        ("steps", Steps),
        ("noise", noise.State),
        .. centers.Select((center, i) => ($"center.{i}", center)),
        .. (metric?.Squares ?? []).Select((square, i) => ($"square_avg.{i}", square)),
    ];

    /// <inheritdoc/>
    protected override void Update(IReadOnlyList<TensorView> parameters, IReadOnlyList<TensorView> gradients, TensorView clipFactor) =>
        OptimizerSteps.Sgld(parameters, gradients, centers, Rates, clipFactor, noise, nbeta, localization, metric);

    private static void Check(string what, double[] values)
    {
        foreach (double value in values)
            if (!(value >= 0) || !double.IsFinite(value)) throw new HandmadeException($"sgld: {what} is {value}; it must be finite and not below 0");
    }

    private TensorView[] CopiesOf(IReadOnlyList<Tensor> center)
    {
        if (center.Count != Parameters.Count) throw new HandmadeException($"sgld: a centre of {center.Count} tensors for {Parameters.Count} parameters; give one for each");
        for (int i = 0; i < center.Count; i++)
        {
            Require.Same("sgld", Parameters[i].View, center[i].View);
            Require.Shaped("sgld", $"the centre of parameter {i}", center[i].View, Parameters[i].Shape);
        }
        return [.. center.Select(one => Copy.Clone(one.View))];
    }
}

/// <summary>
/// RMSprop as the metric of Langevin steps (Li, Chen, Carlson, Carin 2016, arXiv 1512.07666): V ← αV + (1−α)g² of the loss's gradient g (neither nβ nor the
/// pull is in it), V̂ = V/(1 − αᵗ), G = 1/(√V̂ + λ). Steep directions take small steps and flat ones large steps, so one ε serves both.
/// </summary>
/// <remarks>
/// Where G stands still the draws keep their distribution. It does not quite: V follows the chain, and the paper's term Γ that would mend this is left out here, as the
/// paper itself and the common estimators of λ do. The error falls with 1 − α.
/// </remarks>
/// <param name="Decay">α.</param>
/// <param name="Damping">λ: below it gradients are not told apart, and G is at most 1/λ.</param>
public sealed record RmsPreconditioner(double Decay = 0.99, double Damping = 0.1)
{
    internal void Check()
    {
        if (!(Decay is >= 0 and < 1)) throw new HandmadeException($"sgld: the preconditioner's decay α is {Decay}; it must be at least 0 and below 1");
        if (!(Damping > 0) || !double.IsFinite(Damping)) throw new HandmadeException($"sgld: the preconditioner's damping λ is {Damping}; it must be finite and above 0");
    }
}
