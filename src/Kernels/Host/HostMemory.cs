using System.Runtime.InteropServices;

namespace Handmade.Kernels.Host;

/// <summary>The program's own memory, for the pool.</summary>
internal sealed unsafe class HostMemory(string name) : IMemorySource
{
    // A cache line, and the widest vector.
    private const nuint Alignment = 64;

    /// <inheritdoc/>
    public string Name => name;

    /// <inheritdoc/>
    public nint Allocate(long bytes)
    {
        try
        {
            return (nint)NativeMemory.AlignedAlloc((nuint)bytes, Alignment);
        }
        catch (OutOfMemoryException)
        {
            return 0;
        }
    }

    /// <inheritdoc/>
    public void Free(nint block, long bytes) => NativeMemory.AlignedFree((void*)block);

    /// <inheritdoc/>
    public string Left
    {
        get
        {
            GCMemoryInfo memory = GC.GetGCMemoryInfo();
            return $"{Math.Max(memory.TotalAvailableMemoryBytes - memory.MemoryLoadBytes, 0):N0} free";
        }
    }
}
