using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>Place of the largest element; f32 and f64. Bound by memory.</summary>
public static class Argmax
{
    /// <summary>
    /// I32: where along the axis the largest element stands; the axis keeps extent 1. The first of equals; the first NaN
    /// before everything else.
    /// </summary>
    public static TensorView Over(TensorView x, int axis)
    {
        Require.Float("argmax", x);
        axis = x.Shape.Axis(axis, "argmax");
        if (x.Shape[axis] == 0) throw new HandmadeException($"argmax: axis {axis} of {x.Shape} has no elements; nothing in it is largest");
        TensorView y = x.Device.Empty(x.Shape.With(axis, 1), DType.I32);
        (x, Slab slab) = Slab.Of(x, [axis]);
        x.Device.Submit(x.DType == DType.F32 ? new ArgmaxLaunch<float>(x, slab, y) : new ArgmaxLaunch<double>(x, slab, y));
        return y;
    }

    private sealed unsafe class ArgmaxLaunch<T>(TensorView x, Slab slab, TensorView y) : Launch("argmax", [x], [y])
        where T : unmanaged, IFloatingPointIeee754<T>
    {
        public override int Grid => slab.Outer;

        public override long Work => x.Count;

        public override void Enqueue(KernelQueue queue)
        {
            // Columns that lie side by side are read side by side: one work item each.
            RowThreads threads = RowThreads.For(queue.Device, slab.Inner == 1 ? slab.Length : 1);
            int lines = slab.Outer * slab.Inner;
            ArgmaxKernels.Lines<T>(queue, threads.Over(lines), y, x, lines, slab.Length, slab.Inner, threads.Lanes);
        }

        public override void Run(int begin, int end)
        {
            for (int outer = begin; outer < end; outer++)
            {
                T* rows = x.Pointer<T>() + ((nint)outer * slab.Length * slab.Inner);
                int* best = y.Pointer<int>() + ((nint)outer * slab.Inner);
                new Span<int>(best, slab.Inner).Clear();
                for (int i = 1; i < slab.Length; i++)
                {
                    T* row = rows + ((nint)i * slab.Inner);
                    for (int j = 0; j < slab.Inner; j++)
                    {
                        T held = rows[((nint)best[j] * slab.Inner) + j];
                        // "not ≤" holds for a NaN candidate as well; a NaN that is held stays.
                        if (!(row[j] <= held) && !T.IsNaN(held)) best[j] = i;
                    }
                }
            }
        }
    }
}
