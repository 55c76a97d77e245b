using System.Numerics;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Matrix products on processors: a group is one thread, which packs a panel of b, 64 bytes wide, and runs down a band of rows of a with
/// tiles of four rows in registers (<see cref="RegisterTile"/>). Bound by arithmetic: 2·M·N·K operations.
/// </summary>
/// <remarks>
/// Every sum is one chain of fused multiply-adds in increasing p, whatever the bands.
/// <para>
/// GFLOP per core-second, float, on PoCL 3.1 (Zen 3, 104 at most): n = 512: 63, n = 1024: 76; tokens × features × depth of a training step:
/// 67 at 2048×32×128, 37 at 2048×128×32, 52 at 128×32×4096; double 33 at n = 512.
/// </para>
/// <para>
/// Ladder at n = 512: one thread a group, 4×16 sums in registers, edges written straight from there: 24, for the compiler cuts its vectors at the edge ·
/// sums always by way of shared memory: 58. Tiles of 6×16 spill (48), 8×8 and 6×8 load more (34, 37). Where a tile lacks rows, the last one
/// is computed again: no second body for single rows, which took a quarter of the compiler's time in attention.
/// </para>
/// </remarks>
internal static partial class GemmPanels
{
    /// <summary>Rows of b that a group packs at once: 24 KiB, beside which the rows of a find room in a first-level cache.</summary>
    public const int Depth = 384;

    [Kernel(GroupSize = 1)]
    public static void Bands<T, TM, TActivation>(
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
        long atA = 0, atB = 0, atC = 0;
        GemmSizes.Seek(batch, axes, matrix, ref atA, ref atB, ref atC);
        atB += firstColumn * sizes.BCol;
        atC += firstColumn;
        long dense = ((long)matrix * sizes.M * sizes.N) + firstColumn;
        int atBias = (matrix * sizes.N) + firstColumn;
        for (int start = 0; start == 0 || start < sizes.K; start += Depth)
        {
            int depth = Math.Min(sizes.K - start, Depth);
            RegisterTile.Pack<T, TM>(panel, b, atB + (start * sizes.BRow), sizes.BRow, sizes.BCol, depth, columns, width);
            for (int i = firstRow; i < endRow; i += RegisterTile.Rows)
            {
                int rows = Math.Min(endRow - i, RegisterTile.Rows);
                long to = atC + (i * sizes.CRow), extra = dense + ((long)i * sizes.N);
                if (start == 0) RegisterTile.Clear<T, TM>(tile, width);
                else
                {
                    for (int r = 0; r < rows; r++)
                    {
                        long line = to + (r * sizes.CRow);
                        for (int j = 0; j < columns; j++) tile[(r * width) + j] = c[line + j];
                    }
                }
                long from = atA + (i * sizes.ARow) + (start * sizes.ACol);
                RegisterTile.Add<T, TM>(tile, a, from, sizes.ARow, sizes.ACol, rows, panel, depth, width);
                for (int r = 0; r < rows; r++)
                {
                    long line = to + (r * sizes.CRow), own = extra + ((long)r * sizes.N);
                    if (start + Depth < sizes.K || extras == 0)
                    {
                        for (int j = 0; j < columns; j++) c[line + j] = tile[(r * width) + j];
                        continue;
                    }
                    if ((extras & GemmSizes.HasBias) != 0)
                    {
                        for (int j = 0; j < columns; j++) tile[(r * width) + j] = tile[(r * width) + j] + bias[atBias + j];
                    }
                    if ((extras & GemmSizes.HasResidual) != 0)
                    {
                        for (int j = 0; j < columns; j++) tile[(r * width) + j] = tile[(r * width) + j] + residual[own + j];
                    }
                    for (int j = 0; j < columns; j++) c[line + j] = tile[(r * width) + j];
                    if ((extras & GemmSizes.HasActivated) != 0)
                    {
                        for (int j = 0; j < columns; j++) activated[own + j] = TActivation.Apply(tile[(r * width) + j]);
                    }
                }
            }
        }
    }
}
