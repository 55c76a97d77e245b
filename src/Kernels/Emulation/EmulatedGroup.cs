using System.Runtime.InteropServices;

namespace Handmade.Kernels.Emulation;

/// <summary>A group of a launch while it runs: its place in the grid, its shared memory, its barrier and warps (none where a kernel has no barriers).</summary>
internal sealed unsafe class EmulatedGroup(KernelConfig config, int idxX, int idxY, Barrier? barrier, EmulatedWarp[] warps) : IDisposable
{
    // What every device has.
    private const long MostSharedBytes = 32 * 1024;
    private readonly List<nint> shared = [];
    private readonly Lock gate = new();
    private long sharedBytes;

    public KernelConfig Config { get; } = config;

    public int IdxX { get; } = idxX;

    public int IdxY { get; } = idxY;

    public void Wait()
    {
        if (barrier is null) throw new HandmadeException("a barrier in a kernel that the generator took for one without; call Group.Barrier by its name");
        barrier.SignalAndWait();
    }

    /// <summary>The warp of the thread of this number.</summary>
    public EmulatedWarp WarpOf(int thread) => warps[thread / EmulatedWarp.Size];

    /// <summary>The n-th shared array of the group; the first thread that asks makes it.</summary>
    public nint Shared(int n, long bytes)
    {
        lock (gate)
        {
            if (n < shared.Count) return shared[n];
            sharedBytes += bytes;
            if (sharedBytes > MostSharedBytes && barrier is not null)
                throw new HandmadeException($"a group takes {sharedBytes} bytes of shared memory; devices have {MostSharedBytes}");
            shared.Add((nint)NativeMemory.AllocZeroed((nuint)bytes));
            return shared[n];
        }
    }

    public void Dispose()
    {
        foreach (nint memory in shared) NativeMemory.Free((void*)memory);
    }
}
