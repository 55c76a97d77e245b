using System.Runtime.InteropServices;

namespace Handmade.Physics;

/// <summary>Aligned memory outside the collector's reach that grows and keeps what it holds.</summary>
internal unsafe struct NativeList<T> where T : unmanaged
{
    /// <summary>The elements.</summary>
    public T* Data;

    /// <summary>How many there is room for.</summary>
    public int Capacity;

    /// <summary>Makes room for a number of elements, half as many again when it has to grow.</summary>
    public void Ensure(int capacity)
    {
        if (capacity > Capacity) Grow(capacity);
    }

    private void Grow(int capacity)
    {
        capacity = (int)Math.Min(int.MaxValue, Math.Max(capacity, Capacity + (Capacity / 2L)));
        var grown = (T*)NativeMemory.AlignedAlloc((nuint)capacity * (nuint)sizeof(T), 64);
        if (Data != null) NativeMemory.Copy(Data, grown, (nuint)Capacity * (nuint)sizeof(T));
        NativeMemory.AlignedFree(Data);
        Data = grown;
        Capacity = capacity;
    }

    /// <summary>Gives the memory back.</summary>
    public void Free()
    {
        NativeMemory.AlignedFree(Data);
        Data = null;
        Capacity = 0;
    }
}
