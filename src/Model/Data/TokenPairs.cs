using Handmade.Autograd;
using Handmade.Kernels;

namespace Handmade.Model.Data;

/// <summary>
/// Pairs of tokens (a, b) for each replica, with the class that each should give, on a device. They stand in order of a, then b: rows that
/// read the same row of a table follow each other.
/// </summary>
public sealed class TokenPairs
{
    private TokenPairs(Device device, int vocabulary, (int A, int B, int Class)[][] replicas)
    {
        Vocabulary = vocabulary;
        int count = replicas[0].Length;
        (int A, int B, int Class)[] all = [.. replicas.SelectMany(pairs => pairs)];
        Tokens = Tensor.From<int>(device, [.. all.SelectMany(pair => new[] { pair.A, pair.B })], [replicas.Length, count, 2]);
        Rows = Tensor.From<int>(device, [.. all.SelectMany(pair => new[] { pair.A, vocabulary + pair.B })], [replicas.Length, count, 2]);
        Places = Tensor.From<int>(device, [.. all.Select(pair => (pair.B * vocabulary) + pair.A)], [replicas.Length, count]);
        Classes = Tensor.From<int>(device, [.. all.Select(pair => pair.Class)], [replicas.Length, count]);
    }

    /// <summary>How many tokens there are.</summary>
    public int Vocabulary { get; }

    /// <summary>(a, b), I32 [R, pairs, 2].</summary>
    public Tensor Tokens { get; }

    /// <summary>(a, vocabulary + b), I32 [R, pairs, 2]: where the two stand in a table of all tokens at the first position, then at the second.</summary>
    public Tensor Rows { get; }

    /// <summary>b · vocabulary + a, I32 [R, pairs]: where a pair stands in a table over all pairs.</summary>
    public Tensor Places { get; }

    /// <summary>What the network should say, I32 [R, pairs].</summary>
    public Tensor Classes { get; }

    /// <summary>Pairs of a replica.</summary>
    public int Count => Classes.Shape[1];

    /// <summary>
    /// All p² ordered pairs with their sums modulo p, cut by each replica's seed into a part to train on, ⌊share · p²⌋ of them, and the rest
    /// (Zhong, Liu, Tegmark, Andreas 2023, "The clock and the pizza"; share 0.8 there).
    /// </summary>
    public static (TokenPairs Train, TokenPairs Test) ModularAddition(Device device, int p, double share, params ReadOnlySpan<ulong> seeds)
    {
        int count = p * p, train = (int)(share * count);
        if (p < 2 || train < 1 || train >= count) throw new HandmadeException($"modular addition: {share} of the {count} pairs modulo {p} to train on; both parts need at least one pair");
        int replicas = seeds.Length;
        double[] keys = new RandomStream(device, seeds, stream: Split).Uniform([replicas, count], dtype: DType.F64).ToArray<double>();
        var trained = new (int, int, int)[replicas][];
        var tested = new (int, int, int)[replicas][];
        for (int r = 0; r < replicas; r++)
        {
            int[] order = [.. Enumerable.Range(0, count)];
            Array.Sort(keys[(r * count)..((r + 1) * count)], order);
            trained[r] = [.. order[..train].Order().Select(Pair)];
            tested[r] = [.. order[train..].Order().Select(Pair)];
        }
        return (new TokenPairs(device, p, trained), new TokenPairs(device, p, tested));

        (int, int, int) Pair(int place) => (place / p, place % p, ((place / p) + (place % p)) % p);
    }

    /// <summary>All p² pairs, the same for every replica.</summary>
    public static TokenPairs All(Device device, int p, int replicas = 1) =>
        new(device, p, [.. Enumerable.Repeat<(int, int, int)[]>([.. Enumerable.Range(0, p * p).Select(place => (place / p, place % p, ((place / p) + (place % p)) % p))], replicas)]);

    // Number of the random stream that cuts: parameters are drawn from stream 0.
    private const ulong Split = 1;
}
