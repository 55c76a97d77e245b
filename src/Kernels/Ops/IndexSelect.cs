using System.Runtime.CompilerServices;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Whole rows picked along one axis by indices: embedding look-ups, training batches drawn on the device.
/// x: [lead…, n, row…] of any dtype; indices: I32 [lead…, m…], or [m] for the same rows everywhere; y: [lead…, m…, row…] with
/// y[l, m] = x[l, indices[l, m]]. Leading extents broadcast: one data set serves many replicas.
/// A copy of bytes, bound by memory. An index outside 0…n−1 is an error when run eagerly; in a captured step its row becomes NaN.
/// </summary>
public static class IndexSelect
{
    /// <summary>The picked rows; <paramref name="op"/> is the name in errors and profiles.</summary>
    public static TensorView Take(TensorView x, int axis, TensorView indices, string op = "index_select")
    {
        axis = x.Shape.Axis(axis, op);
        Shape lead = Lead(op, x, axis, indices);
        Shape shape = new([.. lead, .. Picked(indices, axis), .. x.Shape.Extents[(axis + 1)..]]);
        TensorView y = x.Device.Empty(shape, x.DType);
        x.Device.Submit(new TakeLaunch(op, Copy.Contiguous(x), axis, Copy.Contiguous(indices), lead, y, !x.Device.IsCapturing));
        return y;
    }

    /// <summary>The common leading extents of the rows and their indices, after checking that the two fit.</summary>
    internal static Shape Lead(string op, TensorView x, int axis, TensorView indices)
    {
        Require.Is(op, indices, DType.I32);
        if (x.Device != indices.Device) throw new HandmadeException($"{op}: the rows lie on {x.Device.Name}, the indices on {indices.Device.Name}; copy one of them over");
        if (indices.Shape.Rank < axis && indices.Shape.Rank != 1)
            throw new HandmadeException($"{op}: indices of shape {indices.Shape} for axis {axis} of {x.Shape}; they need the {axis} leading axes of the rows, or one axis alone");
        Shape own = new(x.Shape.Extents[..axis]);
        return IsShared(indices, axis) ? own : Shape.Broadcast(own, new(indices.Shape.Extents[..axis]), op);
    }

    /// <summary>The extents that stand in the result where the axis was.</summary>
    internal static ReadOnlySpan<int> Picked(TensorView indices, int axis) => IsShared(indices, axis) ? indices.Shape.Extents : indices.Shape.Extents[axis..];

    /// <summary>Where the leading positions 0…lead.Count−1 begin in a contiguous tensor whose leading extents stretch to <paramref name="lead"/>.</summary>
    internal static nint[] Starts(TensorView x, int leadAxes, Shape lead)
    {
        var starts = new nint[lead.Count];
        if (leadAxes == 0 || starts.Length == 0) return starts;
        nint[] strides = LeadStrides(x, leadAxes, lead);
        for (int l = 0; l < starts.Length; l++)
        {
            int rest = l;
            for (int axis = leadAxes - 1; axis >= 0; axis--)
            {
                (rest, int at) = Math.DivRem(rest, lead[axis]);
                starts[l] += at * strides[axis];
            }
        }
        return starts;
    }

    /// <summary>Strides along the axes of <paramref name="lead"/>; 0 where the tensor has one element for all of an axis, or no such axis.</summary>
    internal static nint[] LeadStrides(TensorView x, int leadAxes, Shape lead)
    {
        var strides = new nint[lead.Rank];
        if (leadAxes == 0) return strides;
        for (int axis = 0; axis < leadAxes; axis++) strides[axis] = x.Shape[axis] == lead[axis] ? x.Strides[axis] : 0;
        return strides;
    }

    /// <summary>A block's slice of rows or indices with leading axes; all of them where the first stretches.</summary>
    internal static TensorView OfLead(ReplicaBlock block, TensorView x, int axis, Shape lead) => axis > 0 && x.Shape[0] == lead[0] ? block.Of(x) : x;

    // Indices with one axis and none to spare for the lead are the same for every leading position.
    internal static bool IsShared(TensorView indices, int axis) => axis > 0 && indices.Shape.Rank == 1;

    private sealed unsafe class TakeLaunch(string op, TensorView x, int axis, TensorView indices, Shape lead, TensorView y, bool isChecked) : Launch(op, [x, indices], [y])
    {
        private readonly nint[] rowStarts = Starts(x, axis, lead);
        private readonly nint[] indexStarts = Starts(indices, IsShared(indices, axis) ? 0 : axis, lead);
        private readonly int picked = (int)new Shape(Picked(indices, axis)).Count;
        private readonly int rowElements = (int)new Shape(x.Shape.Extents[(axis + 1)..]).Count;

        public override int Grid => (int)lead.Count * picked;

        public override Launch? For(ReplicaBlock block)
        {
            if (lead.Rank == 0 || !block.Cuts(y)) return null;
            TensorView part = block.Of(y);
            return new TakeLaunch(Name, OfLead(block, x, axis, lead), axis, IsShared(indices, axis) ? indices : OfLead(block, indices, axis, lead), lead.With(0, part.Shape[0]), part, isChecked);
        }

        public override long Flops => 0;

        // Only the picked rows are read.
        public override long Bytes => BytesOf([indices]) + (2 * BytesOf(Outputs));

        public override void Run(int begin, int end)
        {
            int bytes = x.DType.Bytes(), extent = x.Shape[axis];
            long rowBytes = (long)rowElements * bytes;
            byte* source = (byte*)(x.Buffer.Address + (x.Offset * bytes)), target = (byte*)(y.Buffer.Address + (y.Offset * bytes)) + (begin * rowBytes);
            int* index = indices.Pointer<int>();
            var (l, m) = Math.DivRem(begin, picked);
            for (int unit = begin; unit < end; unit++, target += rowBytes)
            {
                int at = index[indexStarts[l] + m];
                if ((uint)at < (uint)extent) Unsafe.CopyBlockUnaligned(target, source + (rowStarts[l] * bytes) + (at * rowBytes), (uint)rowBytes);
                else if (isChecked) throw Indices.OutOfRange(Name, at, x.Shape, axis);
                else Poison(target);
                if (++m < picked) continue;
                m = 0;
                l++;
            }
        }

        // As a gather of elements: x stands still along the picked axis, the indices along the row.
        public override void Enqueue(KernelQueue queue)
        {
            if (isChecked) IndexFaults.Watch(queue, Name, indices, x.Shape, axis);
            int indexLead = IsShared(indices, axis) ? 0 : axis;
            Shape shape = new([.. lead, picked, rowElements]);
            TensorView Over(TensorView tensor, int leadAxes, nint pickedStride, nint rowStride) =>
                new(tensor.Buffer, tensor.Offset, shape, [.. LeadStrides(tensor, leadAxes, lead), pickedStride, rowStride], tensor.DType);
            var loops = new Loops(shape, y.Reshape(shape), Over(x, axis, 0, 1), Over(indices, indexLead, 1, 0));
            GatherKernels.Enqueue(queue, y, x, indices, loops, x.Shape[axis], rowElements);
        }

        private void Poison(byte* row)
        {
            switch (x.DType.Bytes())
            {
                case 1: new Span<byte>(row, rowElements).Clear(); break;
                case 4: new Span<uint>(row, rowElements).Fill(Indices.Poison<uint>(x.DType)); break;
                default: new Span<ulong>(row, rowElements).Fill(Indices.Poison<ulong>(x.DType)); break;
            }
        }
    }
}
