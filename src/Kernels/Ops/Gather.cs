namespace Handmade.Kernels.Ops;

/// <summary>
/// Elements picked along one axis by indices, as <c>torch.gather</c>: with axis 1, y[i, j, k] = x[i, indices[i, j, k], k].
/// x: [i ≤, n, k ≤] of any dtype, indices: I32 of the result's shape. Bound by memory: 2 elements + 1 index per result.
/// An index outside 0…n−1 is an error when run eagerly and a NaN in a captured step.
/// </summary>
public static class Gather
{
    /// <summary>The picked elements, in the shape of the indices.</summary>
    public static TensorView Along(TensorView x, int axis, TensorView indices)
    {
        axis = x.Shape.Axis(axis, "gather");
        TensorView lines = Indices.Lines("gather", x, axis, indices), y = x.Device.Empty(indices.Shape, x.DType);
        x.Device.Submit(x.DType.Bytes() switch
        {
            1 => new GatherLaunch<byte>(x, axis, indices, lines, y),
            4 => new GatherLaunch<uint>(x, axis, indices, lines, y),
            _ => new GatherLaunch<ulong>(x, axis, indices, lines, y),
        });
        return y;
    }

    private sealed unsafe class GatherLaunch<T>(TensorView x, int axis, TensorView indices, TensorView lines, TensorView y)
        : Launch("gather", [x, indices], [y]) where T : unmanaged
    {
        private const int Block = 4096;
        private readonly Loops loops = new(y.Shape, y, lines, indices);
        private readonly bool isChecked = !x.Device.IsCapturing;
        private readonly T poison = Indices.Poison<T>(x.DType);

        public override int Grid => loops.Rows == 1 ? (loops.Inner + Block - 1) / Block : loops.Rows;

        public override long Flops => 0;

        // Only the picked elements are read.
        public override long Bytes => BytesOf([indices]) + (2 * BytesOf(Outputs));

        public override void Run(int begin, int end)
        {
            if (loops.Rows == 1) Row(0, begin * Block, Math.Min(end * Block, loops.Inner));
            else for (int row = begin; row < end; row++) Row(row, 0, loops.Inner);
        }

        public override void Enqueue(KernelQueue queue)
        {
            if (isChecked) IndexFaults.Watch(queue, Name, indices, x.Shape, axis);
            GatherKernels.Enqueue(queue, y, x, indices, loops, x.Shape[axis], x.Strides[axis]);
        }

        private void Row(int row, int from, int to)
        {
            T* target = y.Pointer<T>() + loops.Offset(0, row), source = lines.Pointer<T>() + loops.Offset(1, row);
            int* index = indices.Pointer<int>() + loops.Offset(2, row);
            nint dy = loops.InnerStrides[0], dx = loops.InnerStrides[1], di = loops.InnerStrides[2], jump = x.Strides[axis];
            int extent = x.Shape[axis];
            for (nint i = from; i < to; i++)
            {
                int at = index[i * di];
                if ((uint)at < (uint)extent) target[i * dy] = source[(i * dx) + (at * jump)];
                else if (isChecked) throw Indices.OutOfRange(Name, at, x.Shape, axis);
                else target[i * dy] = poison;
            }
        }
    }
}
