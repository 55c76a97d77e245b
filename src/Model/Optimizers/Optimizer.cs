using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;

namespace Handmade.Model;

/// <summary>
/// Updates parameters from their gradients. The step counter and the learning rate live on the device, one per replica,
/// so <see cref="Step"/> may stand in a captured step.
/// </summary>
public abstract class Optimizer
{
    private readonly Schedule schedule;
    private readonly TensorView unclipped;

    /// <summary>An optimiser of dense parameters <c>[R, ...]</c> of one dtype and device.</summary>
    protected Optimizer(IReadOnlyList<Tensor> parameters, Schedule schedule)
    {
        if (parameters.Count == 0) throw new HandmadeException("optimizer: there are no parameters to train");
        Parameters = parameters;
        this.schedule = schedule;
        Device device = parameters[0].Device;
        Shape replicas = [parameters[0].Shape[0]];
        Steps = Copy.Full(device, replicas, DType.I32, 0);
        Rates = Copy.Full(device, replicas, DType.F64, 0);
        unclipped = Copy.Full(device, replicas, DType.F64, 1);
    }

    /// <summary>What is trained.</summary>
    public IReadOnlyList<Tensor> Parameters { get; }

    /// <summary>Steps taken, I32 [R].</summary>
    public TensorView Steps { get; }

    /// <summary>The learning rate of the step taken last, F64 [R].</summary>
    public TensorView Rates { get; }

    /// <summary>Everything beside the parameters that a checkpoint needs to go on with the same bits.</summary>
    public abstract IEnumerable<(string Name, TensorView Tensor)> NamedState();

    /// <summary>Forgets the gradients; call it before each backward pass.</summary>
    public void ZeroGrad()
    {
        foreach (Tensor parameter in Parameters) parameter.Grad = null;
    }

    /// <summary>Takes one step; gradients are multiplied by <paramref name="clipFactor"/> (F64 [R], see <see cref="ClipNorm"/>) on the way in.</summary>
    public void Step(TensorView? clipFactor = null)
    {
        schedule.Advance(Steps, Rates);
        Update([.. Parameters.Select(parameter => parameter.View)], Gradients(Parameters), clipFactor ?? unclipped);
    }

    /// <summary>The rule itself.</summary>
    protected abstract void Update(IReadOnlyList<TensorView> parameters, IReadOnlyList<TensorView> gradients, TensorView clipFactor);

    /// <summary>State of the parameters' shapes, filled with zeros.</summary>
    protected static TensorView[] ZerosLike(IReadOnlyList<Tensor> parameters) =>
        [.. parameters.Select(parameter => Copy.Full(parameter.Device, parameter.Shape, parameter.DType, 0))];

    internal static TensorView[] Gradients(IReadOnlyList<Tensor> parameters) =>
        [.. parameters.Select((parameter, i) => parameter.Grad?.View
            ?? throw new HandmadeException($"optimizer: parameter {i} of shape {parameter.Shape} has no gradient; call Backward on a loss that depends on it"))];
}
