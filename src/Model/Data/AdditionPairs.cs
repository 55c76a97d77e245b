using Handmade.Autograd;
using Handmade.Kernels;

namespace Handmade.Model.Data;

/// <summary>
/// The addition table of p symbols: its p(p + 1)/2 unordered pairs, split into those that are trained on and the rest. The split of a replica
/// follows from its seed.
/// </summary>
public sealed class AdditionPairs
{
    // Apart from the streams of parameters and batches, so that one seed may serve all of them.
    private const ulong SplitStream = 0x5_0117;
    private readonly Device device;
    private readonly (int I, int J)[] pairs;
    private readonly int[] order;
    private readonly int symbols, replicas;

    /// <summary>A split for each seed, <paramref name="trained"/> pairs on its one side.</summary>
    public AdditionPairs(Device device, int symbols, int trained, ReadOnlySpan<ulong> seeds)
    {
        pairs = [.. Enumerable.Range(0, symbols).SelectMany(j => Enumerable.Range(0, j + 1).Select(i => (i, j)))];
        if (trained < 1 || trained > pairs.Length)
            throw new HandmadeException($"addition: {trained} of {pairs.Length} pairs to train on; it takes at least one and at most all");
        (this.device, this.symbols, Trained, replicas) = (device, symbols, trained, seeds.Length);
        order = new RandomStream(device, seeds, SplitStream).Permutation(pairs.Length).ToArray<int>();
    }

    /// <summary>Pairs that are trained on, of each replica.</summary>
    public int Trained { get; }

    /// <summary>The pairs that are trained on, as <see cref="AdditionToy.Forward"/> takes them, and their sums i + j, I32 [R, pair].</summary>
    public (Tensor Pairs, Tensor Sums) Training() => Take(0, Trained);

    /// <summary>The pairs that are left out of training, and their sums.</summary>
    public (Tensor Pairs, Tensor Sums) Test() => Take(Trained, pairs.Length - Trained);

    private (Tensor Pairs, Tensor Sums) Take(int first, int count)
    {
        var rows = new float[replicas * count * symbols];
        var sums = new int[replicas * count];
        for (int k = 0; k < sums.Length; k++)
        {
            (int replica, int at) = Math.DivRem(k, count);
            var (i, j) = pairs[order[(replica * pairs.Length) + first + at]];
            rows[(k * symbols) + i] += 1;
            rows[(k * symbols) + j] += 1;
            sums[k] = i + j;
        }
        return (Tensor.From<float>(device, rows, [replicas, count, symbols]), Tensor.From<int>(device, sums, [replicas, count]));
    }
}
