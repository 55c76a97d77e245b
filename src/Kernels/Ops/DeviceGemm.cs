using System.Numerics;
using Handmade.Kernels.Accelerators;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Queues a product on a device: which kernel, and how the result falls into tiles. The choice follows from shapes and the device alone, so the same
/// call has the same bits.
/// </summary>
internal static class DeviceGemm
{
    // A processor's groups are bands of a panel: long enough to be worth packing the panel of b, short enough to give every core some.
    private const int ShortestBand = 16, LongestBand = 128, BandsPerUnit = 4;

    // A GPU wants some groups on each multiprocessor; a slice of the depth should outlast the write of its sums.
    private const int TilesPerUnit = 2, ShortestSlice = 128, MostSlices = 64;

    // What to assume of a device that does not say: the emulator.
    private const int UnknownUnits = 2;

    /// <summary>c = a·b + bias + residual, and its activation: a <c>[..., M, K]</c> and b <c>[..., K, N]</c> of any strides, rows of c dense, the others dense as a whole.</summary>
    public static unsafe void Enqueue<T, TM, TActivation>(
        KernelQueue queue, string name, TensorView a, TensorView b, TensorView c, TensorView? bias, TensorView? residual, TensorView? activated)
        where T : unmanaged, IAdditionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
        where TActivation : struct, IUnary<T>
    {
        if (c.Count == 0) return;
        var sizes = new GemmSizes
        {
            M = c.Shape[^2],
            N = c.Shape[^1],
            K = a.Shape[^1],
            ARow = a.Strides[^2],
            ACol = a.Strides[^1],
            BRow = b.Strides[^2],
            BCol = b.Strides[^1],
            CRow = c.Strides[^2],
        };
        MapAxes walk = Walk(name, a, b, c, out int axes);
        int matrices = checked((int)(c.Count / ((long)sizes.M * sizes.N)));
        int extras = (bias is null ? 0 : GemmSizes.HasBias) + (residual is null ? 0 : GemmSizes.HasResidual) + (activated is null ? 0 : GemmSizes.HasActivated);
        int units = (queue.Device as Accelerator)?.Info.Units ?? UnknownUnits;
        Float32MatmulPrecision precision = typeof(T) == typeof(float) ? queue.Device.Float32MatmulPrecision : Float32MatmulPrecision.Highest;
        if (queue.Device.IsProcessor && precision == Float32MatmulPrecision.Highest)
        {
            int width = 64 / sizeof(T), panels = Ceiling(sizes.N, width);
            long wanted = Math.Max(BandsPerUnit * (long)units / ((long)panels * matrices), 1);
            int band = Math.Clamp(Ceiling(Ceiling(sizes.M, wanted), RegisterTile.Rows) * RegisterTile.Rows, ShortestBand, LongestBand), bands = Ceiling(sizes.M, band);
            GemmPanels.Bands<T, TM, TActivation>(
                queue, (checked(matrices * panels * bands), 1), c, activated ?? c, a, b, bias ?? c, residual ?? c, sizes, walk, axes, panels, bands, band, extras, width);
            return;
        }
        (int tile, int own) = Tile(sizes.M, sizes.N, matrices, units, sizeof(T));
        int tilesM = Ceiling(sizes.M, tile), tilesN = Ceiling(sizes.N, tile), groups = checked(matrices * tilesM * tilesN), threads = tile / own * (tile / own);
        int slices = Math.Clamp(Math.Min(Ceiling((long)TilesPerUnit * units, groups), sizes.K / ShortestSlice), 1, MostSlices);
        int slice = Math.Max(Ceiling(Ceiling(sizes.K, slices), GemmTiles.Step) * GemmTiles.Step, GemmTiles.Step);
        slices = Math.Max(Ceiling(sizes.K, slice), 1);
        if (slices == 1)
        {
            if (precision != Float32MatmulPrecision.Highest)
                OnTensorCores<T, TActivation>(queue, precision, c, activated ?? c, a, b, bias ?? c, residual ?? c, sizes, walk, axes, matrices, 1, slice, extras, tile);
            else
                GemmTiles.Squares<T, TM, TActivation>(
                    queue, (groups, threads), c, activated ?? c, a, b, bias ?? c, residual ?? c, sizes, walk, axes, matrices, tilesM, tilesN, slice, extras, tile, own);
            return;
        }
        TensorView parts = queue.Scratch([slices, .. c.Shape], c.DType);
        GemmSizes apart = sizes with { CRow = sizes.N };
        MapAxes walkParts = Walk(name, a, b, parts.Slice(0, 0, 1).Squeeze(0), out int axesParts);
        if (precision != Float32MatmulPrecision.Highest)
            OnTensorCores<T, Gemm.Keep<T>>(queue, precision, parts, parts, a, b, parts, parts, apart, walkParts, axesParts, matrices, slices, slice, 0, tile);
        else
            GemmTiles.Squares<T, TM, Gemm.Keep<T>>(
                queue, (checked(groups * slices), threads), parts, parts, a, b, parts, parts, apart, walkParts, axesParts, matrices, tilesM, tilesN, slice, 0, tile, own);
        GemmTiles.Combine<T, TActivation>(
            queue, KernelConfig.ForElements(c.Count), c, activated ?? c, parts, bias ?? c, residual ?? c, sizes, walk, axes, c.Count, slices, extras);
    }

