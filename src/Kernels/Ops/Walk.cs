using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>
/// How kernels find an element's place in up to three operands of any strides: one division per axis, innermost first, by a multiplication with
/// a number that was worked out before the launch, because devices divide slowly. More axes than a kernel walks become several calls.
/// </summary>
internal readonly struct Walk
{
    /// <summary>Rows from this length on have groups of their own.</summary>
    public const int LongRow = 32;

    /// <summary>The most axes that a call walks.</summary>
    public const int MostAxes = 6;

    private readonly Loops loops;
    private readonly int operands;
    private readonly int axes;
    private readonly int without;
    private readonly (long A, long B, long C) starts;

    /// <param name="loops">The loop nest.</param>
    /// <param name="operands">How many of its operands the kernel walks, from the first on.</param>
    /// <param name="starts">Where each operand's first element lies in its view.</param>
    /// <param name="overRows">Walk from row to row: the kernel goes along the innermost axis by itself.</param>
    /// <param name="without">An axis that the kernel goes along by itself too; −1 for none.</param>
    public Walk(Loops loops, int operands, (long A, long B, long C) starts = default, bool overRows = false, int without = -1)
    {
        this.loops = loops;
        this.operands = operands;
        this.starts = starts;
        this.without = without;
        axes = (overRows ? Math.Max(0, loops.Axes - 1) : loops.Axes) - (without < 0 ? 0 : 1);
        All = (overRows ? loops.Rows : checked((int)((long)loops.Rows * loops.Inner))) / (without < 0 ? 1 : loops.Extent(without));
    }

    /// <summary>Elements, or rows, of all calls.</summary>
    public int All { get; }

    /// <summary>How many calls it takes.</summary>
    public int Calls
    {
        get
        {
            int calls = 1;
            for (int axis = 0; axis < axes - MostAxes; axis++) calls *= loops.Extent(axis);
            return calls;
        }
    }

    /// <summary>Elements, or rows, of a call.</summary>
    public int Count => All / Math.Max(1, Calls);

    /// <summary>How many axes the kernel is compiled for: few different numbers, because each is a kernel of its own.</summary>
    public int Axes => axes <= 2 ? 2 : axes <= 4 ? 4 : MostAxes;

    /// <summary>What the kernel takes.</summary>
    public WalkAxes this[int call]
    {
        get
        {
            var (a, b, c) = starts;
            int outer = Math.Max(0, axes - MostAxes);
            for (int axis = outer - 1; axis >= 0; axis--)
            {
                (call, int index) = Math.DivRem(call, loops.Extent(axis));
                a += index * Stride(axis, 0);
                b += index * Stride(axis, 1);
                c += index * Stride(axis, 2);
            }
            return new WalkAxes { StartA = a, StartB = b, StartC = c, Axis0 = Axis(0), Axis1 = Axis(1), Axis2 = Axis(2), Axis3 = Axis(3), Axis4 = Axis(4), Axis5 = Axis(5) };
        }
    }

    /// <summary>True where every operand lies densely and none is stretched: one index serves them all.</summary>
    public static bool IsFlat(Loops loops) => loops.Axes <= 1 && loops.InnerStrides.AsSpan().IndexOfAnyExcept(1) < 0;

    /// <summary>True where all operands lie densely along rows long enough for a group each.</summary>
    public static bool HasLongRows(Loops loops) => loops.Inner >= LongRow && loops.InnerStrides.AsSpan().IndexOfAnyExcept(1) < 0;

    /// <summary>Groups that stay in one row each: <paramref name="parts"/> of them for a row.</summary>
    public static KernelConfig Rows(int rows, int inner, out int parts)
    {
        int group = inner <= 128 ? 64 : 256;
        parts = (inner + group - 1) / group;
        return (checked(rows * parts), group);
    }

    // Counted from the innermost.
    private WalkAxis Axis(int place)
    {
        int axis = axes - 1 - place;
        if (without >= 0 && axis >= without) axis++;
        int extent = axis < 0 ? 1 : loops.Extent(axis);
        (uint multiplier, int shift) = Divisor(extent);
        return new WalkAxis
        {
            Extent = extent,
            Multiplier = multiplier,
            Shift = shift,
            A = axis < 0 ? 0 : Stride(axis, 0),
            B = axis < 0 ? 0 : Stride(axis, 1),
            C = axis < 0 ? 0 : Stride(axis, 2),
        };
    }

    /// <summary>What i / <paramref name="extent"/> is made of for every i below 2³¹: i · multiplier >> shift.</summary>
    public static (uint Multiplier, int Shift) Divisor(int extent)
    {
        // With l = ⌈log₂ extent⌉ and m = ⌊2³¹⁺ˡ/extent⌋ + 1, which 32 bits hold, i·m >> (31 + l) is i/extent.
        int l = 32 - BitOperations.LeadingZeroCount((uint)Math.Max(1, extent) - 1);
        return ((uint)(((1UL << (31 + l)) / (uint)Math.Max(1, extent)) + 1), 31 + l);
    }

    private long Stride(int axis, int operand) => operand < operands ? loops.Stride(axis, operand) : 0;

    /// <summary>The place of element <paramref name="i"/> in each operand.</summary>
    public static WalkPlace Place(WalkAxes walk, int axes, int i)
    {
        var place = new WalkPlace { A = walk.StartA, B = walk.StartB, C = walk.StartC };
        int rest = i;
        Step(walk.Axis0, ref rest, ref place);
        if (axes > 2) Step(walk.Axis1, ref rest, ref place);
        if (axes > 2) Step(walk.Axis2, ref rest, ref place);
        if (axes > 4) Step(walk.Axis3, ref rest, ref place);
        if (axes > 4) Step(walk.Axis4, ref rest, ref place);
        // What is left is the index on the outermost axis.
        if (axes == 2) Move(walk.Axis1, rest, ref place);
        if (axes == 4) Move(walk.Axis3, rest, ref place);
        if (axes == 6) Move(walk.Axis5, rest, ref place);
        return place;
    }

    private static void Step(WalkAxis axis, ref int rest, ref WalkPlace place)
    {
        int next = (int)(((ulong)(uint)rest * axis.Multiplier) >> axis.Shift);
        Move(axis, rest - (next * axis.Extent), ref place);
        rest = next;
    }

    private static void Move(WalkAxis axis, int index, ref WalkPlace place)
    {
        place.A += index * axis.A;
        place.B += index * axis.B;
        place.C += index * axis.C;
    }
}

/// <summary>One axis of a walk: its extent, what a division by it is made of, and how far apart its neighbours lie in each operand.</summary>
internal struct WalkAxis
{
    public int Extent;
    public uint Multiplier;
    public int Shift;
    public long A, B, C;
}

/// <summary>The axes of a walk, innermost first, and where it starts.</summary>
internal struct WalkAxes
{
    public long StartA, StartB, StartC;
    public WalkAxis Axis0, Axis1, Axis2, Axis3, Axis4, Axis5;
}

/// <summary>An element's place in each operand.</summary>
internal struct WalkPlace
{
    public long A, B, C;
}
