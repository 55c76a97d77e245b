namespace Handmade.Kernels.Ops;

/// <summary>
/// How a network's tensors, dense and [R, ...] each, are cut for a launch that goes over all of them: every replica the
/// same way, no piece longer than 4,096 elements. Pieces are numbered replica by replica, tensor by tensor.
/// </summary>
internal sealed class Segments
{
    /// <summary>The most elements of a piece.</summary>
    public const int Longest = 4096;

    private readonly (int Tensor, long Start, int Length)[] pieces;
    private readonly long[] stride;

    public Segments(string op, string what, IReadOnlyList<TensorView> tensors, int replicas)
    {
        if (tensors.Count == 0) throw new HandmadeException($"{op}: the list of {what}s is empty");
        var cut = new List<(int, long, int)>();
        stride = new long[tensors.Count];
        for (int i = 0; i < tensors.Count; i++)
        {
            TensorView tensor = tensors[i];
            Require.Float(op, tensor);
            Require.Same(op, tensors[0], tensor);
            if (!tensor.IsContiguous || tensor.Shape.Rank == 0 || tensor.Shape[0] != replicas)
                throw new HandmadeException($"{op}: {what} {i} has shape {tensor.Shape}; it must be dense and its first axis the {replicas} replicas");
            stride[i] = tensor.Count / Math.Max(1, replicas);
            for (long start = 0; start < stride[i]; start += Longest) cut.Add((i, start, (int)Math.Min(Longest, stride[i] - start)));
            Elements += tensor.Count;
        }
        pieces = [.. cut];
        Count = replicas * pieces.Length;
    }

    /// <summary>Pieces of one replica.</summary>
    public int PerReplica => pieces.Length;

    /// <summary>Pieces of all replicas.</summary>
    public int Count { get; }

    /// <summary>Elements of all tensors together.</summary>
    public long Elements { get; }

    /// <summary>Elements of a tensor in one replica.</summary>
    public long LengthOf(int tensor) => stride[tensor];

    /// <summary>Pieces of a tensor in one replica.</summary>
    public int PiecesOf(int tensor) => (int)((stride[tensor] + Longest - 1) / Longest);

    /// <summary>A piece: whose it is, and where its elements lie in which tensor.</summary>
    public (int Replica, int Tensor, nint Start, int Length) this[int number]
    {
        get
        {
            (int replica, int piece) = Math.DivRem(number, pieces.Length);
            (int tensor, long start, int length) = pieces[piece];
            return (replica, tensor, (nint)((replica * stride[tensor]) + start), length);
        }
    }
}
