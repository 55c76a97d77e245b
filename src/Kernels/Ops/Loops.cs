namespace Handmade.Kernels.Ops;

/// <summary>
/// The loop nest that walks several tensors of one (broadcast) shape together: axes along which all of them are
/// regular are merged, so that a dense tensor becomes a single long row.
/// </summary>
internal sealed class Loops
{
    // A single long row is cut here, so that threads can share it.
    private const int Block = 4096;
    private readonly int operands;
    private readonly int[] outer;

    // [axis, operand], the axes outermost first.
    private readonly nint[] outerStrides;

    /// <summary>Loops over <paramref name="shape"/>; each operand is stretched to it.</summary>
    public Loops(Shape shape, params ReadOnlySpan<TensorView> operands)
    {
        if (shape.Count > int.MaxValue)
            throw new HandmadeException($"a tensor of shape {shape} has {shape.Count:N0} elements; ops go over at most {int.MaxValue:N0} at a time: split it");
        this.operands = operands.Length;
        Span<int> extents = stackalloc int[shape.Rank];
        Span<nint> strides = stackalloc nint[shape.Rank * operands.Length];
        Span<nint> next = stackalloc nint[operands.Length];
        int axes = 0;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            int extent = shape[axis];
            if (extent == 1) continue;
            bool merge = axes > 0;
            for (int k = 0; k < operands.Length; k++)
            {
                next[k] = Stride(operands[k], shape, axis);
                merge = merge && strides[((axes - 1) * operands.Length) + k] == next[k] * extent;
            }
            if (merge) extents[axes - 1] *= extent;
            else extents[axes++] = extent;
            next.CopyTo(strides[((axes - 1) * operands.Length)..]);
        }

        int last = Math.Max(axes - 1, 0);
        Inner = shape.Count == 0 ? 0 : axes == 0 ? 1 : extents[last];
        InnerStrides = new nint[operands.Length];
        if (axes == 0) Array.Fill(InnerStrides, 1);
        else strides.Slice(last * operands.Length, operands.Length).CopyTo(InnerStrides);
        outer = extents[..last].ToArray();
        outerStrides = strides[..(last * operands.Length)].ToArray();
        Rows = shape.Count == 0 ? 0 : 1;
        foreach (int extent in outer) Rows *= extent;
    }

    /// <summary>Length of the innermost loop.</summary>
    public int Inner { get; }

    /// <summary>Stride of each operand in the innermost loop: 1 dense, 0 one value for the whole row.</summary>
    public nint[] InnerStrides { get; }

    /// <summary>Number of innermost loops.</summary>
    public int Rows { get; }

    /// <summary>How many axes are left after merging, the innermost among them.</summary>
    public int Axes => Inner <= 1 && outer.Length == 0 ? 0 : outer.Length + 1;

    /// <summary>Length of an axis, outermost first.</summary>
    public int Extent(int axis) => axis < outer.Length ? outer[axis] : Inner;

    /// <summary>Stride of an operand along an axis, outermost first.</summary>
    public nint Stride(int axis, int operand) => axis < outer.Length ? outerStrides[(axis * operands) + operand] : InnerStrides[operand];

    /// <summary>Pieces for threads to share: rows, or blocks of a single row.</summary>
    public int Pieces => Rows == 1 ? (Inner + Block - 1) / Block : Rows;

    /// <summary>What pieces <paramref name="begin"/>…<paramref name="end"/>−1 cover: rows, and the columns of each of them.</summary>
    public (int FirstRow, int LastRow, int From, int To) Part(int begin, int end) =>
        Rows == 1 ? (0, 1, begin * Block, (int)Math.Min((long)end * Block, Inner)) : (begin, end, 0, Inner);

    /// <summary>How many numbers <see cref="Seek"/> needs: the operands' distances, then the index of the row.</summary>
    public int WalkLength => operands + outer.Length;

    /// <summary>Begins a walk at a row: the first numbers of <paramref name="walk"/> become each operand's distance from its first element.</summary>
    public void Seek(Span<nint> walk, int row)
    {
        walk.Clear();
        for (int axis = outer.Length - 1; axis >= 0 && row > 0; axis--)
        {
            (row, int index) = Math.DivRem(row, outer[axis]);
            walk[operands + axis] = index;
            for (int k = 0; k < operands; k++) walk[k] += index * outerStrides[(axis * operands) + k];
        }
    }

    /// <summary>Steps a walk to the next row.</summary>
    public void Next(Span<nint> walk)
    {
        for (int axis = outer.Length - 1; axis >= 0; axis--)
        {
            Span<nint> at = walk[..operands];
            ReadOnlySpan<nint> strides = outerStrides.AsSpan(axis * operands, operands);
            for (int k = 0; k < at.Length; k++) at[k] += strides[k];
            ref nint index = ref walk[operands + axis];
            if (++index < outer[axis]) return;
            for (int k = 0; k < at.Length; k++) at[k] -= strides[k] * index;
            index = 0;
        }
    }

    /// <summary>Distance of an operand's row from its first element.</summary>
    public nint Offset(int operand, int row)
    {
        nint offset = 0;
        for (int axis = outer.Length - 1; axis >= 0; axis--)
        {
            (row, int index) = Math.DivRem(row, outer[axis]);
            offset += index * outerStrides[(axis * operands) + operand];
        }
        return offset;
    }

    private static nint Stride(TensorView operand, Shape shape, int axis)
    {
        int own = axis - (shape.Rank - operand.Shape.Rank);
        return own < 0 || (operand.Shape[own] == 1 && shape[axis] != 1) ? 0 : operand.Strides[own];
    }
}
