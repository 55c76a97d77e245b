using System.Numerics;

namespace Handmade.Kernels;

/// <summary>Where a pool gets its blocks from.</summary>
internal interface IMemorySource
{
    /// <summary>The device, as errors name it.</summary>
    string Name { get; }

    /// <summary>A block of at least this size, or 0 where there is none.</summary>
    nint Allocate(long bytes);

    /// <summary>Gives a block of this size back.</summary>
    void Free(nint block, long bytes);

    /// <summary>What more there is, in words and as well as it is known: "1,024 free".</summary>
    string Left { get; }
}

/// <summary>
/// Blocks of a device's memory, kept by size class when returned: eager training asks for the same sizes step after step.
/// Safe for several threads (finalizers return memory too).
/// </summary>
internal sealed class MemoryPool(IMemorySource source) : IDisposable
{
    private readonly Dictionary<long, Stack<nint>> free = [];
    private readonly Lock gate = new();
    private bool isDisposed;

    /// <summary>Bytes handed out and not returned.</summary>
    public long BytesInUse { get; private set; }

    public nint Take(long bytes)
    {
        long size = SizeClass(bytes);
        lock (gate)
        {
            ObjectDisposedException.ThrowIf(isDisposed, this);
            BytesInUse += size;
            if (free.TryGetValue(size, out Stack<nint>? blocks) && blocks.TryPop(out nint block)) return block;
        }
        nint fresh = source.Allocate(size);
        if (fresh == 0)
        {
            // Blocks of other sizes may lie idle.
            Trim();
            fresh = source.Allocate(size);
        }
        if (fresh != 0) return fresh;
        long used;
        lock (gate) used = BytesInUse -= size;
        throw new HandmadeException($"out of memory on {source.Name}: asked for {bytes:N0} bytes with {used:N0} in use and {source.Left}; use a smaller preset or batch");
    }

    public void Return(nint block, long bytes)
    {
        long size = SizeClass(bytes);
        lock (gate)
        {
            BytesInUse -= size;
            if (!isDisposed)
            {
                if (!free.TryGetValue(size, out Stack<nint>? blocks)) free[size] = blocks = new Stack<nint>();
                blocks.Push(block);
                return;
            }
        }
        source.Free(block, size);
    }

    public void Dispose()
    {
        lock (gate) isDisposed = true;
        Trim();
    }

    private void Trim()
    {
        lock (gate)
        {
            foreach (var (size, blocks) in free)
                foreach (nint block in blocks) source.Free(block, size);
            free.Clear();
        }
    }

    /// <summary>Powers of two up to 1 MiB (at least a cache line), whole MiB above: little waste, few classes.</summary>
    private static long SizeClass(long bytes) => bytes <= 1 << 20
        ? (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(bytes, 64))
        : (bytes + (1 << 20) - 1) >> 20 << 20;
}
