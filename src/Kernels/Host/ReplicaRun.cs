namespace Handmade.Kernels.Host;

/// <summary>
/// A run of launches cut into blocks of replicas of which none writes what another one touches: each may go through the run, and through
/// many steps, without regard to the others. It is enough to know which memory the launches touch, by their inputs and outputs.
/// </summary>
internal sealed class ReplicaRun
{
    // What a block writes should leave room in a core's second-level cache (512 KiB on the smallest machines in use) for what it only reads.
    private const long CacheBytes = 128 << 10;

    private ReplicaRun(Block[] blocks, long arenaBytes) => (Blocks, ArenaBytes) = (blocks, arenaBytes);

    /// <summary>The blocks, first replica to last.</summary>
    public Block[] Blocks { get; }

    /// <summary>Memory for the temporaries of one block.</summary>
    public long ArenaBytes { get; }

    /// <summary>Launches of some of the replicas, and where their temporaries lie.</summary>
    public readonly record struct Block(Launch[] Launches, DeviceBuffer Place);

    /// <summary>R, as far as launches tell: the first extent that most of their outputs have, of those that are not 1.</summary>
    public static int ReplicasOf(IEnumerable<Launch> launches) => launches
        .SelectMany(launch => launch.Outputs)
        .Where(output => output.Shape.Rank > 0 && output.Shape[0] > 1)
        .GroupBy(output => output.Shape[0])
        .OrderByDescending(group => group.Count())
        .Select(group => group.Key)
        .FirstOrDefault(1);

    /// <summary>Whether a launch falls into so many replicas.</summary>
    public static bool Cuts(Launch launch, int replicas) => launch.For(new ReplicaBlock(replicas, 0, 1)) is not null;

    /// <summary>Cuts launches that all fall into replicas; null where the blocks would meet.</summary>
    /// <param name="device">Where they run.</param>
    /// <param name="run">The launches in their order.</param>
    /// <param name="replicas">R.</param>
    /// <param name="outside">Buffers that other launches of the step touch: their bytes have to stay where they are.</param>
    /// <param name="threads">There should be blocks for all of them.</param>
    public static ReplicaRun? Cut(Device device, IReadOnlyList<Launch> run, int replicas, IReadOnlySet<DeviceBuffer> outside, int threads)
    {
        int size = BlockSize(run, replicas, threads), blocks = (replicas + size - 1) / size;
        var touches = new Touches();
        var lives = new Dictionary<DeviceBuffer, (int First, int Last)>();
        for (int b = 0; b < blocks; b++)
        {
            var block = new ReplicaBlock(replicas, b * size, Math.Min(size, replicas - (b * size)));
            for (int i = 0; i < run.Count; i++) touches.Add(b, run[i].For(block)!);
        }
        for (int i = 0; i < run.Count; i++)
            foreach (TensorView tensor in run[i].Inputs.Concat(run[i].Outputs))
                lives[tensor.Buffer] = lives.TryGetValue(tensor.Buffer, out var life) ? (life.First, i) : (i, i);

        // A temporary of one block can lie where the last block had its own, which is still in the cache.
        HashSet<DeviceBuffer> movable = [.. touches.Buffers.Where(buffer => buffer.IsInArena && !outside.Contains(buffer) && touches.HaveOwnHulls(buffer, blocks))];
        if (!touches.AreApart(movable)) return null;
        var plan = new ArenaPlan(lives.Where(life => movable.Contains(life.Key)).Select(life =>
        {
            var (start, end) = touches.Hull(life.Key, 0);
            return (life.Key, end - start, life.Value.First, life.Value.Last);
        }));
        return new ReplicaRun([.. Enumerable.Range(0, blocks).Select(BlockOf)], plan.Bytes);

        Block BlockOf(int b)
        {
            DeviceBuffer place = DeviceBuffer.Place(device, plan.Bytes);
            var moved = plan.Offsets.ToDictionary(pair => pair.Key, pair => DeviceBuffer.Inside(place, pair.Value, pair.Key.Bytes));
            var block = new ReplicaBlock(replicas, b * size, Math.Min(size, replicas - (b * size)), view => moved.TryGetValue(view.Buffer, out DeviceBuffer? home)
                ? new TensorView(home, view.Offset - (nint)(touches.Hull(view.Buffer, b).Start / view.DType.Bytes()), view.Shape, view.Strides.ToArray(), view.DType)
                : view);
            return new Block([.. run.Select(launch => launch.For(block)!)], place);
        }
    }

    private static int BlockSize(IReadOnlyList<Launch> run, int replicas, int threads)
    {
        var one = new ReplicaBlock(replicas, 0, 1);
        long bytes = run.SelectMany(launch => launch.For(one)!.Outputs).DistinctBy(output => (output.Buffer.Block, output.Buffer.ByteOffset, output.Offset)).Sum(output => output.Count * output.DType.Bytes());
        int size = (int)Math.Clamp(CacheBytes / Math.Max(bytes, 1), 1, Math.Max(replicas / threads, 1));
        int blocks = (replicas + size - 1) / size;
        return (replicas + blocks - 1) / blocks;
    }
}
