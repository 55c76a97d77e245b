namespace Handmade.Kernels.Ops;

/// <summary>
/// How a reduction sees a dense tensor: [outer, length, inner], of which the middle is reduced. Neighbouring axes of one
/// kind are merged; where reduced axes lie apart they are first brought together at the end.
/// </summary>
internal readonly record struct Slab(int Outer, int Length, int Inner)
{
    /// <summary>A dense tensor and its slab, for the reduction over <paramref name="axes"/> (distinct, 0…rank−1).</summary>
    public static (TensorView Dense, Slab Slab) Of(TensorView x, ReadOnlySpan<int> axes)
    {
        Shape shape = x.Shape;
        int first = -1, last = -1;
        bool apart = false;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (shape[axis] == 1 || !axes.Contains(axis)) continue;
            if (first < 0) first = axis;
            for (int between = last + 1; last >= 0 && between < axis; between++) apart |= shape[between] != 1;
            last = axis;
        }
        // Nothing to add up: one "row" per column, which the column kernel copies at full speed.
        if (first < 0) return (Copy.Contiguous(x), new Slab(1, 1, (int)shape.Count));
        if (!apart) return (Copy.Contiguous(x), new Slab(Count(shape, 0, first), Count(shape, first, last + 1), Count(shape, last + 1, shape.Rank)));

        var order = new List<int>();
        int kept = 1, reduced = 1;
        for (int axis = 0; axis < shape.Rank; axis++)
        {
            if (axes.Contains(axis)) continue;
            order.Add(axis);
            kept *= shape[axis];
        }
        foreach (int axis in axes)
        {
            order.Add(axis);
            reduced *= shape[axis];
        }
        return (Copy.Contiguous(x.Permute([.. order])), new Slab(kept, reduced, 1));
    }

    /// <summary>The shape with the reduced axes at extent 1.</summary>
    public static Shape Kept(Shape shape, ReadOnlySpan<int> axes)
    {
        foreach (int axis in axes) shape = shape.With(axis, 1);
        return shape;
    }

    private static int Count(Shape shape, int from, int to)
    {
        int count = 1;
        for (int axis = from; axis < to; axis++) count *= shape[axis];
        return count;
    }
}
