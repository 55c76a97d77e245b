using System.Numerics;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Matrix products on GPUs: a group computes a square tile of c from tiles of a and b in shared memory, a thread a smaller square of it in registers.
/// The next tiles are on their way to registers while the threads multiply. Bound by arithmetic: 2·M·N·K operations; a thread with 8×8 sums loads
/// 16 numbers from shared memory for 64 multiply-adds.
/// </summary>
/// <remarks>
/// Every sum is one chain of fused multiply-adds in increasing p. Where c has too few tiles for the device, the depth falls into slices with a chain
/// each, which Combine adds in order.
/// </remarks>
internal static partial class GemmTiles
{
    /// <summary>Columns of a and rows of b in a shared tile.</summary>
    public const int Step = 16;

    // Rows of the shared tiles are longer by this, so that threads that write a column meet different banks and quadruples stay aligned.
    private const int Pad = 4;

    /// <summary>One tile of c, of one matrix, over one slice of the depth.</summary>
    /// <remarks>A slice's sums go to a matrix of their own behind those of the slices before it; then nothing may be added here.</remarks>
    [Kernel]
    public static void Squares<T, TM, TActivation>(
        ArrayView<T> c, ArrayView<T> activated, ArrayView<T> a, ArrayView<T> b, ArrayView<T> bias, ArrayView<T> residual,
        GemmSizes sizes, MapAxes batch, int axes, int matrices, int tilesM, int tilesN, int slice, int extras, [Spec] SpecInt tile, [Spec] SpecInt own)
        where T : unmanaged, IAdditionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
        where TActivation : struct, IUnary<T>
    {
        ArrayView<T> tileA = SharedMemory.Allocate<T>(Step * (tile + Pad)), tileB = SharedMemory.Allocate<T>(Step * (tile + Pad));
        ArrayView<T> sums = LocalMemory.Allocate<T>(own * own), column = LocalMemory.Allocate<T>(own), row = LocalMemory.Allocate<T>(own);
        ArrayView<T> nextA = LocalMemory.Allocate<T>(Step * own * own / tile), nextB = LocalMemory.Allocate<T>(Step * own * own / tile);
        int threads = tile / own * (tile / own), thread = Group.IdxX, x = thread % (tile / own) * 4, y = thread / (tile / own) * 4;
        int unit = Grid.IdxX / (tilesM * tilesN), place = Grid.IdxX - (unit * tilesM * tilesN), part = unit / matrices, matrix = unit - (part * matrices);
        int firstRow = place / tilesN * tile, firstColumn = place % tilesN * tile, start = part * slice, end = Math.Min(start + slice, sizes.K);
        long atA = 0, atB = 0, atC = 0;
        GemmSizes.Seek(batch, axes, matrix, ref atA, ref atB, ref atC);
        if (part > 0) atC += (long)part * matrices * sizes.M * sizes.N;
        // Neighbouring threads read neighbours in memory: along the depth or across it.
        bool alongA = sizes.ACol == 1, alongB = sizes.BCol != 1;
        for (int e = 0; e < own * own; e++) sums[e] = TM.Of(0);
        for (int e = 0; e < Step * own * own / tile; e++)
        {
            int at = thread + (e * threads);
            int i = alongA ? at / Step : at % tile, p = alongA ? at % Step : at / tile;
            int j = alongB ? at / Step : at % tile, q = alongB ? at % Step : at / tile;
            nextA[e] = Read<T, TM>(a, atA, firstRow + i, start + p, sizes.ARow, sizes.ACol, sizes.M, end);
            nextB[e] = Read<T, TM>(b, atB, firstColumn + j, start + q, sizes.BCol, sizes.BRow, sizes.N, end);
        }
        for (int from = start; from < end; from += Step)
        {
            for (int e = 0; e < Step * own * own / tile; e++)
            {
                int at = thread + (e * threads);
                int i = alongA ? at / Step : at % tile, p = alongA ? at % Step : at / tile;
                int j = alongB ? at / Step : at % tile, q = alongB ? at % Step : at / tile;
                tileA[(p * (tile + Pad)) + i] = nextA[e];
                tileB[(q * (tile + Pad)) + j] = nextB[e];
            }
            Group.Barrier();
            if (from + Step < end)
            {
                for (int e = 0; e < Step * own * own / tile; e++)
                {
                    int at = thread + (e * threads);
                    int i = alongA ? at / Step : at % tile, p = (alongA ? at % Step : at / tile) + from + Step;
                    int j = alongB ? at / Step : at % tile, q = (alongB ? at % Step : at / tile) + from + Step;
                    nextA[e] = Read<T, TM>(a, atA, firstRow + i, p, sizes.ARow, sizes.ACol, sizes.M, end);
                    nextB[e] = Read<T, TM>(b, atB, firstColumn + j, q, sizes.BCol, sizes.BRow, sizes.N, end);
                }
            }
            // Four steps are unrolled: more only take the compiler's time.
            int p0 = 0;
            while (p0 < Step)
            {
                for (int p = 0; p < 4; p++)
                {
                    for (int i = 0; i < own; i++) column[i] = tileA[((p0 + p) * (tile + Pad)) + y + (i / 4 * (4 * (tile / own))) + (i % 4)];
                    for (int j = 0; j < own; j++) row[j] = tileB[((p0 + p) * (tile + Pad)) + x + (j / 4 * (4 * (tile / own))) + (j % 4)];
                    for (int i = 0; i < own; i++)
                        for (int j = 0; j < own; j++) sums[(i * own) + j] = TM.Fma(column[i], row[j], sums[(i * own) + j]);
                }
                p0 += 4;
            }
            Group.Barrier();
        }
        for (int i = 0; i < own; i++)
        {
            int r = firstRow + y + (i / 4 * (4 * (tile / own))) + (i % 4);
            for (int j = 0; j < own; j++)
            {
                int s = firstColumn + x + (j / 4 * (4 * (tile / own))) + (j % 4);
                if (r >= sizes.M || s >= sizes.N) continue;
                Finish<T, TActivation>(
                    c, activated, bias, residual, atC + (r * sizes.CRow) + s, ((((long)matrix * sizes.M) + r) * sizes.N) + s, ((long)matrix * sizes.N) + s, sums[(i * own) + j], extras);
            }
        }
    }

