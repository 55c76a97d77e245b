using Handmade.Autograd;
using Handmade.Kernels;

namespace Handmade.Analysis;

/// <summary>
/// What chains walk on: a loss of R replicas, one per chain, and the parameters that move. It is called inside a captured step, so batches come from
/// the device.
/// </summary>
public abstract class LlcTarget
{
    /// <summary>w, dense <c>[R, ...]</c> each, which stand at w* when sampling begins. What is not among them stays as it is.</summary>
    public abstract IReadOnlyList<Tensor> Parameters { get; }

    /// <summary>Which elements move: for each parameter a Bool tensor of its shape, or null for all of them. The others keep their bits.</summary>
    public virtual IReadOnlyList<TensorView?>? Moving => null;

    /// <summary>Goes on to the next batch. A loss without data has none.</summary>
    public virtual void NextBatch() { }

    /// <summary>The loss at w on the present batch, [R].</summary>
    public abstract Tensor Loss();

    /// <summary>The loss at w* on the present batch, [R].</summary>
    public abstract Tensor LossAtCenter();
}
