using System.Runtime.InteropServices;

namespace Handmade.Kernels.Host;

/// <summary>
/// Aligned working memory of the calling thread for the duration of one kernel: grows once, is reused ever after.
/// A kernel takes all that it needs in one call; the next call on the thread hands out the same memory.
/// </summary>
public static unsafe class Scratch
{
    [ThreadStatic]
    private static Block? block;

    /// <summary>At least <paramref name="count"/> elements of unspecified content, aligned to a cache line.</summary>
    public static T* Take<T>(long count) where T : unmanaged
    {
        long bytes = count * sizeof(T);
        if (block is null || block.Bytes < bytes) block = new Block(Math.Max(bytes, 2 * (block?.Bytes ?? 32768)));
        return (T*)block.Address;
    }

    private sealed class Block(long bytes)
    {
        public void* Address { get; } = NativeMemory.AlignedAlloc((nuint)bytes, 64);

        public long Bytes => bytes;

        ~Block() => NativeMemory.AlignedFree(Address);
    }
}
