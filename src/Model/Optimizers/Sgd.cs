using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;

namespace Handmade.Model;

/// <summary>Gradient descent with momentum and weight decay, torch.optim.SGD.</summary>
public sealed class Sgd : Optimizer
{
    private readonly TensorView[] buffers;
    private readonly double momentum;
    private readonly bool nesterov;
    private readonly double[] weightDecay;

    /// <summary>Gradient descent with a schedule; weight decay is one value or one per replica.</summary>
    public Sgd(IReadOnlyList<Tensor> parameters, Schedule lr, double momentum = 0, bool nesterov = false, double[]? weightDecay = null)
        : base(parameters, lr)
    {
        if (nesterov && momentum <= 0) throw new HandmadeException($"sgd: nesterov needs a momentum above 0, not {momentum}");
        this.momentum = momentum;
        this.nesterov = nesterov;
        this.weightDecay = weightDecay ?? [0];
        buffers = momentum > 0 ? ZerosLike(parameters) : [];
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, TensorView Tensor)> NamedState() =>
        [("steps", Steps), .. buffers.Select((buffer, i) => ($"momentum_buffer.{i}", buffer))];

    /// <inheritdoc/>
    protected override void Update(IReadOnlyList<TensorView> parameters, IReadOnlyList<TensorView> gradients, TensorView clipFactor) =>
        OptimizerSteps.Sgd(parameters, gradients, buffers, Rates, clipFactor, momentum, nesterov, weightDecay);
}
