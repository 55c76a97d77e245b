using Handmade.Autograd;
using Handmade.Kernels;

namespace Handmade.Model.Data;

/// <summary>
/// Pairs of tokens (a, b) for each replica, with the class that each should give, on a device. They stand in order of a, then b: rows that
/// read the same row of a table follow each other.
/// </summary>
public sealed class TokenPairs
{
    private readonly int[][] numbers;

    // Numbers are places a·p + b in the table of all pairs, for each replica.
    private TokenPairs(Device device, ModularTask task, PairTokens form, int[][] replicas)
    {
        (numbers, Vocabulary, int p) = (replicas, form.Vocabulary, task.P);
        int count = replicas[0].Length;
        (int A, int B)[] all = [.. replicas.SelectMany(pairs => pairs.Select(number => (number / p, number % p)))];
        Tokens = Tensor.From<int>(device, [.. all.SelectMany(pair => form.Of(pair.A, pair.B))], [replicas.Length, count, form.Positions]);
        Rows = Tensor.From<int>(device, [.. all.SelectMany(pair => new[] { pair.A, Vocabulary + form.Second(pair.B) })], [replicas.Length, count, 2]);
        Places = Tensor.From<int>(device, [.. all.Select(pair => (form.Second(pair.B) * Vocabulary) + pair.A)], [replicas.Length, count]);
        Classes = Tensor.From<int>(device, [.. all.Select(pair => task.Class(pair.A, pair.B))], [replicas.Length, count]);
    }

    /// <summary>How many tokens there are.</summary>
    public int Vocabulary { get; }

    /// <summary>(a, b), and the equals sign where one follows: I32 [R, pairs, positions].</summary>
    public Tensor Tokens { get; }

    /// <summary>(a, vocabulary + b), I32 [R, pairs, 2]: where the two stand in a table of all tokens at the first position, then at the second.</summary>
    public Tensor Rows { get; }

    /// <summary>b · vocabulary + a, I32 [R, pairs]: where a pair stands in a table over all pairs of tokens.</summary>
    public Tensor Places { get; }

    /// <summary>What the network should say, I32 [R, pairs].</summary>
    public Tensor Classes { get; }

    /// <summary>Pairs of a replica.</summary>
    public int Count => Classes.Shape[1];

    /// <summary>The number a · p + b of each pair of a replica, ascending.</summary>
    public IReadOnlyList<int> Numbers(int replica) => numbers[replica];

    /// <summary>
    /// All p² ordered pairs with what the task gives, cut by each replica's seed into a part to train on, ⌊share · p²⌋ of them, and the rest
    /// (Zhong, Liu, Tegmark, Andreas 2023, "The clock and the pizza"; share 0.8 there).
    /// </summary>
    public static (TokenPairs Train, TokenPairs Test) Cut(Device device, ModularTask task, PairTokens form, double share, params ReadOnlySpan<ulong> seeds)
    {
        int count = task.P * task.P, train = (int)(share * count);
        if (train < 1 || train >= count) throw new HandmadeException($"modular addition: {share} of the {count} pairs modulo {task.P} to train on; both parts need at least one pair");
        int replicas = seeds.Length;
        double[] keys = new RandomStream(device, seeds, stream: Split).Uniform([replicas, count], dtype: DType.F64).ToArray<double>();
        var (trained, tested) = (new int[replicas][], new int[replicas][]);
        for (int r = 0; r < replicas; r++)
        {
            int[] order = [.. Enumerable.Range(0, count)];
            Array.Sort(keys[(r * count)..((r + 1) * count)], order);
            trained[r] = [.. order[..train].Order()];
            tested[r] = [.. order[train..].Order()];
        }
        return (new TokenPairs(device, task, form, trained), new TokenPairs(device, task, form, tested));
    }

    /// <summary>The cut of all sums modulo p, a token for each number.</summary>
    public static (TokenPairs Train, TokenPairs Test) ModularAddition(Device device, int p, double share, params ReadOnlySpan<ulong> seeds) =>
        Cut(device, ModularTask.Sum(p), new PairTokens(p), share, seeds);

    /// <summary>All p² pairs with what the task gives, the same for every replica.</summary>
    public static TokenPairs All(Device device, ModularTask task, PairTokens form, int replicas = 1) =>
        new(device, task, form, [.. Enumerable.Repeat(Enumerable.Range(0, task.P * task.P).ToArray(), replicas)]);

    /// <summary>All p² sums modulo p, the same for every replica.</summary>
    public static TokenPairs All(Device device, int p, int replicas = 1) => All(device, ModularTask.Sum(p), new PairTokens(p), replicas);

    // Number of the random stream that cuts: parameters are drawn from stream 0.
    private const ulong Split = 1;
}
