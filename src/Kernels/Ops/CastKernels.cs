namespace Handmade.Kernels.Ops;

/// <summary>Conversion of dense elements, one per thread. Bound by memory.</summary>
internal static partial class CastKernels
{
    [Kernel]
    public static void Flat<TFrom, TTo, TCvt>(ArrayView<TTo> y, ArrayView<TFrom> x, int count)
        where TFrom : unmanaged
        where TTo : unmanaged
        where TCvt : struct, ICvt<TFrom, TTo>
    {
        // Full groups ask no thread for the bounds: see MapKernels.
        int first = Grid.IdxX * Group.DimX, i = first + Group.IdxX;
        if (count - first >= Group.DimX) y[i] = TCvt.To(x[i]);
        else if (i < count) y[i] = TCvt.To(x[i]);
    }

    /// <summary>Queues the kernel of the two types, which differ.</summary>
    public static void Enqueue(KernelQueue queue, TensorView x, TensorView y)
    {
        switch (x.DType, y.DType)
        {
            case (DType.F32, DType.F64): Enqueue<float, double, F32ToF64>(queue, x, y); break;
            case (DType.F32, DType.I32): Enqueue<float, int, F32ToI32>(queue, x, y); break;
            case (DType.F32, _): Enqueue<float, byte, Back<float, byte, MaskElement<float>>>(queue, x, y); break;
            case (DType.F64, DType.F32): Enqueue<double, float, Back<double, float, F32ToF64>>(queue, x, y); break;
            case (DType.F64, DType.I32): Enqueue<double, int, F64ToI32>(queue, x, y); break;
            case (DType.F64, _): Enqueue<double, byte, Back<double, byte, MaskElement<double>>>(queue, x, y); break;
            case (DType.I32, DType.F32): Enqueue<int, float, Back<int, float, F32ToI32>>(queue, x, y); break;
            case (DType.I32, DType.F64): Enqueue<int, double, Back<int, double, F64ToI32>>(queue, x, y); break;
            case (DType.I32, _): Enqueue<int, byte, Back<int, byte, MaskElement<int>>>(queue, x, y); break;
            case (_, DType.F32): Enqueue<byte, float, MaskElement<float>>(queue, x, y); break;
            case (_, DType.F64): Enqueue<byte, double, MaskElement<double>>(queue, x, y); break;
            default: Enqueue<byte, int, MaskElement<int>>(queue, x, y); break;
        }
    }

    private static void Enqueue<TFrom, TTo, TCvt>(KernelQueue queue, TensorView x, TensorView y)
        where TFrom : unmanaged
        where TTo : unmanaged
        where TCvt : struct, ICvt<TFrom, TTo>
    {
        int count = checked((int)y.Count);
        Flat<TFrom, TTo, TCvt>(queue, KernelConfig.ForElements(count), y, x, count);
    }

    /// <summary>Cut towards zero, held at the ends of the range, 0 for NaN.</summary>
    internal readonly struct F32ToI32 : ICvt<float, int>
    {
        public static int To(float x) => (int)x;

        public static float From(int x) => x;
    }

    /// <summary>As <see cref="F32ToI32"/>.</summary>
    internal readonly struct F64ToI32 : ICvt<double, int>
    {
        public static int To(double x) => (int)x;

        public static double From(int x) => x;
    }

    /// <summary>A conversion the other way round.</summary>
    internal readonly struct Back<TFrom, TTo, TCvt> : ICvt<TFrom, TTo> where TCvt : struct, ICvt<TTo, TFrom>
    {
        public static TTo To(TFrom x) => TCvt.From(x);

        public static TFrom From(TTo x) => TCvt.To(x);
    }
}
