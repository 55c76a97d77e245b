using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Conversion between element types. To i32 it cuts towards zero, holds at the ends of the range, and takes NaN as 0;
/// to Bool it is true where x ≠ 0; to f32 it rounds to nearest. Bound by memory.
/// </summary>
public static class Cast
{
    /// <summary>The elements as another type; the tensor itself when it has that type already.</summary>
    public static TensorView To(TensorView x, DType dtype)
    {
        if (x.DType == dtype) return x;
        TensorView y = x.Device.Empty(x.Shape, dtype);
        x.Device.Submit(x.DType switch
        {
            DType.F32 => From<float>(x, y),
            DType.F64 => From<double>(x, y),
            DType.I32 => From<int>(x, y),
            _ => From<byte>(x, y),
        });
        return y;
    }

    private static Launch From<TFrom>(TensorView x, TensorView y) where TFrom : unmanaged, INumberBase<TFrom> => y.DType switch
    {
        DType.F32 => new CastLaunch<TFrom, float>(x, y),
        DType.F64 => new CastLaunch<TFrom, double>(x, y),
        DType.I32 => new CastLaunch<TFrom, int>(x, y),
        _ => new CastLaunch<TFrom, byte>(x, y),
    };

    private sealed unsafe class CastLaunch<TFrom, TTo>(TensorView x, TensorView y) : Launch("cast", [x], [y])
        where TFrom : unmanaged, INumberBase<TFrom>
        where TTo : unmanaged, INumberBase<TTo>
    {
        private readonly Loops loops = new(y.Shape, y, x);

        public override int Grid => loops.Pieces;

        public override Launch? For(ReplicaBlock block) => block.Cuts(x, y) ? new CastLaunch<TFrom, TTo>(block.Of(x), block.Of(y)) : null;

        public override void Run(int begin, int end)
        {
            (int firstRow, int lastRow, int from, int to) = loops.Part(begin, end);
            TFrom* source = x.Pointer<TFrom>();
            TTo* target = y.Pointer<TTo>();
            nint stride = loops.InnerStrides[1];
            Span<nint> walk = stackalloc nint[loops.WalkLength];
            loops.Seek(walk, firstRow);
            for (int row = firstRow; row < lastRow; row++, loops.Next(walk))
            {
                TTo* yRow = target + walk[0];
                TFrom* xRow = source + walk[1];
                for (nint i = from; i < to; i++) yRow[i] = Convert(xRow[i * stride]);
            }
        }

        // A strided tensor is made dense first: it is seldom cast, and a strided kernel for each pair of types would be many to compile.
        public override void Enqueue(KernelQueue queue)
        {
            TensorView dense = x;
            if (!x.IsContiguous)
            {
                dense = queue.Scratch(x.Shape, x.DType);
                Copy.Enqueue(queue, dense, x);
            }
            CastKernels.Enqueue(queue, dense, y);
        }

        // Bytes are Bool.
        private static TTo Convert(TFrom value) => typeof(TTo) == typeof(byte)
            ? TFrom.IsZero(value) ? TTo.Zero : TTo.One
            : TTo.CreateSaturating(value);
    }
}
