using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>One operand's row: first element, stride in elements, and whether its elements are the bytes of a mask.</summary>
internal readonly unsafe struct Source(byte* pointer, nint stride, bool isMask)
{
    public readonly byte* Pointer = pointer;
    public readonly nint Stride = stride;
    public readonly bool IsMask = isMask;

    /// <summary>The row that begins so many elements further on.</summary>
    public Source At<T>(nint elements) where T : unmanaged => new(Pointer + (elements * (IsMask ? 1 : sizeof(T))), Stride, IsMask);
}

/// <summary>How an operand's row becomes lanes. A type per way, so that the loop over a row has no branch in it.</summary>
internal interface IFetch<T> where T : unmanaged
{
    /// <summary>What is the same for the whole row.</summary>
    static abstract Lanes<T> Prepare(Source row);

    /// <summary>A full vector from element <paramref name="i"/> on.</summary>
    static abstract Lanes<T> Load(Source row, nint i, Lanes<T> prepared);

    /// <summary>The first <paramref name="count"/> lanes of it.</summary>
    static abstract Lanes<T> LoadPartial(Source row, nint i, int count, Lanes<T> prepared);
}

/// <summary>Neighbouring elements.</summary>
internal readonly unsafe struct Dense<T> : IFetch<T> where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Prepare(Source row) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Load(Source row, nint i, Lanes<T> prepared) => Lanes<T>.Load((T*)row.Pointer + i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> LoadPartial(Source row, nint i, int count, Lanes<T> prepared) => Lanes<T>.LoadPartial((T*)row.Pointer + i, count);
}

/// <summary>One value for the whole row: a constant, or an operand stretched along it.</summary>
internal readonly unsafe struct Repeated<T> : IFetch<T> where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Prepare(Source row) => Lanes<T>.Broadcast(*(T*)row.Pointer);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Load(Source row, nint i, Lanes<T> prepared) => prepared;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> LoadPartial(Source row, nint i, int count, Lanes<T> prepared) => prepared;
}

/// <summary>Neighbouring bytes of a mask, as lanes of 0 and 1.</summary>
internal readonly unsafe struct DenseMask<T> : IFetch<T> where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Prepare(Source row) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Load(Source row, nint i, Lanes<T> prepared) => Masks.Load<T>(row.Pointer + i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> LoadPartial(Source row, nint i, int count, Lanes<T> prepared) => Masks.LoadPartial<T>(row.Pointer + i, count);
}

/// <summary>Any stride, values or mask: element by element.</summary>
internal readonly unsafe struct Gathered<T> : IFetch<T> where T : unmanaged
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Prepare(Source row) => default;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Load(Source row, nint i, Lanes<T> prepared) =>
        row.Stride == 1 && !row.IsMask ? Lanes<T>.Load((T*)row.Pointer + i) : LoadPartial(row, i, Lanes<T>.Count, prepared);

    [MethodImpl(MethodImplOptions.NoInlining)]
    public static Lanes<T> LoadPartial(Source row, nint i, int count, Lanes<T> prepared)
    {
        if (row.IsMask)
        {
            byte* mask = stackalloc byte[Lanes<T>.Count];
            for (int j = 0; j < count; j++) mask[j] = row.Pointer[(i + j) * row.Stride];
            return Masks.LoadPartial<T>(mask, count);
        }
        T* packed = stackalloc T[Lanes<T>.Count], from = (T*)row.Pointer + (i * row.Stride);
        for (int j = 0; j < count; j++) packed[j] = from[j * row.Stride];
        return Lanes<T>.Load(packed);
    }
}

/// <summary>How lanes become elements of the output's row, which is always dense.</summary>
internal unsafe interface IStore<T> where T : unmanaged
{
    /// <summary>Bytes of one stored element.</summary>
    static abstract int Bytes { get; }

    /// <summary>All lanes to element <paramref name="i"/> on.</summary>
    static abstract void Store(byte* row, nint i, Lanes<T> lanes);

    /// <summary>The first <paramref name="count"/> lanes.</summary>
    static abstract void StorePartial(byte* row, nint i, int count, Lanes<T> lanes);
}

/// <summary>The lanes as they are.</summary>
internal readonly unsafe struct Values<T> : IStore<T> where T : unmanaged
{
    public static int Bytes => sizeof(T);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* row, nint i, Lanes<T> lanes) => lanes.Store((T*)row + i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(byte* row, nint i, int count, Lanes<T> lanes) => lanes.StorePartial((T*)row + i, count);
}

/// <summary>A byte per lane: 1 where the lane is not 0.</summary>
internal readonly unsafe struct MaskOf<T> : IStore<T> where T : unmanaged
{
    public static int Bytes => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(byte* row, nint i, Lanes<T> lanes) => Masks.Store(lanes, row + i);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void StorePartial(byte* row, nint i, int count, Lanes<T> lanes) => Masks.StorePartial(lanes, row + i, count);
}