    /// <summary>The sums of all slices, added in order, an element a thread. c is dense here.</summary>
    [Kernel]
    public static void Combine<T, TActivation>(
        ArrayView<T> c, ArrayView<T> activated, ArrayView<T> parts, ArrayView<T> bias, ArrayView<T> residual, GemmSizes sizes, MapAxes batch, int axes, long count, int slices, int extras)
        where T : unmanaged, IAdditionOperators<T, T, T>
        where TActivation : struct, IUnary<T>
    {
        long at = ((long)Grid.IdxX * Group.DimX) + Group.IdxX;
        if (at >= count) return;
        T sum = parts[at];
        for (int slice = 1; slice < slices; slice++) sum += parts[(slice * count) + at];
        long row = at / sizes.N;
        int column = (int)(at - (row * sizes.N)), matrix = (int)(row / sizes.M);
        long none = 0, alsoNone = 0, atC = 0;
        GemmSizes.Seek(batch, axes, matrix, ref none, ref alsoNone, ref atC);
        Finish<T, TActivation>(
            c, activated, bias, residual, atC + ((row - ((long)matrix * sizes.M)) * sizes.CRow) + column, at, ((long)matrix * sizes.N) + column, sum, extras);
    }

    // An element of an operand, and zero beyond its edges.
    private static T Read<T, TM>(ArrayView<T> x, long first, int across, int along, long strideAcross, long strideAlong, int extent, int end)
        where T : unmanaged
        where TM : struct, IScalarMath<T> =>
        across < extent && along < end ? x[first + (across * strideAcross) + (along * strideAlong)] : TM.Of(0);

    /// <summary>A finished sum with what comes behind it: its place in c, in dense tensors, and in the bias.</summary>
    internal static void Finish<T, TActivation>(
        ArrayView<T> c, ArrayView<T> activated, ArrayView<T> bias, ArrayView<T> residual, long at, long dense, long column, T sum, int extras)
        where T : unmanaged, IAdditionOperators<T, T, T>
        where TActivation : struct, IUnary<T>
    {
        if ((extras & GemmSizes.HasBias) != 0) sum += bias[column];
        if ((extras & GemmSizes.HasResidual) != 0) sum += residual[dense];
        c[at] = sum;
        if ((extras & GemmSizes.HasActivated) != 0) activated[dense] = TActivation.Apply(sum);
    }
}
