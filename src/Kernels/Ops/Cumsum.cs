using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>Running sums along an axis: y[i] = Σ x[j] over j ≤ i. f32 and f64, added up in double one after the other. Bound by the latency of an addition.</summary>
public static class Cumsum
{
    /// <summary>The running sums; with <paramref name="reverse"/> over j ≥ i, from the end.</summary>
    public static TensorView Along(TensorView x, int axis, bool reverse = false)
    {
        Require.Float("cumsum", x);
        x = Copy.Contiguous(x.Transpose(x.Shape.Axis(axis, "cumsum"), -1));
        TensorView y = x.Device.Empty(x.Shape, x.DType);
        x.Device.Submit(x.DType == DType.F32 ? new CumsumLaunch<float, F32>(x, reverse, y) : new CumsumLaunch<double, F64>(x, reverse, y));
        return y.Transpose(axis, -1);
    }

    private sealed unsafe class CumsumLaunch<T, TS>(TensorView x, bool reverse, TensorView y) : Launch("cumsum", [x], [y])
        where T : unmanaged, INumber<T>
        where TS : struct, IScalarMath<T>
    {
        private readonly int n = x.Shape[^1];

        public override int Grid => n == 0 ? 0 : (int)(x.Count / n);

        // An addition waits for the one before: some four times what independent ones take.
        public override long Work => 4 * x.Count;

        public override void Enqueue(KernelQueue queue)
        {
            RowThreads threads = RowThreads.For(queue.Device, n);
            CumsumKernels.Rows<T, TS>(queue, threads.Over(Grid), y, x, Grid, n, reverse ? 1 : 0, threads.Lanes);
        }

        public override void Run(int begin, int end)
        {
            for (int row = begin; row < end; row++)
            {
                T* from = x.Pointer<T>() + ((nint)row * n), to = y.Pointer<T>() + ((nint)row * n);
                double sum = 0;
                for (int i = 0; i < n; i++)
                {
                    int at = reverse ? n - 1 - i : i;
                    sum += double.CreateTruncating(from[at]);
                    to[at] = T.CreateTruncating(sum);
                }
            }
        }
    }
}
