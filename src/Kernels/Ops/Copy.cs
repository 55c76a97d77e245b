namespace Handmade.Kernels.Ops;

/// <summary>Moves elements without changing them: dense copies of strided views, fills, in-place writes. Any dtype; bound by memory.</summary>
public static class Copy
{
    /// <summary>A dense tensor with the view's elements; the view itself when it is dense already.</summary>
    public static TensorView Contiguous(TensorView x) => x.IsContiguous ? x : Clone(x);

    /// <summary>A dense copy in memory of its own.</summary>
    public static TensorView Clone(TensorView x)
    {
        TensorView y = x.Device.Empty(x.Shape, x.DType);
        Into(y, x);
        return y;
    }

    /// <summary>Overwrites <paramref name="y"/>'s elements with <paramref name="x"/>'s, which broadcasts to its shape.</summary>
    public static void Into(TensorView y, TensorView x)
    {
        Require.Same("copy", y, x);
        if (Shape.Broadcast(x.Shape, y.Shape, "copy") != y.Shape) throw new HandmadeException($"copy: {x.Shape} does not stretch to {y.Shape}");
        y.Device.Submit(Copying(y, x));
    }

    /// <summary>Queues a copy as part of another launch.</summary>
    internal static void Enqueue(KernelQueue queue, TensorView y, TensorView x) => Copying(y, x).Enqueue(queue);

    /// <summary>A dense tensor of one value (rounded to the dtype; Bool takes 0 and 1).</summary>
    public static TensorView Full(Device device, Shape shape, DType dtype, double value)
    {
        TensorView y = device.Empty(shape, dtype);
        Fill(y, value);
        return y;
    }

    /// <summary>Overwrites every element with one value.</summary>
    public static void Fill(TensorView y, double value) => y.Device.Submit(Filling(y, value));

    /// <summary>Queues a fill as part of another launch.</summary>
    internal static void EnqueueFill(KernelQueue queue, TensorView y, double value) => Filling(y, value).Enqueue(queue);

    private static Launch Filling(TensorView y, double value) => y.DType switch
    {
        DType.F32 => new FillLaunch<uint>(y, BitConverter.SingleToUInt32Bits((float)value)),
        DType.F64 => new FillLaunch<ulong>(y, BitConverter.DoubleToUInt64Bits(value)),
        DType.I32 => new FillLaunch<uint>(y, unchecked((uint)(int)value)),
        _ => new FillLaunch<byte>(y, value != 0 ? (byte)1 : (byte)0),
    };

    private static Launch Copying(TensorView y, TensorView x) => x.DType.Bytes() switch
    {
        1 => new CopyLaunch<byte>(y, x),
        4 => new CopyLaunch<uint>(y, x),
        _ => new CopyLaunch<ulong>(y, x),
    };

    private sealed unsafe class CopyLaunch<T>(TensorView y, TensorView x) : Launch("copy", [x], [y]) where T : unmanaged
    {
        private const int ShortestTurned = 8;
        private readonly Loops loops = new(y.Shape, y, x);

        public override int Grid => loops.Pieces;

        public override Launch? For(ReplicaBlock block) => block.Cuts(y) ? new CopyLaunch<T>(block.Of(y), block.Of(x, y.Shape)) : null;

        public override long Flops => 0;

        public override void Run(int begin, int end)
        {
            (int firstRow, int lastRow, int from, int to) = loops.Part(begin, end);
            nint dy = loops.InnerStrides[0], dx = loops.InnerStrides[1];
            T* target = y.Pointer<T>(), source = x.Pointer<T>();
            Span<nint> walk = stackalloc nint[loops.WalkLength];
            loops.Seek(walk, firstRow);
            for (int row = firstRow; row < lastRow; row++, loops.Next(walk))
            {
                T* to0 = target + walk[0], from0 = source + walk[1];
                if (dy == 1 && dx == 1) new ReadOnlySpan<T>(from0 + from, to - from).CopyTo(new Span<T>(to0 + from, to - from));
                else for (nint i = from; i < to; i++) to0[i * dy] = from0[i * dx];
            }
        }

