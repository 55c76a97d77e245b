using System.Runtime.InteropServices;

namespace Handmade.Kernels.Emulation;

/// <summary>A group of a launch while it runs: its place in the grid, its shared memory, its barrier and warps (none where a kernel has no barriers).</summary>
internal sealed unsafe class EmulatedGroup(KernelConfig config, int idxX, int idxY, Barrier? barrier, EmulatedWarp[] warps) : IDisposable
{
    // What every device has.
    private const long MostSharedBytes = 32 * 1024;

    /// <summary>What a kernel gets that asks for more: as on an H100, the device that such kernels are written for.</summary>
    public const int MostDynamicSharedBytes = 227 * 1024;

    private readonly List<nint> shared = [];
    private readonly Lock gate = new();
    private long sharedBytes;
    private nint dynamicShared;

    public KernelConfig Config { get; } = config;

    /// <summary>What the launch asked for; made by the first thread that needs it.</summary>
    public nint DynamicShared
    {
        get
        {
            lock (gate)
            {
                if (dynamicShared != 0) return dynamicShared;
                if (Config.SharedBytes > MostDynamicSharedBytes)
                    throw new HandmadeException($"the launch asks for {Config.SharedBytes:N0} bytes of shared memory a group; the emulator has {MostDynamicSharedBytes:N0} for it");
                dynamicShared = (nint)NativeMemory.AlignedAlloc((nuint)Math.Max(Config.SharedBytes, 1), 32);
                // Not a number: whoever reads before writing finds out.
                new Span<byte>((void*)dynamicShared, Config.SharedBytes).Fill(0xFF);
                return dynamicShared;
            }
        }
    }

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
        NativeMemory.AlignedFree((void*)dynamicShared);
    }
}
