using System.Numerics;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// The elementwise kernels of devices: any functor of up to three operands. Bound by memory for arithmetic functors.
/// </summary>
/// <remarks>
/// Operands are stored as T or as the bytes of a mask; ICvt tells which. Place 0 of an operand means a constant, place k the k-th view.
/// <para>
/// One element per thread in a body without loops, because some compilers put neighbouring threads into the lanes of vectors only then, and they do
/// so only where no thread may stand aside. So the groups that are full, all but the last, take a branch without a condition on the thread. Relu of
/// 2²⁴ floats on PoCL 3.1, GB/s per core-second: each thread asks whether it is within the bounds, 7 · four elements a thread, each asking, 5 · full
/// groups after a barrier, 15 · full groups in a branch, 27 (a copy by the driver: 24).
/// </para>
/// </remarks>
internal static partial class MapKernels
{
    /// <summary>How many axes of different strides a kernel walks.</summary>
    public const int MostAxes = 6;

    [Kernel]
    public static void Flat1<T, TA, TY, TLoadA, TStore, TOp>(
        ArrayView<TY> y, ArrayView<TA> a, T constant0, T constant1, T constant2, int count, [Spec] SpecInt place0, [Spec] SpecInt place1, [Spec] SpecInt place2)
        where T : unmanaged
        where TA : unmanaged
        where TY : unmanaged
        where TLoadA : struct, ICvt<TA, T>
        where TStore : struct, ICvt<TY, T>
        where TOp : struct, ITernary<T>
    {
        int first = Grid.IdxX * Group.DimX, i = first + Group.IdxX;
        if (count - first >= Group.DimX) Element1<T, TA, TY, TLoadA, TStore, TOp>(y, a, constant0, constant1, constant2, i, place0, place1, place2);
        else if (i < count) Element1<T, TA, TY, TLoadA, TStore, TOp>(y, a, constant0, constant1, constant2, i, place0, place1, place2);
    }

    private static void Element1<T, TA, TY, TLoadA, TStore, TOp>(
        ArrayView<TY> y, ArrayView<TA> a, T constant0, T constant1, T constant2, int i, SpecInt place0, SpecInt place1, SpecInt place2)
        where T : unmanaged
        where TA : unmanaged
        where TY : unmanaged
        where TLoadA : struct, ICvt<TA, T>
        where TStore : struct, ICvt<TY, T>
        where TOp : struct, ITernary<T>
    {
        T value = TLoadA.To(a[i]);
        y[i] = TStore.From(TOp.Apply(place0 == 0 ? constant0 : value, place1 == 0 ? constant1 : value, place2 == 0 ? constant2 : value));
    }

    [Kernel]
    public static void Flat2<T, TA, TB, TY, TLoadA, TLoadB, TStore, TOp>(
        ArrayView<TY> y, ArrayView<TA> a, ArrayView<TB> b, T constant0, T constant1, T constant2, int count, [Spec] SpecInt place0, [Spec] SpecInt place1, [Spec] SpecInt place2)
        where T : unmanaged
        where TA : unmanaged
        where TB : unmanaged
        where TY : unmanaged
        where TLoadA : struct, ICvt<TA, T>
        where TLoadB : struct, ICvt<TB, T>
        where TStore : struct, ICvt<TY, T>
        where TOp : struct, ITernary<T>
    {
        int first = Grid.IdxX * Group.DimX, i = first + Group.IdxX;
        if (count - first >= Group.DimX)
            Element2<T, TA, TB, TY, TLoadA, TLoadB, TStore, TOp>(y, a, b, constant0, constant1, constant2, i, place0, place1, place2);
        else if (i < count) Element2<T, TA, TB, TY, TLoadA, TLoadB, TStore, TOp>(y, a, b, constant0, constant1, constant2, i, place0, place1, place2);
    }

    private static void Element2<T, TA, TB, TY, TLoadA, TLoadB, TStore, TOp>(
        ArrayView<TY> y, ArrayView<TA> a, ArrayView<TB> b, T constant0, T constant1, T constant2, int i, SpecInt place0, SpecInt place1, SpecInt place2)
        where T : unmanaged
        where TA : unmanaged
        where TB : unmanaged
        where TY : unmanaged
        where TLoadA : struct, ICvt<TA, T>
        where TLoadB : struct, ICvt<TB, T>
        where TStore : struct, ICvt<TY, T>
        where TOp : struct, ITernary<T>
    {
        T one = TLoadA.To(a[i]), two = TLoadB.To(b[i]);
        y[i] = TStore.From(TOp.Apply(place0 == 0 ? constant0 : one, place1 == 0 ? constant1 : place1 == 1 ? one : two, place2 == 0 ? constant2 : two));
    }

    [Kernel]
    public static void Flat3<T, TA, TY, TLoadA, TStore, TOp>(ArrayView<TY> y, ArrayView<TA> a, ArrayView<T> b, ArrayView<T> c, int count)
        where T : unmanaged
        where TA : unmanaged
        where TY : unmanaged
        where TLoadA : struct, ICvt<TA, T>
        where TStore : struct, ICvt<TY, T>
        where TOp : struct, ITernary<T>
    {
        int first = Grid.IdxX * Group.DimX, i = first + Group.IdxX;
        if (count - first >= Group.DimX) y[i] = TStore.From(TOp.Apply(TLoadA.To(a[i]), b[i], c[i]));
        else if (i < count) y[i] = TStore.From(TOp.Apply(TLoadA.To(a[i]), b[i], c[i]));
    }

