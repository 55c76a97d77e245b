using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;

namespace Handmade.Model;

/// <summary>Adam (Kingma and Ba 2015), and with <c>decoupled</c> AdamW (Loshchilov and Hutter 2019); the arithmetic of torch.optim.</summary>
public class Adam : Optimizer
{
    private readonly TensorView[] first;
    private readonly TensorView[] second;
    private readonly OptimizerSteps.AdamConstants constants;

    /// <summary>Adam with a schedule; weight decay is one value or one per replica.</summary>
    public Adam(IReadOnlyList<Tensor> parameters, Schedule lr, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double[]? weightDecay = null, bool decoupled = false)
        : base(parameters, lr)
    {
        constants = new OptimizerSteps.AdamConstants(beta1, beta2, eps, weightDecay ?? [0], decoupled);
        first = ZerosLike(parameters);
        second = ZerosLike(parameters);
    }

    /// <summary>m of each parameter.</summary>
    public IReadOnlyList<TensorView> FirstMoments => first;

    /// <summary>v of each parameter.</summary>
    public IReadOnlyList<TensorView> SecondMoments => second;

    /// <summary>β₁, β₂, ε and the decay.</summary>
    public OptimizerSteps.AdamConstants Constants => constants;

    /// <inheritdoc/>
    public override IEnumerable<(string Name, TensorView Tensor)> NamedState() =>
    [
        ("steps", Steps),
        .. first.Select((moment, i) => ($"exp_avg.{i}", moment)),
        .. second.Select((moment, i) => ($"exp_avg_sq.{i}", moment)),
    ];

    /// <inheritdoc/>
    protected override void Update(IReadOnlyList<TensorView> parameters, IReadOnlyList<TensorView> gradients, TensorView clipFactor) =>
        OptimizerSteps.Adam(parameters, gradients, first, second, Rates, clipFactor, Steps, constants);
}

/// <summary>Adam with decoupled weight decay, torch.optim.AdamW.</summary>
public sealed class AdamW(IReadOnlyList<Tensor> parameters, Schedule lr, double beta1 = 0.9, double beta2 = 0.999, double eps = 1e-8, double[]? weightDecay = null)
    : Adam(parameters, lr, beta1, beta2, eps, weightDecay ?? [0.01], decoupled: true);
