using System.Runtime.InteropServices;

namespace Handmade.Kernels.Accelerators;

/// <summary>The arguments of one kernel call in native memory, in the order of the device text. It grows to the largest call and is reused ever after.</summary>
internal sealed unsafe class ArgumentBlock
{
    // Enough for every type that is passed by value.
    private const int Alignment = 16;
    private byte* bytes;
    private int capacity, used;
    private int[] offsets = new int[32], sizes = new int[32];

    /// <summary>How many arguments.</summary>
    public int Count { get; private set; }

    /// <summary>Where an argument lies; the next <see cref="Add"/> may move it.</summary>
    public void* At(int index) => bytes + offsets[index];

    /// <summary>An argument's size in bytes.</summary>
    public int Size(int index) => sizes[index];

    public void Clear() => Count = used = 0;

    public void Add<T>(T value) where T : unmanaged
    {
        int at = (used + Alignment - 1) / Alignment * Alignment, end = at + sizeof(T);
        if (end > capacity)
        {
            capacity = Math.Max(2 * end, 1024);
            bytes = (byte*)NativeMemory.Realloc(bytes, (nuint)capacity);
        }
        if (Count == sizes.Length)
        {
            Array.Resize(ref offsets, 2 * Count);
            Array.Resize(ref sizes, 2 * Count);
        }
        (offsets[Count], sizes[Count]) = (at, sizeof(T));
        *(T*)(bytes + at) = value;
        Count++;
        used = end;
    }

    /// <summary>The same arguments in memory of their own.</summary>
    public ArgumentBlock Copy()
    {
        var copy = new ArgumentBlock { capacity = used, used = used, Count = Count, offsets = offsets[..Count], sizes = sizes[..Count] };
        copy.bytes = (byte*)NativeMemory.Alloc((nuint)Math.Max(used, 1));
        NativeMemory.Copy(bytes, copy.bytes, (nuint)used);
        return copy;
    }

    // A block lives as long as a thread's queue or a recording; there are few, and nobody waits for their memory.
    ~ArgumentBlock() => NativeMemory.Free(bytes);
}
