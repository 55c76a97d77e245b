using System.Numerics;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Matrix products of devices: <c>c = a·b + bias + residual</c> and, where wanted, an activation of it. a and b have any strides; c, residual and
/// activated are dense. Every sum is one chain of fused multiply-adds in increasing p (per slice, where the depth is split), so tiles, groups and
/// scheduling change no bit.
/// </summary>
internal static partial class GemmKernels
{
    /// <summary>Rows of b that a group packs at once; 384 rows of 64 bytes share a first-level cache with what is read of a and c.</summary>
    public const int Depth = 384;

    /// <summary>Columns of a and rows of b in a shared tile.</summary>
    public const int Step = 16;

    /// <summary>What is added to the product, and whether the activated result is wanted: a sum of these.</summary>
    public const int HasBias = 1, HasResidual = 2, HasActivated = 4;

    /// <summary>
    /// For processors: a group is one thread, which packs a panel of b, <paramref name="width"/> columns wide (64 bytes), and runs down a band of
    /// rows of a with tiles of 4 rows in registers. Bound by arithmetic: 2·M·N·K operations.
    /// </summary>
    /// <remarks>
    /// GFLOP per core-second on PoCL 3.1 (Zen 3, 104 at most), n = 512: shared tiles of 64×64 with barriers, a thread 8×8, 10 · one thread a group, 4×16 in registers,
    /// edges written straight from registers, 24 (the compiler cut the vectors at the edge) · the tile always goes through shared memory, 58.
    /// 6×16 and 8×8 tiles spill: 48 and 34. The loops over columns are the compiler's vectors, so they count from 0 to a constant.
    /// </remarks>
    [Kernel(GroupSize = 1)]
    public static void Panels<T, TM, TActivation>(
        ArrayView<T> c, ArrayView<T> activated, ArrayView<T> a, ArrayView<T> b, ArrayView<T> bias, ArrayView<T> residual,
        GemmSizes sizes, MapAxes batch, int axes, int panels, int bands, int band, int extras, [Spec] SpecInt width)
        where T : unmanaged, IAdditionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
        where TActivation : struct, IUnary<T>
    {
        ArrayView<T> panel = SharedMemory.Allocate<T>(Depth * width);
        ArrayView<T> tile = SharedMemory.Allocate<T>(RegisterTile.Rows * width);
        int unit = Grid.IdxX, matrix = unit / (panels * bands);
        unit -= matrix * (panels * bands);
        int firstColumn = unit % panels * width, firstRow = unit / panels * band;
        int columns = Math.Min(sizes.N - firstColumn, width), endRow = Math.Min(firstRow + band, sizes.M);
        long atA = 0, atB = 0;
        Seek(batch, axes, matrix, ref atA, ref atB);
        atB += firstColumn * sizes.BCol;
        long atC = ((long)matrix * sizes.M * sizes.N) + firstColumn;
        int atBias = (matrix * sizes.N) + firstColumn;
        for (int start = 0; start == 0 || start < sizes.K; start += Depth)
        {
            int depth = Math.Min(sizes.K - start, Depth);
            RegisterTile.Pack<T, TM>(panel, b, atB + (start * sizes.BRow), sizes.BRow, sizes.BCol, depth, columns, width);
            for (int i = firstRow; i < endRow; i += RegisterTile.Rows)
            {
                int rows = Math.Min(endRow - i, RegisterTile.Rows);
                long to = atC + ((long)i * sizes.N);
                if (start == 0) RegisterTile.Clear<T, TM>(tile, width);
                else
                {
                    for (int r = 0; r < rows; r++)
                    {
                        long line = to + ((long)r * sizes.N);
                        for (int j = 0; j < columns; j++) tile[(r * width) + j] = c[line + j];
                    }
                }
                long from = atA + (i * sizes.ARow) + (start * sizes.ACol);
                RegisterTile.Add<T, TM>(tile, a, from, sizes.ARow, sizes.ACol, rows, panel, depth, width);
                for (int r = 0; r < rows; r++)
                {
                    long line = to + ((long)r * sizes.N);
                    if (start + Depth < sizes.K || extras == 0)
                    {
                        for (int j = 0; j < columns; j++) c[line + j] = tile[(r * width) + j];
                        continue;
                    }
                    if ((extras & HasBias) != 0)
                    {
                        for (int j = 0; j < columns; j++) tile[(r * width) + j] = tile[(r * width) + j] + bias[atBias + j];
                    }
                    if ((extras & HasResidual) != 0)
                    {
                        for (int j = 0; j < columns; j++) tile[(r * width) + j] = tile[(r * width) + j] + residual[line + j];
                    }
                    for (int j = 0; j < columns; j++) c[line + j] = tile[(r * width) + j];
                    if ((extras & HasActivated) != 0)
                    {
                        for (int j = 0; j < columns; j++) activated[line + j] = TActivation.Apply(tile[(r * width) + j]);
                    }
                }
            }
        }
    }

    private static void Seek(MapAxes batch, int axes, int matrix, ref long a, ref long b)
    {
        long none = 0;
        if (axes > 3) MapKernels.Step(batch.Axis3, ref matrix, ref a, ref b, ref none);
        if (axes > 2) MapKernels.Step(batch.Axis2, ref matrix, ref a, ref b, ref none);
        if (axes > 1) MapKernels.Step(batch.Axis1, ref matrix, ref a, ref b, ref none);
        if (axes > 0) MapKernels.Step(batch.Axis0, ref matrix, ref a, ref b, ref none);
    }
}

/// <summary>A product's extents and its operands' strides in elements.</summary>
internal struct GemmSizes
{
    public int M, N, K;
    public long ARow, ACol, BRow, BCol;
}
