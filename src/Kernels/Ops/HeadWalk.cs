namespace Handmade.Kernels.Ops;

/// <summary>A number for each tensor of attention: offsets, or strides of one axis.</summary>
internal struct HeadPlaces
{
    public long Q, K, V, P, Z, DQ, DK, DV;
}

/// <summary>Where the heads lie: the leading axes, outermost first, and the strides of positions in all tensors (of keys, in the pattern).</summary>
internal struct HeadWalk
{
    public int Extent0, Extent1, Extent2;
    public HeadPlaces Axis0, Axis1, Axis2, Row;

    /// <summary>The first element of a head in every tensor.</summary>
    public static HeadPlaces Seek(HeadWalk walk, int head)
    {
        int i2 = head % walk.Extent2, rest = head / walk.Extent2, i1 = rest % walk.Extent1, i0 = rest / walk.Extent1;
        return new HeadPlaces
        {
            Q = (i0 * walk.Axis0.Q) + (i1 * walk.Axis1.Q) + (i2 * walk.Axis2.Q),
            K = (i0 * walk.Axis0.K) + (i1 * walk.Axis1.K) + (i2 * walk.Axis2.K),
            V = (i0 * walk.Axis0.V) + (i1 * walk.Axis1.V) + (i2 * walk.Axis2.V),
            P = (i0 * walk.Axis0.P) + (i1 * walk.Axis1.P) + (i2 * walk.Axis2.P),
            Z = (i0 * walk.Axis0.Z) + (i1 * walk.Axis1.Z) + (i2 * walk.Axis2.Z),
            DQ = (i0 * walk.Axis0.DQ) + (i1 * walk.Axis1.DQ) + (i2 * walk.Axis2.DQ),
            DK = (i0 * walk.Axis0.DK) + (i1 * walk.Axis1.DK) + (i2 * walk.Axis2.DK),
            DV = (i0 * walk.Axis0.DV) + (i1 * walk.Axis1.DV) + (i2 * walk.Axis2.DV),
        };
    }

    /// <summary>The walk over the leading axes of these tensors, all of one shape; axes that are regular in all of them are merged.</summary>
    public static HeadWalk Of(string name, Shape leading, TensorView q, TensorView k, TensorView v, TensorView p, TensorView z, TensorView dq, TensorView dk, TensorView dv)
    {
        HeadPlaces Strides(int axis) => new()
        {
            Q = q.Strides[axis],
            K = k.Strides[axis],
            V = v.Strides[axis],
            P = p.Strides[axis],
            Z = z.Strides[axis],
            DQ = dq.Strides[axis],
            DK = dk.Strides[axis],
            DV = dv.Strides[axis],
        };
        var walk = new HeadWalk { Extent0 = 1, Extent1 = 1, Extent2 = 1, Row = Strides(leading.Rank) };
        walk.Row.P = p.Strides[^1];
        bool any = false;
        for (int axis = 0; axis < leading.Rank; axis++)
        {
            int extent = leading[axis];
            if (extent == 1) continue;
            HeadPlaces strides = Strides(axis);
            if (any && Continues(walk.Axis2, strides, extent)) walk.Extent2 *= extent;
            else if (walk.Extent0 > 1)
                throw new HandmadeException($"{name}: the leading axes of {q.Shape} stay more than 3 after merging; call Contiguous() first");
            else (walk.Extent0, walk.Extent1, walk.Extent2, walk.Axis0, walk.Axis1) = (walk.Extent1, walk.Extent2, extent, walk.Axis1, walk.Axis2);
            walk.Axis2 = strides;
            any = true;
        }
        return walk;
    }

    private static bool Continues(HeadPlaces outer, HeadPlaces inner, int extent) =>
        outer.Q == inner.Q * extent && outer.K == inner.K * extent && outer.V == inner.V * extent && outer.P == inner.P * extent
        && outer.Z == inner.Z * extent && outer.DQ == inner.DQ * extent && outer.DK == inner.DK * extent && outer.DV == inner.DV * extent;
}
