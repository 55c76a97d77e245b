namespace Handmade.Kernels;

/// <summary>
/// Neighbouring replicas of a step of R: <see cref="Launch.For"/> cuts a launch down to them. Tensors carry their replicas in front, so what
/// belongs to a block is a slice of the first axis, of R or of a multiple of R.
/// </summary>
/// <param name="replicas">R.</param>
/// <param name="first">The first replica of the block.</param>
/// <param name="count">How many there are in it.</param>
/// <param name="move">Where a slice lives instead of where it was cut from; null leaves it there.</param>
public sealed class ReplicaBlock(int replicas, int first, int count, Func<TensorView, TensorView>? move = null)
{
    /// <summary>How many replicas the block has.</summary>
    public int Count => count;

    /// <summary>Whether the first axes fall into R equal parts; a launch of which one does not has no blocks.</summary>
    public bool Cuts(params ReadOnlySpan<TensorView?> tensors)
    {
        foreach (TensorView? tensor in tensors)
            if (tensor is not null && (tensor.Shape.Rank == 0 || tensor.Shape[0] == 0 || tensor.Shape[0] % replicas != 0)) return false;
        return true;
    }

    /// <summary>Whether the first axes are the replicas themselves: what belongs to each by its number (rates, pieces of parameters) can be cut then.</summary>
    public bool HasOneEach(params ReadOnlySpan<TensorView> tensors)
    {
        foreach (TensorView tensor in tensors)
            if (tensor.Shape.Rank == 0 || tensor.Shape[0] != replicas) return false;
        return true;
    }

    /// <summary>The block's slice of a tensor.</summary>
    public TensorView Of(TensorView tensor)
    {
        int each = tensor.Shape[0] / replicas;
        TensorView slice = tensor.Slice(0, first * each, count * each);
        return move is null ? slice : move(slice);
    }

    /// <summary>The block's slices of several tensors.</summary>
    public TensorView[] Of(IReadOnlyList<TensorView> tensors) => [.. tensors.Select(Of)];

    /// <summary>The block's slice of an operand that is stretched to <paramref name="shape"/>: all of it where the replicas share it.</summary>
    public TensorView Of(TensorView operand, Shape shape) => operand.Shape.Rank < shape.Rank || operand.Shape[0] != shape[0] ? operand : Of(operand);

    /// <summary>The block's numbers of R; one that stands for all stays as it is.</summary>
    public double[] Of(double[] each) => each.Length == 1 ? each : each[first..(first + count)];
}
