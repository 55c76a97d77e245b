using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>Where a block ends: 512 vectors, along the row or down the column.</summary>
internal static class ReduceLaunch<T> where T : unmanaged
{
    private const int BlockVectors = 512;

    /// <summary>How many elements of the reduced axis one block holds.</summary>
    public static int BlockLength(Slab slab) => slab.Inner == 1 ? BlockVectors * Lanes<T>.Count : BlockVectors;
}

/// <summary>
/// One level of <see cref="Reduce"/>'s tree: x [outer, length, inner] → y [outer, blocks, inner]. With inner = 1 the
/// lanes lie along the reduced axis, else across the outputs. A grid unit is one block of one row, or of 16 columns.
/// </summary>
internal sealed unsafe partial class ReduceLaunch<T, TOp>(string name, TensorView x, Slab slab, int blocks, TensorView? context, double divisor, TensorView y)
    : Launch(name, context is null ? [x] : [x, context], [y])
    where T : unmanaged, IFloatingPointIeee754<T>
    where TOp : struct, IReduction<T>
{
    private readonly int blockLength = ReduceLaunch<T>.BlockLength(slab);
    private readonly int tiles = slab.Inner == 1 ? 1 : (slab.Inner + Lanes<T>.Count - 1) / Lanes<T>.Count;
    private readonly long elements = x.Count;
    private readonly Vector512<T> tailLanes = FirstLanes(slab.Inner == 1 ? slab.Length % Lanes<T>.Count : Lanes<T>.Count);
    private readonly double given = divisor;
    private readonly T divisor = T.CreateTruncating(divisor);

    public override int Grid => slab.Outer * blocks * tiles;

    public override long Work => elements;

    public override Launch? For(ReplicaBlock block)
    {
        // A sum over single elements is a copy, which stands as one long column: any part of it will do.
        bool isCopy = slab is { Outer: 1, Length: 1 } && context is null;
        TensorView all = isCopy ? y.Reshape(x.Shape) : y;
        if (!block.Cuts(x, all, context) || (!isCopy && slab.Outer % y.Shape[0] != 0)) return null;
        TensorView part = block.Of(all);
        Slab cut = isCopy ? slab with { Inner = (int)part.Count } : slab with { Outer = slab.Outer / y.Shape[0] * part.Shape[0] };
        return new ReduceLaunch<T, TOp>(Name, block.Of(x), cut, blocks, context is null ? null : block.Of(context), given, part);
    }

    public override void Run(int begin, int end)
    {
        T* from = x.Pointer<T>(), to = y.Pointer<T>(), c = context is null ? null : context.Pointer<T>(), spare = stackalloc T[2 * Lanes<T>.Count];
        if (slab.Inner == 1) for (int unit = begin; unit < end; unit++) Row(from, to, c, spare, unit);
        else for (int unit = begin; unit < end; unit++) Columns(from, to, c, spare, unit);
    }

    private void Row(T* from, T* to, T* c, T* spare, int unit)
    {
        (int outer, int block) = blocks == 1 ? (unit, 0) : Math.DivRem(unit, blocks);
        int start = block * blockLength, length = Math.Min(slab.Length - start, blockLength);
        int whole = length / Lanes<T>.Count, count = (length + Lanes<T>.Count - 1) / Lanes<T>.Count;
        Lanes<T> shared = c == null ? default : Lanes<T>.Broadcast(c[outer]);
        T* p = from + ((nint)outer * slab.Length) + start, rest = p + ((nint)whole * Lanes<T>.Count);
        if (whole < count) rest = Readable(rest, from + elements, spare);
        to[unit] = TOp.Fold(Accumulate(p, Lanes<T>.Count, whole, count, rest, shared)) / divisor;
    }

    private void Columns(T* from, T* to, T* c, T* spare, int unit)
    {
        (int outerBlock, int tile) = Math.DivRem(unit, tiles);
        (int outer, int block) = Math.DivRem(outerBlock, blocks);
        int start = block * blockLength, count = Math.Min(slab.Length - start, blockLength), column = tile * Lanes<T>.Count;
        int width = Math.Min(Lanes<T>.Count, slab.Inner - column);
        nint first = ((((nint)outer * slab.Length) + start) * slab.Inner) + column;
        // A narrow tile reads whole vectors too, as long as they end inside the tensor; the lanes of its neighbours are dropped.
        int whole = width == Lanes<T>.Count ? count : (int)Math.Clamp(((nint)elements - Lanes<T>.Count - first + slab.Inner) / slab.Inner, 0, count);
        Lanes<T> own = c == null ? default : Lanes<T>.LoadPartial(c + ((nint)outer * slab.Inner) + column, width);
        T* p = from + first, rest = p + ((nint)whole * slab.Inner);
        if (whole < count) rest = Readable(rest, from + elements, spare);
        Lanes<T> sum = Accumulate(p, slab.Inner, whole, count, rest, own) / Lanes<T>.Broadcast(divisor);
        T* target = to + ((nint)outerBlock * slab.Inner) + column;
        if (width == Lanes<T>.Count) sum.Store(target);
        else sum.StorePartial(target, width);
    }

    /// <summary>
    /// Reduces <paramref name="count"/> vectors that lie <paramref name="step"/> apart: the first <paramref name="whole"/> from
    /// <paramref name="p"/> on, with all lanes, the others from <paramref name="rest"/> on, with the lanes of the row's tail.
    /// </summary>
    // No call may stand among these loops: it would cost the accumulators their registers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Lanes<T> Accumulate(T* p, nint step, int whole, int count, T* rest, Lanes<T> c)
    {
        Lanes<T> a0 = TOp.Identity, a1 = a0, a2 = a0, a3 = a0;
        int i = 0;
        for (; i <= whole - 4; i += 4, p += 4 * step)
        {
            a0 = TOp.Combine(a0, TOp.Map(Lanes<T>.Load(p), c));
            a1 = TOp.Combine(a1, TOp.Map(Lanes<T>.Load(p + step), c));
            a2 = TOp.Combine(a2, TOp.Map(Lanes<T>.Load(p + (2 * step)), c));
            a3 = TOp.Combine(a3, TOp.Map(Lanes<T>.Load(p + (3 * step)), c));
        }
        if (i < whole) a0 = TOp.Combine(a0, TOp.Map(Lanes<T>.Load(p), c));
        if (i + 1 < whole) a1 = TOp.Combine(a1, TOp.Map(Lanes<T>.Load(p + step), c));
        if (i + 2 < whole) a2 = TOp.Combine(a2, TOp.Map(Lanes<T>.Load(p + (2 * step)), c));
        for (i = whole; i < count; i++, rest += step)
        {
            Lanes<T> x = TOp.Map(new(Vector512.ConditionalSelect(tailLanes, Vector512.Load(rest), TOp.Padding(c).V)), c);
            switch (i & 3)
            {
                case 0: a0 = TOp.Combine(a0, x); break;
                case 1: a1 = TOp.Combine(a1, x); break;
                case 2: a2 = TOp.Combine(a2, x); break;
                default: a3 = TOp.Combine(a3, x); break;
            }
        }
        return TOp.Combine(TOp.Combine(a0, a1), TOp.Combine(a2, a3));
    }

    /// <summary>Elements from <paramref name="p"/> on in memory where a whole vector may be read: in place, or copied if the tensor ends before.</summary>
    private static T* Readable(T* p, T* end, T* spare)
    {
        if (p + Lanes<T>.Count <= end) return p;
        Unsafe.CopyBlockUnaligned(spare, p, (uint)((byte*)end - (byte*)p));
        return spare;
    }

    private static Vector512<T> FirstLanes(int count)
    {
        Vector512<T> lanes = default;
        new Span<byte>(&lanes, count * sizeof(T)).Fill(0xFF);
        return lanes;
    }
}
