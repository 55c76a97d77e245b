using System.Runtime.InteropServices;

namespace Handmade.Kernels.Emulation;

/// <summary>One thread of a group: where it stands, and the memory that it took. The vocabulary of kernels asks the current one.</summary>
internal sealed unsafe class WorkItem(EmulatedGroup group, int idxX, int idxY) : IDisposable
{
    [ThreadStatic]
    private static WorkItem? current;

    private readonly List<nint> taken = [];
    private int sharedArrays;
    private EmulatedCopies? copies;

    /// <summary>The work item of the calling thread.</summary>
    public static WorkItem Current =>
        current ?? throw new HandmadeException("Grid, Group, SharedMemory and LocalMemory are for kernels: call the method that takes a KernelQueue, which runs the kernel on a device");

    public EmulatedGroup Group { get; } = group;

    public int IdxX { get; } = idxX;

    public int IdxY { get; } = idxY;

    /// <summary>How often the thread waited at a barrier.</summary>
    public int Barriers { get; private set; }

    /// <summary>How often the thread exchanged words with its warp.</summary>
    public int Exchanges { get; private set; }

    /// <summary>Its asynchronous copies.</summary>
    public EmulatedCopies Copies => copies ??= new();

    /// <summary>Runs a kernel as this work item.</summary>
    public void Run(Action kernel)
    {
        current = this;
        try
        {
            kernel();
        }
        finally
        {
            current = null;
        }
    }

    public void Barrier()
    {
        Barriers++;
        Group.Wait();
    }

    /// <summary>Gives words to the warp and returns those of all its threads; <paramref name="lane"/> is the thread's number in it.</summary>
    public ReadOnlySpan<uint> Exchange(ReadOnlySpan<uint> words, out int lane)
    {
        int thread = IdxX + (IdxY * Group.Config.GroupX);
        lane = thread % EmulatedWarp.Size;
        return Group.WarpOf(thread).Exchange(lane, Exchanges++, words);
    }

    // Every thread of a group makes the same allocations in the same order: the n-th of one is the n-th of all.
    public ArrayView<T> Shared<T>(int length) where T : unmanaged => new((T*)Group.Shared(sharedArrays++, (long)length * sizeof(T)), length);

    public ArrayView<T> DynamicShared<T>() where T : unmanaged => new((T*)Group.DynamicShared, Group.Config.SharedBytes / sizeof(T));

    public ArrayView<T> Local<T>(int length) where T : unmanaged
    {
        void* memory = NativeMemory.AllocZeroed((nuint)length, (nuint)sizeof(T));
        taken.Add((nint)memory);
        return new((T*)memory, length);
    }

    public void Dispose()
    {
        foreach (nint memory in taken) NativeMemory.Free((void*)memory);
    }
}