    // The same tiles, by tensor cores. A warp has 64 rows of the largest, 32 of the others.
    private static void OnTensorCores<T, TActivation>(
        KernelQueue queue, Float32MatmulPrecision precision, TensorView c, TensorView activated, TensorView a, TensorView b, TensorView bias, TensorView residual,
        GemmSizes sizes, MapAxes walk, int axes, int matrices, int slices, int slice, int extras, int tile)
        where T : unmanaged, IAdditionOperators<T, T, T>
        where TActivation : struct, IUnary<T>
    {
        int rows = tile == 128 ? 64 : 32, tilesM = Ceiling(sizes.M, tile), tilesN = Ceiling(sizes.N, tile);
        // Along the depth, unless the other direction is the dense one.
        bool alongA = sizes.ACol == 1 || sizes.ARow != 1, alongB = sizes.BRow == 1 || sizes.BCol != 1;
        long leadingA = walk.Axis0.A | walk.Axis1.A | walk.Axis2.A | walk.Axis3.A, leadingB = walk.Axis0.B | walk.Axis1.B | walk.Axis2.B | walk.Axis3.B;
        bool foursA = InFours(a, alongA ? sizes.ACol : sizes.ARow, leadingA | (alongA ? sizes.ARow : sizes.ACol));
        bool foursB = InFours(b, alongB ? sizes.BRow : sizes.BCol, leadingB | (alongB ? sizes.BCol : sizes.BRow));
        GemmTensorTiles.Squares<T, TActivation>(
            queue, (checked(matrices * slices * tilesM * tilesN), tile * tile / rows), c, activated, a, b, bias, residual, sizes, walk, axes, matrices, tilesM, tilesN, slice, extras,
            (foursA ? 1 : 0) + (foursB ? 2 : 0), tile, rows, alongA ? 1 : 0, alongB ? 1 : 0, precision == Float32MatmulPrecision.Medium ? 1 : 0);
    }

    // True where four neighbours at every fourth place can be copied at once: dense, and 16 bytes aligned under all other strides.
    private static bool InFours(TensorView x, long stride, long others) =>
        stride == 1 && others % 4 == 0 && (x.Buffer.Block + x.Buffer.ByteOffset + (x.Offset * sizeof(float))) % 16 == 0;

    // The largest tile that still gives every multiprocessor one; doubles take half the width, for shared memory.
    private static (int Tile, int Own) Tile(int m, int n, int matrices, int units, int bytes)
    {
        long Groups(int tile) => (long)Ceiling(m, tile) * Ceiling(n, tile) * matrices;
        if (bytes == sizeof(float) && Math.Min(m, n) > 64 && Groups(128) >= units) return (128, 8);
        return Math.Min(m, n) > 32 && Groups(64) >= units ? (64, 4) : (32, 4);
    }

    // The leading axes, outermost first; those that are regular in all three tensors are merged.
    private static MapAxes Walk(string name, TensorView a, TensorView b, TensorView c, out int axes)
    {
        Span<MapAxis> merged = stackalloc MapAxis[GemmSizes.MostAxes];
        axes = 0;
        for (int axis = 0; axis < c.Shape.Rank - 2; axis++)
        {
            int extent = c.Shape[axis];
            if (extent == 1) continue;
            MapAxis next = MapAxis.Of(extent, a.Strides[axis], b.Strides[axis], c.Strides[axis]);
            if (axes > 0 && merged[axes - 1] is var last && last.A == next.A * extent && last.B == next.B * extent && last.C == next.C * extent)
                merged[axes - 1] = MapAxis.Of(last.Extent * extent, next.A, next.B, next.C);
            else if (axes == GemmSizes.MostAxes)
                throw new HandmadeException($"{name}: the leading axes of {a.Shape} and {b.Shape} stay more than {GemmSizes.MostAxes} after merging; call Contiguous() first");
            else merged[axes++] = next;
        }
        return new MapAxes { Axis0 = merged[0], Axis1 = merged[1], Axis2 = merged[2], Axis3 = merged[3] };
    }

    private static int Ceiling(long x, long y) => (int)((x + y - 1) / y);
}
