using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Adds elements into places named by indices, as <c>torch.scatter_add</c>: y = x, then with axis 1
/// y[i, indices[i, j, k], k] += source[i, j, k], j ascending. f32 and f64; no atomics: each line along the axis has one owner, so the
/// order of additions is fixed. Bound by memory. The gradient of <see cref="Gather"/>.
/// An index outside the axis is an error when run eagerly; in a captured step its whole line becomes NaN.
/// </summary>
public static class ScatterAdd
{
    /// <summary>A copy of <paramref name="x"/> with <paramref name="source"/> (of the indices' shape) added in.</summary>
    public static TensorView Along(TensorView x, int axis, TensorView indices, TensorView source)
    {
        axis = x.Shape.Axis(axis, "scatter_add");
        Require.Float("scatter_add", x);
        Require.Same("scatter_add", x, source);
        Require.Shaped("scatter_add", "the source", source, indices.Shape);
        TensorView y = Copy.Clone(x), lines = Indices.Lines("scatter_add", y, axis, indices);
        if (indices.Count == 0) return y;
        x.Device.Submit(x.DType == DType.F32
            ? new ScatterAddLaunch<float, F32>(y, axis, indices, lines, source)
            : new ScatterAddLaunch<double, F64>(y, axis, indices, lines, source));
        return y;
    }

    private sealed unsafe class ScatterAddLaunch<T, TM>(TensorView y, int axis, TensorView indices, TensorView lines, TensorView source)
        : Launch("scatter_add", [indices, source], [y])
        where T : unmanaged, INumber<T>
        where TM : struct, IScalarMath<T>
    {
        private const int Block = 256;

        // On devices fewer lines than this, and longer ones, are sorted, so that more threads have work.
        private const int FewLines = 1024, LongLine = 128;
        private readonly Loops loops = new(indices.Shape.With(axis, 1), First(lines, axis), First(indices, axis), First(source, axis));
        private readonly bool isChecked = !y.Device.IsCapturing;

        public override int Grid => loops.Rows == 1 ? (loops.Inner + Block - 1) / Block : loops.Rows;

        public override long Work => source.Count;

        public override void Run(int begin, int end)
        {
            if (loops.Rows == 1) Lines(0, begin * Block, Math.Min(end * Block, loops.Inner));
            else for (int row = begin; row < end; row++) Lines(row, 0, loops.Inner);
        }

        public override void Enqueue(KernelQueue queue)
        {
            if (isChecked) IndexFaults.Watch(queue, Name, indices, y.Shape, axis);
            var walk = new Walk(loops, 3);
            int picked = indices.Shape[axis], extent = y.Shape[axis], lines = (int)(indices.Count / picked);
            long jump = y.Strides[axis], indexStep = indices.Strides[axis], step = source.Strides[axis];
            if (lines >= FewLines || picked < LongLine)
            {
                for (int call = 0; call < walk.Calls; call++)
                    IndexAddKernels.Lines<T, TM>(
                        queue, KernelConfig.ForElements(walk.Count), y, indices, source, walk[call], walk.Count, picked, extent, jump, indexStep, step, walk.Axes);
                return;
            }
            TensorView last = indices.Permute([.. Enumerable.Range(0, indices.Shape.Rank).Where(other => other != axis), axis]), dense = queue.Scratch(last.Shape, DType.I32);
            Copy.Enqueue(queue, dense, last);
            IndexSort.Sorted sorted = IndexSort.Enqueue(queue, dense, lines, picked, extent);
            for (int call = 0; call < walk.Calls; call++)
                IndexAddKernels.SortedLines<T, TM>(
                    queue, KernelConfig.ForElements(extent) with { GridY = walk.Count }, y, source, sorted.Order, sorted.Starts, sorted.IsBad,
                    walk[call], call * walk.Count, picked, extent, jump, step, walk.Axes);
        }

        // A bundle of neighbouring lines, walked together: the index runs outside, so that memory is read in order.
        private void Lines(int row, int from, int to)
        {
            T* target = lines.Pointer<T>() + loops.Offset(0, row), added = source.Pointer<T>() + loops.Offset(2, row);
            int* index = indices.Pointer<int>() + loops.Offset(1, row);
            nint dy = loops.InnerStrides[0], di = loops.InnerStrides[1], ds = loops.InnerStrides[2], jump = y.Strides[axis];
            int extent = y.Shape[axis];
            for (int j = 0; j < indices.Shape[axis]; j++, index += indices.Strides[axis], added += source.Strides[axis])
            {
                for (nint i = from; i < to; i++)
                {
                    int at = index[i * di];
                    if ((uint)at < (uint)extent) target[(i * dy) + (at * jump)] += added[i * ds];
                    else if (isChecked) throw Indices.OutOfRange(Name, at, y.Shape, axis);
                    else for (int k = 0; k < extent; k++) target[(i * dy) + (k * jump)] = T.CreateTruncating(double.NaN);
                }
            }
        }

        private static TensorView First(TensorView x, int axis) => x.Slice(axis, 0, 1);
    }
}