        public override void Enqueue(KernelQueue queue)
        {
            if (Walk.IsFlat(loops))
            {
                CopyKernels.Flat<T>(queue, KernelConfig.ForElements(y.Count), y, x, checked((int)y.Count));
                return;
            }
            // A view that runs backwards is passed from its lowest element on, which is where memory begins for a kernel.
            long below = Below(x);
            TensorView whole = below == 0 ? x : new TensorView(x.Buffer, x.Offset - (nint)below, [checked((int)(Reach(x) + below))], [1], x.DType);
            if (Turned() is var turned && turned >= 0)
            {
                Turn(queue, whole, below, turned);
                return;
            }
            bool isInRows = Walk.HasLongRows(loops);
            var walk = new Walk(loops, 2, (0, below, 0), isInRows);
            int parts = 1;
            KernelConfig config = isInRows ? Walk.Rows(walk.Count, loops.Inner, out parts) : KernelConfig.ForElements(walk.Count);
            for (int call = 0; call < walk.Calls; call++)
            {
                if (isInRows) CopyKernels.Rows<T>(queue, config, y, whole, walk[call], loops.Inner, parts, walk.Axes);
                else if (y.IsContiguous) CopyKernels.ToDense<T>(queue, config, y, whole, walk[call], walk.Count, walk.Axes);
                else CopyKernels.Strided<T>(queue, config, y, whole, walk[call], walk.Count, walk.Axes);
            }
        }

        // The axis along which x lies densely where y does so along the last one, both long enough for squares; −1 where there is none.
        private int Turned()
        {
            int last = loops.Axes - 1;
            if (last is < 1 or > Walk.MostAxes || loops.Stride(last, 0) != 1 || loops.Extent(last) < ShortestTurned) return -1;
            for (int axis = 0; axis < last; axis++)
                if (loops.Stride(axis, 1) == 1 && loops.Extent(axis) >= ShortestTurned) return axis;
            return -1;
        }

        private void Turn(KernelQueue queue, TensorView whole, long below, int turned)
        {
            int last = loops.Axes - 1, across = loops.Extent(last), down = loops.Extent(turned), outer = loops.Rows / down;
            int tilesAcross = (across + CopyKernels.Side - 1) / CopyKernels.Side, tiles = checked(tilesAcross * ((down + CopyKernels.Side - 1) / CopyKernels.Side));
            var walk = new Walk(loops, 2, (0, below, 0), overRows: true, without: turned);
            CopyKernels.Turn<T>(
                queue, new KernelConfig(checked(outer * tiles), 1, CopyKernels.Side, CopyKernels.TurnRows), y, whole, walk[0], across, down,
                loops.Stride(last, 1), loops.Stride(turned, 0), tilesAcross, tiles, walk.Axes);
        }

        private static long Below(TensorView view)
        {
            long below = 0;
            for (int axis = 0; axis < view.Shape.Rank; axis++) below += Math.Max(0, (view.Shape[axis] - 1) * -(long)view.Strides[axis]);
            return below;
        }

        private static long Reach(TensorView view)
        {
            long last = 0;
            for (int axis = 0; axis < view.Shape.Rank; axis++) last += Math.Max(0, (view.Shape[axis] - 1) * (long)view.Strides[axis]);
            return last + 1;
        }
    }

    private sealed unsafe class FillLaunch<T>(TensorView y, T value) : Launch("fill", [], [y]) where T : unmanaged
    {
        private readonly Loops loops = new(y.Shape, y);

        public override int Grid => loops.Pieces;

        public override Launch? For(ReplicaBlock block) => block.Cuts(y) ? new FillLaunch<T>(block.Of(y), value) : null;

        public override long Flops => 0;

        public override void Run(int begin, int end)
        {
            (int firstRow, int lastRow, int from, int to) = loops.Part(begin, end);
            nint dy = loops.InnerStrides[0];
            T* first = y.Pointer<T>();
            Span<nint> walk = stackalloc nint[loops.WalkLength];
            loops.Seek(walk, firstRow);
            for (int row = firstRow; row < lastRow; row++, loops.Next(walk))
            {
                T* target = first + walk[0];
                if (dy == 1) new Span<T>(target + from, to - from).Fill(value);
                else for (nint i = from; i < to; i++) target[i * dy] = value;
            }
        }

        public override void Enqueue(KernelQueue queue)
        {
            var walk = new Walk(loops, 1);
            if (Walk.IsFlat(loops)) CopyKernels.Fill(queue, KernelConfig.ForElements(walk.Count), y, value, walk.Count);
            else
                for (int call = 0; call < walk.Calls; call++)
                    CopyKernels.FillStrided(queue, KernelConfig.ForElements(walk.Count), y, value, walk[call], walk.Count, walk.Axes);
        }
    }
}
