using System.Numerics;
using System.Runtime.InteropServices;

namespace Handmade.Kernels.Host;

/// <summary>
/// Aligned native memory, kept by size class when returned: eager training asks for the same sizes step after step.
/// Safe for several threads (finalizers return memory too).
/// </summary>
internal sealed unsafe class MemoryPool : IDisposable
{
    // A cache line, and the widest vector.
    private const nuint Alignment = 64;
    private readonly Dictionary<long, Stack<nint>> free = [];
    private readonly Lock gate = new();
    private bool isDisposed;

    public long BytesInUse { get; private set; }

    public nint Take(long bytes)
    {
        long size = SizeClass(bytes);
        lock (gate)
        {
            BytesInUse += size;
            if (free.TryGetValue(size, out Stack<nint>? blocks) && blocks.TryPop(out nint block)) return block;
        }
        try
        {
            return Allocate(size);
        }
        catch (OutOfMemoryException exception)
        {
            long used;
            lock (gate) used = BytesInUse -= size;
            throw new HandmadeException($"out of memory on host: asked for {bytes:N0} bytes with {used:N0} in use; use a smaller preset or batch", exception);
        }
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
        NativeMemory.AlignedFree((void*)block);
    }

    public void Dispose()
    {
        lock (gate) isDisposed = true;
        Trim();
    }

    private nint Allocate(long size)
    {
        try
        {
            return (nint)NativeMemory.AlignedAlloc((nuint)size, Alignment);
        }
        catch (OutOfMemoryException)
        {
            // Blocks of other sizes may lie idle.
            Trim();
            return (nint)NativeMemory.AlignedAlloc((nuint)size, Alignment);
        }
    }

    private void Trim()
    {
        lock (gate)
        {
            foreach (nint block in free.Values.SelectMany(blocks => blocks)) NativeMemory.AlignedFree((void*)block);
            free.Clear();
        }
    }

    /// <summary>Powers of two up to 1 MiB (at least a cache line), whole MiB above: little waste, few classes.</summary>
    private static long SizeClass(long bytes) => bytes <= 1 << 20
        ? (long)BitOperations.RoundUpToPowerOf2((ulong)Math.Max(bytes, 64))
        : (bytes + (1 << 20) - 1) >> 20 << 20;
}
