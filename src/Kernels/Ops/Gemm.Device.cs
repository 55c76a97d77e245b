using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

public static partial class Gemm
{
    // On devices: which kernel, and how the result falls into tiles.
    private sealed unsafe partial class GemmLaunch<T, TM, TActivation>
    {
        // A processor's groups are bands of a panel: long enough to be worth packing the panel of b, short enough to give every core some.
        private const int ShortestBand = 16, LongestBand = 128, GroupsPerUnit = 4;

        private const int MostAxes = 4;

        private int Extras => (bias is null ? 0 : GemmKernels.HasBias) + (residual is null ? 0 : GemmKernels.HasResidual) + (activated is null ? 0 : GemmKernels.HasActivated);

        private GemmSizes Sizes => new()
        {
            M = c.Shape[^2],
            N = c.Shape[^1],
            K = a.Shape[^1],
            ARow = a.Strides[^2],
            ACol = a.Strides[^1],
            BRow = b.Strides[^2],
            BCol = b.Strides[^1],
        };

        public override void Enqueue(KernelQueue queue)
        {
            if (c.Count == 0) return;
            MapAxes walk = Walk(out int axes);
            EnqueuePanels(queue, walk, axes);
        }

        private void EnqueuePanels(KernelQueue queue, in MapAxes walk, int axes)
        {
            int width = 64 / sizeof(T), m = c.Shape[^2], panels = Ceiling(c.Shape[^1], width);
            long bands = Math.Max(GroupsPerUnit * (long)Environment.ProcessorCount / Math.Max(panels * batch.Count, 1), 1);
            int band = Math.Clamp(Ceiling((int)Math.Min(Ceiling(m, bands), LongestBand), RegisterTile.Rows) * RegisterTile.Rows, ShortestBand, LongestBand);
            int count = Ceiling(m, band);
            GemmKernels.Panels<T, TM, OneLane.Unary<T, TActivation>>(
                queue, (checked((int)(batch.Count * panels * count)), 1), c, activated ?? c, a, b, bias ?? c, residual ?? c, Sizes, walk, axes, panels, count, band, Extras, width);
        }

        // The leading axes that are left after those that are regular in both operands are merged, outermost first.
        private MapAxes Walk(out int axes)
        {
            Span<MapAxis> merged = stackalloc MapAxis[MostAxes];
            axes = 0;
            for (int axis = 0; axis < batch.Rank; axis++)
            {
                int extent = batch[axis];
                if (extent == 1) continue;
                long strideA = a.Strides[axis], strideB = b.Strides[axis];
                if (axes > 0 && merged[axes - 1].A == strideA * extent && merged[axes - 1].B == strideB * extent)
                {
                    merged[axes - 1] = new MapAxis { Extent = merged[axes - 1].Extent * extent, A = strideA, B = strideB };
                    continue;
                }
                if (axes == MostAxes)
                    throw new HandmadeException($"{Name}: the leading axes of {a.Shape} and {b.Shape} stay more than {MostAxes} after merging; call Contiguous() first");
                merged[axes++] = new MapAxis { Extent = extent, A = strideA, B = strideB };
            }
            return new MapAxes { Axis0 = merged[0], Axis1 = merged[1], Axis2 = merged[2], Axis3 = merged[3] };
        }

        private static int Ceiling(long x, long y) => (int)((x + y - 1) / y);
    }
}
