using Handmade.Autograd;
using Handmade.Kernels;

namespace Handmade.Model.Data;

/// <summary>
/// Training batches drawn with replacement from a data set that lies on the device: <c>var (x, y) = batches.Next();</c>. The indices are
/// drawn there too, by each replica's own stream, so a captured step draws new examples on every replay.
/// </summary>
public sealed class Batches
{
    private readonly RandomStream stream;
    private readonly Tensor inputs, targets;
    private readonly int size;

    /// <summary>Batches of <paramref name="size"/> examples for each replica of <paramref name="stream"/>.</summary>
    /// <param name="inputs">[R, examples, …], or [1, examples, …] when all replicas draw from the same data.</param>
    /// <param name="targets">[R, examples, …] or [1, examples, …], as many examples.</param>
    /// <param name="size">Examples in a batch.</param>
    /// <param name="stream">Draws the indices; its state belongs in the checkpoint.</param>
    public Batches(Tensor inputs, Tensor targets, int size, RandomStream stream)
    {
        if (size < 1) throw new HandmadeException($"batches: {size} examples a batch; it must be at least 1");
        if (!Fits(inputs) || !Fits(targets) || inputs.Shape[1] != targets.Shape[1] || inputs.Shape[1] == 0)
            throw new HandmadeException($"batches: inputs {inputs.Shape} and targets {targets.Shape} for {stream.Replicas} replicas; both must be [{stream.Replicas} or 1, examples, …] with as many examples, at least one");
        (this.inputs, this.targets, this.size, this.stream) = (inputs, targets, size, stream);

        bool Fits(Tensor data) => data.Shape.Rank >= 2 && (data.Shape[0] == 1 || data.Shape[0] == stream.Replicas);
    }

    /// <summary>How many examples there are to draw from.</summary>
    public int Examples => inputs.Shape[1];

    /// <summary>The next batch: [R, size, …] each.</summary>
    public (Tensor Inputs, Tensor Targets) Next()
    {
        var picked = new Tensor(stream.Integers([stream.Replicas, size], Examples));
        return (inputs.IndexSelect(1, picked), targets.IndexSelect(1, picked));
    }
}
