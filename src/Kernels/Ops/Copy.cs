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
        y.Device.Submit(x.DType.Bytes() switch
        {
            1 => new CopyLaunch<byte>(y, x),
            4 => new CopyLaunch<uint>(y, x),
            _ => new CopyLaunch<ulong>(y, x),
        });
    }

    /// <summary>A dense tensor of one value (rounded to the dtype; Bool takes 0 and 1).</summary>
    public static TensorView Full(Device device, Shape shape, DType dtype, double value)
    {
        TensorView y = device.Empty(shape, dtype);
        Fill(y, value);
        return y;
    }

    /// <summary>Overwrites every element with one value.</summary>
    public static void Fill(TensorView y, double value) => y.Device.Submit(y.DType switch
    {
        DType.F32 => new FillLaunch<float>(y, (float)value),
        DType.F64 => new FillLaunch<double>(y, value),
        DType.I32 => new FillLaunch<int>(y, (int)value),
        _ => new FillLaunch<byte>(y, value != 0 ? (byte)1 : (byte)0),
    });

    private sealed unsafe class CopyLaunch<T>(TensorView y, TensorView x) : Launch("copy", [x], [y]) where T : unmanaged
    {
        private readonly Loops loops = new(y.Shape, y, x);

        public override int Grid => loops.Pieces;

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
    }

    private sealed unsafe class FillLaunch<T>(TensorView y, T value) : Launch("fill", [], [y]) where T : unmanaged
    {
        private readonly Loops loops = new(y.Shape, y);

        public override int Grid => loops.Pieces;

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
    }
}