    /// <summary>Operands of any strides: the place in each follows from the index by one division per axis, innermost first, as a multiplication (<see cref="Walk"/>).</summary>
    [Kernel]
    public static void Strided<T, TA, TB, TC, TY, TLoadA, TLoadB, TLoadC, TStore, TOp>(
        ArrayView<TY> y, ArrayView<TA> a, ArrayView<TB> b, ArrayView<TC> c, T constant0, T constant1, T constant2, MapAxes walk, int count,
        [Spec] SpecInt axes, [Spec] SpecInt place0, [Spec] SpecInt place1, [Spec] SpecInt place2)
        where T : unmanaged
        where TA : unmanaged
        where TB : unmanaged
        where TC : unmanaged
        where TY : unmanaged
        where TLoadA : struct, ICvt<TA, T>
        where TLoadB : struct, ICvt<TB, T>
        where TLoadC : struct, ICvt<TC, T>
        where TStore : struct, ICvt<TY, T>
        where TOp : struct, ITernary<T>
    {
        int first = Grid.IdxX * Group.DimX, i = first + Group.IdxX;
        if (count - first >= Group.DimX)
            StridedElement<T, TA, TB, TC, TY, TLoadA, TLoadB, TLoadC, TStore, TOp>(y, a, b, c, constant0, constant1, constant2, walk, i, axes, place0, place1, place2);
        else if (i < count)
            StridedElement<T, TA, TB, TC, TY, TLoadA, TLoadB, TLoadC, TStore, TOp>(y, a, b, c, constant0, constant1, constant2, walk, i, axes, place0, place1, place2);
    }

    private static void StridedElement<T, TA, TB, TC, TY, TLoadA, TLoadB, TLoadC, TStore, TOp>(
        ArrayView<TY> y, ArrayView<TA> a, ArrayView<TB> b, ArrayView<TC> c, T constant0, T constant1, T constant2, MapAxes walk, int i,
        SpecInt axes, SpecInt place0, SpecInt place1, SpecInt place2)
        where T : unmanaged
        where TA : unmanaged
        where TB : unmanaged
        where TC : unmanaged
        where TY : unmanaged
        where TLoadA : struct, ICvt<TA, T>
        where TLoadB : struct, ICvt<TB, T>
        where TLoadC : struct, ICvt<TC, T>
        where TStore : struct, ICvt<TY, T>
        where TOp : struct, ITernary<T>
    {
        int rest = i;
        long atA = 0, atB = 0, atC = 0;
        if (axes > 5) Step(walk.Axis5, ref rest, ref atA, ref atB, ref atC);
        if (axes > 4) Step(walk.Axis4, ref rest, ref atA, ref atB, ref atC);
        if (axes > 3) Step(walk.Axis3, ref rest, ref atA, ref atB, ref atC);
        if (axes > 2) Step(walk.Axis2, ref rest, ref atA, ref atB, ref atC);
        if (axes > 1) Step(walk.Axis1, ref rest, ref atA, ref atB, ref atC);
        if (axes > 0) Step(walk.Axis0, ref rest, ref atA, ref atB, ref atC);
        y[i] = TStore.From(TOp.Apply(
            place0 == 0 ? constant0 : TLoadA.To(a[atA]),
            place1 == 0 ? constant1 : TLoadB.To(b[atB]),
            place2 == 0 ? constant2 : TLoadC.To(c[atC])));
    }

    internal static void Step(MapAxis axis, ref int rest, ref long a, ref long b, ref long c)
    {
        int next = (int)(((ulong)(uint)rest * axis.Multiplier) >> axis.Shift), index = rest - (next * axis.Extent);
        rest = next;
        a += index * axis.A;
        b += index * axis.B;
        c += index * axis.C;
    }
}

/// <summary>One axis of a walk: how long it is, what a division by that is made of, and how far apart its neighbours lie in each operand.</summary>
internal struct MapAxis
{
    public int Extent;
    public uint Multiplier;
    public int Shift;
    public long A, B, C;

    /// <summary>An axis of this length and these strides.</summary>
    public static MapAxis Of(int extent, long a, long b, long c)
    {
        (uint multiplier, int shift) = Walk.Divisor(extent);
        return new MapAxis { Extent = extent, Multiplier = multiplier, Shift = shift, A = a, B = b, C = c };
    }
}

/// <summary>The axes of a walk, outermost first.</summary>
internal struct MapAxes
{
    public MapAxis Axis0, Axis1, Axis2, Axis3, Axis4, Axis5;
}

/// <summary>Bytes of a mask as 0 and 1.</summary>
internal readonly struct MaskElement<T> : ICvt<byte, T> where T : INumberBase<T>
{
    public static T To(byte x) => x != 0 ? T.One : T.Zero;

    public static byte From(T x) => x != T.Zero ? (byte)1 : (byte)0;
}
