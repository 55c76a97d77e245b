namespace Handmade.Kernels;

/// <summary>
/// Elements in a device's memory, as a kernel sees them: global memory for a kernel's parameters, a group's or a thread's own for
/// <see cref="SharedMemory"/> and <see cref="LocalMemory"/>. On the emulator every access is checked; devices check nothing.
/// </summary>
public readonly unsafe struct ArrayView<T> where T : unmanaged
{
    private readonly T* first;

    internal ArrayView(T* first, long length)
    {
        this.first = first;
        Length = length;
    }

    /// <summary>How many elements.</summary>
    public long Length { get; }

    /// <summary>How many elements, where an int holds it.</summary>
    public int IntLength => checked((int)Length);

    /// <summary>An element.</summary>
    public ref T this[int index] => ref this[(long)index];

    /// <summary>An element.</summary>
    public ref T this[long index]
    {
        get
        {
            if (index < 0 || index >= Length) throw new HandmadeException($"element {index} of a view of {Length} {typeof(T).Name}; use 0…{Length - 1}");
            return ref first[index];
        }
    }

    /// <summary>The elements from <paramref name="index"/> on.</summary>
    public ArrayView<T> SubView(long index) => SubView(index, Length - index);

    /// <summary><paramref name="length"/> elements from <paramref name="index"/> on.</summary>
    public ArrayView<T> SubView(int index, int length) => SubView((long)index, length);

    /// <summary><paramref name="length"/> elements from <paramref name="index"/> on.</summary>
    public ArrayView<T> SubView(long index, long length)
    {
        if (index < 0 || length < 0 || index + length > Length)
            throw new HandmadeException($"elements {index}…{index + length - 1} of a view of {Length} {typeof(T).Name}; the last one is {Length - 1}");
        return new ArrayView<T>(first + index, length);
    }

    /// <summary>True where the first element lies at a multiple of so many elements.</summary>
    internal bool IsAligned(int elements) => (nint)first % (elements * sizeof(T)) == 0;

    /// <summary>The same bytes as elements of another type.</summary>
    public ArrayView<TOther> Cast<TOther>() where TOther : unmanaged => new((TOther*)first, Length * sizeof(T) / sizeof(TOther));
}
