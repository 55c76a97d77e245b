using System.Numerics;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Rows added into a tensor of zeros at places named by indices: y[l, indices[l, m]] += x[l, m], m ascending. The gradient of
/// <see cref="IndexSelect"/>: x: [lead…, m…, row…], indices as there, y: [lead…, n, row…]; f32 and f64. No atomics: each range of y's rows
/// has one owner that reads all indices, so the order of additions is fixed. Bound by memory: x once, y written twice.
/// An index outside 0…n−1 is an error when run eagerly; in a captured step the owners' rows become NaN.
/// </summary>
public static class IndexAdd
{
    /// <summary>The sums, with <paramref name="extent"/> rows on <paramref name="axis"/>; <paramref name="op"/> is the name in errors and profiles.</summary>
    public static TensorView Rows(TensorView x, int axis, TensorView indices, int extent, string op = "index_add")
    {
        Require.Float(op, x);
        Shape lead = new(x.Shape.Extents[..axis]);
        ReadOnlySpan<int> picked = IndexSelect.Picked(indices, axis), row = x.Shape.Extents[(axis + picked.Length)..];
        TensorView y = x.Device.Empty(new Shape([.. lead, extent, .. row]), x.DType);
        if (IndexSelect.Lead(op, y, axis, indices) != lead || !x.Shape.Extents[axis..].StartsWith(picked))
            throw new HandmadeException($"{op}: rows of shape {x.Shape} for indices of shape {indices.Shape} on axis {axis}; the leading axes must agree");
        (x, indices) = (Copy.Contiguous(x), Copy.Contiguous(indices));
        x.Device.Submit(x.DType == DType.F32
            ? new AddLaunch<float, F32>(op, x, axis, indices, lead, y, !x.Device.IsCapturing)
            : new AddLaunch<double, F64>(op, x, axis, indices, lead, y, !x.Device.IsCapturing));
        return y;
    }

    private sealed unsafe class AddLaunch<T, TM>(string op, TensorView x, int axis, TensorView indices, Shape lead, TensorView y, bool isChecked)
        : Launch(op, [x, indices], [y])
        where T : unmanaged, INumber<T>
        where TM : struct, IScalarMath<T>
    {
        // Ranges follow from the shape alone: enough of them to share a large table, few enough to read the indices again.
        private const int RangeElements = 1 << 16, MostRanges = 16;
        private readonly nint[] indexStarts = IndexSelect.Starts(indices, IndexSelect.IsShared(indices, axis) ? 0 : axis, lead);
        private readonly int picked = (int)new Shape(IndexSelect.Picked(indices, axis)).Count;
        private readonly int row = (int)new Shape(y.Shape.Extents[(axis + 1)..]).Count;
        private readonly int extent = y.Shape[axis];

        private int Ranges => (int)Math.Clamp((long)extent * row / RangeElements, 1, MostRanges);

        public override int Grid => (int)lead.Count * Ranges;

        public override long Work => x.Count + y.Count;

        public override Launch? For(ReplicaBlock block)
        {
            if (lead.Rank == 0 || !block.Cuts(x, y)) return null;
            TensorView part = block.Of(y);
            return new AddLaunch<T, TM>(
                Name, block.Of(x), axis, IndexSelect.IsShared(indices, axis) ? indices : IndexSelect.OfLead(block, indices, axis, lead), lead.With(0, part.Shape[0]), part, isChecked);
        }

        public override void Run(int begin, int end)
        {
            for (int unit = begin; unit < end; unit++)
            {
                var (l, range) = Math.DivRem(unit, Ranges);
                Add(l, (int)((long)extent * range / Ranges), (int)((long)extent * (range + 1) / Ranges));
            }
        }

        public override void Enqueue(KernelQueue queue)
        {
            if (isChecked) IndexFaults.Watch(queue, Name, indices, y.Shape, axis);
            int leads = (int)lead.Count, lists = indices.Count == picked ? 1 : leads;
            if (y.Count == 0) return;
            TensorView dense = indices;
            if (indices.Count != (long)lists * picked)
            {
                Shape all = new([.. lead, .. indices.Shape.Extents[axis..]]);
                dense = queue.Scratch(all, DType.I32);
                Copy.Enqueue(queue, dense, indices.Expand(all));
            }
            TensorView places = dense.Reshape([lists, picked]), sums = y.Reshape([leads, extent * row]), added = x.Reshape([leads, picked * row]);
            for (int from = 0, most = IndexSort.MostLists(extent); from < leads; from += most)
            {
                int some = Math.Min(most, leads - from), own = lists == 1 ? 1 : some;
                IndexSort.Sorted sorted = IndexSort.Enqueue(queue, lists == 1 ? places : places.Slice(0, from, some), own, picked, extent);
                KernelConfig config = KernelConfig.ForElements((long)extent * row) with { GridY = some };
                IndexAddKernels.Rows<T, TM>(
                    queue, config, sums.Slice(0, from, some), added.Slice(0, from, some), sorted.Order, sorted.Starts, sorted.IsBad, own, picked, extent, row);
            }
        }

        private void Add(int l, int first, int past)
        {
            T* added = x.Pointer<T>() + ((nint)l * picked * row), sums = y.Pointer<T>() + ((nint)l * extent * row);
            int* index = indices.Pointer<int>() + indexStarts[l];
            var owned = new Span<T>(sums + ((nint)first * row), (past - first) * row);
            owned.Clear();
            for (int m = 0; m < picked; m++, added += row)
            {
                int at = index[m];
                if (at >= first && at < past) AddRow(sums + ((nint)at * row), added);
                else if ((uint)at < (uint)extent) continue;
                else if (isChecked) throw Indices.OutOfRange(Name, at, y.Shape, axis);
                else owned.Fill(T.CreateTruncating(double.NaN));
            }
        }

        private void AddRow(T* sum, T* added)
        {
            int i = 0;
            for (; i <= row - Lanes<T>.Count; i += Lanes<T>.Count) (Lanes<T>.Load(sum + i) + Lanes<T>.Load(added + i)).Store(sum + i);
            for (; i < row; i++) sum[i] += added[i];
        }
    }
}
