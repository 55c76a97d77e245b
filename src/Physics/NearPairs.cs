using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256;
using Wide = System.Runtime.Intrinsics.Vector256<double>;

namespace Handmade.Physics;

/// <summary>
/// A part of the neighbor list: pairs that may touch before the list is made again, as byte offsets of their discs, and for every
/// four pairs the lanes that have touched since.
/// </summary>
internal unsafe struct NearPairs
{
    /// <summary>Bytes of a disc.</summary>
    public const int DiscBytes = 32;

    private NativeList<uint> a, b;
    private NativeList<byte> marks;

    /// <summary>How many pairs, without padding.</summary>
    public int Count { get; private set; }

    /// <summary>Empties the list.</summary>
    public void Clear() => Count = 0;

    /// <summary>Lists disc i with those of the discs begin…end−1 of the cell list that are in range.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add<TSides>(DiscCells cells, int i, int begin, int end, Wide range2) where TSides : struct, IDiscSides
    {
        int count = Count;
        Ensure(count + end - begin + 4);
        uint* toA = a.Data + count, toB = b.Data + count;
        var x = V.Create(cells.X[i]);
        var y = V.Create(cells.Y[i]);
        var mine = Vector128.Create((uint)i * DiscBytes);
        int j = begin;
        // Most ranges are shorter than a vector, so the first one is not worth a branch; the cell list has room to read past its end.
        do
        {
            var dx = TSides.Nearest(x - V.Load(cells.X + j), cells.Width);
            var dy = y - V.Load(cells.Y + j);
            uint found = V.LessThan(V.FusedMultiplyAdd(dx, dx, dy * dy), range2).ExtractMostSignificantBits() & (15u >> (4 - Math.Min(4, end - j)));
            mine.Store(toA);
            Quads.Pack(Vector128.Create((uint)j * DiscBytes) + Vector128.Create(0u, DiscBytes, 2 * DiscBytes, 3 * DiscBytes), found).Store(toB);
            int more = BitOperations.PopCount(found);
            toA += more;
            toB += more;
            j += 4;
        }
        while (j < end);
        Count = (int)(toA - a.Data);
    }

    /// <summary>Fills the last four with pairs of a disc that touches nothing, and forgets who touched.</summary>
    public void Close(uint nobody)
    {
        Ensure(Count + 4);
        Vector128.Create(nobody).Store(a.Data + Count);
        Vector128.Create(nobody).Store(b.Data + Count);
        marks.Ensure((Count + 3) / 4 + 8);
        NativeMemory.Clear(marks.Data, (nuint)((Count + 3) / 4 + 8));
    }

    // Bound: per four pairs 8 offsets and 8 places are loaded, and about 20 more instructions work on them.
    /// <summary>Writes the pairs that overlap, marks them, and says how many.</summary>
    public readonly int Overlapping<TSides, TSizes>(byte* discs, double* radii, double reach, double width, uint* toA, uint* toB)
        where TSides : struct, IDiscSides where TSizes : struct, IDiscSizes
    {
        var reach2 = V.Create(reach * reach);
        uint* start = toA, nextA = a.Data, nextB = b.Data;
        byte* mark = marks.Data;
        for (uint* end = nextA + Count; nextA < end; nextA += 4, nextB += 4, mark++)
        {
            var (dx, dy) = Quads.Separation(discs, nextA, nextB);
            dx = TSides.Nearest(dx, width);
            if (TSizes.Differ)
            {
                var apart = Quads.Of(radii, nextA) + Quads.Of(radii, nextB);
                reach2 = apart * apart;
            }
            uint touching = V.LessThan(V.FusedMultiplyAdd(dx, dx, dy * dy), reach2).ExtractMostSignificantBits();
            *mark |= (byte)touching;
            Quads.Pack(Vector128.Load(nextA), touching).Store(toA);
            Quads.Pack(Vector128.Load(nextB), touching).Store(toB);
            int more = BitOperations.PopCount(touching);
            toA += more;
            toB += more;
        }
        return (int)(toA - start);
    }

    /// <summary>Hands over who touched since the list was made, and forgets it.</summary>
    public readonly void TakeContacts(int* ids, FrameContacts contacts)
    {
        // Marks of 32 pairs a word; behind the last there is room for one.
        for (int first = 0; first < Count; first += 32)
        {
            ulong* word = (ulong*)(marks.Data + first / 4);
            for (ulong left = *word; left != 0; left &= left - 1)
            {
                int bit = BitOperations.TrailingZeroCount(left), pair = first + bit / 8 * 4 + bit % 8;
                contacts.Add(ids[a.Data[pair] / DiscBytes], ids[b.Data[pair] / DiscBytes]);
            }
            *word = 0;
        }
    }

    /// <summary>Gives the memory back.</summary>
    public void Free()
    {
        a.Free();
        b.Free();
        marks.Free();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Ensure(int capacity)
    {
        a.Ensure(capacity);
        b.Ensure(capacity);
    }
}
