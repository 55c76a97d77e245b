namespace Handmade.Kernels.Ops;

/// <summary>
/// The loop nest that walks several tensors of one (broadcast) shape together: axes along which all of them are
/// regular are merged, so that a dense tensor becomes a single long row.
/// </summary>
internal sealed class Loops
{
    private readonly int[] outer;
    private readonly nint[][] outerStrides;

    /// <summary>Loops over <paramref name="shape"/>; each operand is stretched to it.</summary>
    public Loops(Shape shape, params ReadOnlySpan<TensorView> operands)
    {
        var extents = new List<int>();
        var strides = new List<nint>[operands.Length];
        for (int k = 0; k < operands.Length; k++) strides[k] = [];
        var stretched = new TensorView[operands.Length];
        for (int k = 0; k < operands.Length; k++) stretched[k] = operands[k].Expand(shape);
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (shape[axis] == 1) continue;
            bool merge = extents.Count > 0;
            for (int k = 0; k < stretched.Length && merge; k++) merge = strides[k][^1] == stretched[k].Strides[axis] * shape[axis];
            if (merge) extents[^1] *= shape[axis];
            else extents.Add(shape[axis]);
            for (int k = 0; k < stretched.Length; k++)
            {
                if (merge) strides[k][^1] = stretched[k].Strides[axis];
                else strides[k].Add(stretched[k].Strides[axis]);
            }
        }
        Inner = extents.Count == 0 ? (int)shape.Count : extents[^1];
        InnerStrides = [.. strides.Select(s => s.Count == 0 ? 1 : s[^1])];
        outer = [.. extents.Take(extents.Count - 1)];
        outerStrides = [.. strides.Select(s => s.Take(s.Count - 1).ToArray())];
        Rows = 1;
        foreach (int extent in outer) Rows *= extent;
        if (shape.Count == 0) Rows = 0;
    }

    /// <summary>Length of the innermost loop.</summary>
    public int Inner { get; }

    /// <summary>Stride of each operand in the innermost loop: 1 dense, 0 one value for the whole row.</summary>
    public nint[] InnerStrides { get; }

    /// <summary>Number of innermost loops.</summary>
    public int Rows { get; }

    /// <summary>Distance of an operand's row from its first element.</summary>
    public nint Offset(int operand, int row)
    {
        nint offset = 0;
        nint[] strides = outerStrides[operand];
        for (int axis = outer.Length - 1; axis >= 0; axis--)
        {
            (row, int index) = Math.DivRem(row, outer[axis]);
            offset += index * strides[axis];
        }
        return offset;
    }
}
