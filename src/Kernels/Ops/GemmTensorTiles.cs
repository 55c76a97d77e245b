using System.Numerics;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Products of f32 matrices on tensor cores: factors are rounded to TF32 or bfloat16, sums are f32. A group computes a square tile of c; a warp multiplies
/// 32 columns of it, 16×8 sums at a time, from fragments in registers. The next tiles of a and b are copied to shared memory meanwhile, past the registers.
/// </summary>
/// <remarks>
/// Bound by tensor cores and shared memory alike for TF32, and by shared memory for bfloat16, whose factors still pass there as floats: eight warps of 64×32 read
/// 48 KiB a step of 16 and 16 KiB are written, for 2·16·128² operations. docs/performance.md counts the cycles; nothing has been measured.
/// <para>
/// Within 16 steps of the depth the order of a sum's products is free as long as a and b agree on it. So thread t of four takes the neighbours 4t…4t+3, which are one
/// load where a tile lies along the depth, and serve two products of TF32 (depth 8) or one of bfloat16 (depth 16).
/// </para>
/// </remarks>
internal static partial class GemmTensorTiles
{
    /// <summary>Columns of a and rows of b in a shared tile.</summary>
    public const int Step = 16;

    private const int Columns = 32, Lanes = 32;

    /// <summary>One tile of c, of one matrix, over one slice of the depth, as <c>GemmTiles.Squares</c> has it. T is float: the launches that come here are made for any.</summary>
    /// <remarks>
    /// Groups of tile²/rows threads: a warp owns <paramref name="rows"/> rows. An operand's tile lies along the depth where its memory does, so that copies of
    /// <paramref name="fours"/> (1 for a, 2 for b) stay whole; otherwise across it.
    /// </remarks>
    [Kernel]
    public static void Squares<T, TActivation>(
        ArrayView<T> c, ArrayView<T> activated, ArrayView<float> a, ArrayView<float> b, ArrayView<T> bias, ArrayView<T> residual,
        GemmSizes sizes, MapAxes batch, int axes, int matrices, int tilesM, int tilesN, int slice, int extras, int fours,
        [Spec] SpecInt tile, [Spec] SpecInt rows, [Spec] SpecInt alongA, [Spec] SpecInt alongB, [Spec] SpecInt bf16)
        where T : unmanaged, IAdditionOperators<T, T, T>
        where TActivation : struct, IUnary<T>
    {
        ArrayView<float> tilesA = SharedMemory.Allocate<float>(2 * Step * tile), tilesB = SharedMemory.Allocate<float>(2 * Step * tile);
        ArrayView<T> sums = LocalMemory.Allocate<T>(rows * Columns / Lanes);
        ArrayView<float> products = sums.Cast<float>();
        ArrayView<float> roundA = LocalMemory.Allocate<float>(rows / 2), roundB = LocalMemory.Allocate<float>(4);
        ArrayView<uint> halfA = LocalMemory.Allocate<uint>(rows / 4), halfB = LocalMemory.Allocate<uint>(2);
        int thread = Group.IdxX, warp = thread / Lanes, g = thread % Lanes / 4, t = thread % 4;
        int ownRow = warp / (tile / Columns) * rows, ownColumn = warp % (tile / Columns) * Columns;
        int unit = Grid.IdxX / (tilesM * tilesN), place = Grid.IdxX - (unit * tilesM * tilesN), part = unit / matrices, matrix = unit - (part * matrices);
        int firstRow = place / tilesN * tile, firstColumn = place % tilesN * tile, start = part * slice, end = Math.Min(start + slice, sizes.K);
        long atA = 0, atB = 0, atC = 0;
        GemmSizes.Seek(batch, axes, matrix, ref atA, ref atB, ref atC);
        if (part > 0) atC += (long)part * matrices * sizes.M * sizes.N;
        for (int e = 0; e < rows * Columns / Lanes; e++) products[e] = 0;
        if (start < end)
        {
            Fetch(tilesA, 0, a, atA, firstRow, sizes.M, sizes.ARow, start, end, sizes.ACol, thread, fours & 1, alongA, tile, rows);
            Fetch(tilesB, 0, b, atB, firstColumn, sizes.N, sizes.BCol, start, end, sizes.BRow, thread, fours & 2, alongB, tile, rows);
        }
        Intrinsics.CommitCopies();
        int at = 0;
        for (int from = start; from < end; from += Step)
        {
            // Behind the barrier this step's tiles are there, and everyone is done with the last step's, whose place the next ones take.
            Intrinsics.WaitForCopies(0);
            Group.Barrier();
            int other = (Step * tile) - at;
            if (from + Step < end)
            {
                Fetch(tilesA, other, a, atA, firstRow, sizes.M, sizes.ARow, from + Step, end, sizes.ACol, thread, fours & 1, alongA, tile, rows);
                Fetch(tilesB, other, b, atB, firstColumn, sizes.N, sizes.BCol, from + Step, end, sizes.BRow, thread, fours & 2, alongB, tile, rows);
            }
            Intrinsics.CommitCopies();
            for (int i = 0; i < rows / 16; i++)
            {
                Vector4<float> low = Fragment(tilesA, at, ownRow + (16 * i) + g, t, alongA, tile), high = Fragment(tilesA, at, ownRow + (16 * i) + 8 + g, t, alongA, tile);
                if (bf16 > 0)
                {
                    halfA[4 * i] = Intrinsics.PackBFloat16(low.X, low.Y);
                    halfA[(4 * i) + 1] = Intrinsics.PackBFloat16(high.X, high.Y);
                    halfA[(4 * i) + 2] = Intrinsics.PackBFloat16(low.Z, low.W);
                    halfA[(4 * i) + 3] = Intrinsics.PackBFloat16(high.Z, high.W);
                }
                else
                {
                    roundA[8 * i] = Intrinsics.RoundToTf32(low.X);
                    roundA[(8 * i) + 1] = Intrinsics.RoundToTf32(high.X);
                    roundA[(8 * i) + 2] = Intrinsics.RoundToTf32(low.Y);
                    roundA[(8 * i) + 3] = Intrinsics.RoundToTf32(high.Y);
                    roundA[(8 * i) + 4] = Intrinsics.RoundToTf32(low.Z);
                    roundA[(8 * i) + 5] = Intrinsics.RoundToTf32(high.Z);
                    roundA[(8 * i) + 6] = Intrinsics.RoundToTf32(low.W);
                    roundA[(8 * i) + 7] = Intrinsics.RoundToTf32(high.W);
                }
            }
            for (int j = 0; j < Columns / 8; j++)
            {
                Vector4<float> four = Fragment(tilesB, at, ownColumn + (8 * j) + g, t, alongB, tile);
                if (bf16 > 0)
                {
                    halfB[0] = Intrinsics.PackBFloat16(four.X, four.Y);
                    halfB[1] = Intrinsics.PackBFloat16(four.Z, four.W);
                    for (int i = 0; i < rows / 16; i++) Intrinsics.MmaBFloat16(products.SubView(4 * ((4 * i) + j), 4), halfA.SubView(4 * i, 4), halfB);
                }
                else
                {
                    roundB[0] = Intrinsics.RoundToTf32(four.X);
                    roundB[1] = Intrinsics.RoundToTf32(four.Y);
                    roundB[2] = Intrinsics.RoundToTf32(four.Z);
                    roundB[3] = Intrinsics.RoundToTf32(four.W);
                    // A sum's second product waits for its first, so all the first ones come before.
                    for (int i = 0; i < rows / 16; i++) Intrinsics.MmaTf32(products.SubView(4 * ((4 * i) + j), 4), roundA.SubView(8 * i, 4), roundB.SubView(0, 2));
                    for (int i = 0; i < rows / 16; i++) Intrinsics.MmaTf32(products.SubView(4 * ((4 * i) + j), 4), roundA.SubView((8 * i) + 4, 4), roundB.SubView(2, 2));
                }
            }
            at = other;
        }
        for (int i = 0; i < rows / 8; i++)
        {
            int r = firstRow + ownRow + (8 * i) + g;
            for (int j = 0; j < Columns / 4; j++)
            {
                int s = firstColumn + ownColumn + (j / 2 * 8) + (2 * t) + (j % 2);
                if (r >= sizes.M || s >= sizes.N) continue;
                GemmTiles.Finish<T, TActivation>(
                    c, activated, bias, residual, atC + (r * sizes.CRow) + s, ((((long)matrix * sizes.M) + r) * sizes.N) + s, ((long)matrix * sizes.N) + s,
                    sums[(4 * ((i / 2 * 4) + (j / 2))) + (i % 2 * 2) + (j % 2)], extras);
            }
        }
    }

    // Starts the copies of one step's tile of an operand; beyond its edges there are zeros. Neighbouring threads read neighbours in memory.
    private static void Fetch(
        ArrayView<float> tiles, int at, ArrayView<float> x, long first, int row, int extent, long strideAcross, int from, int end, long strideAlong,
        int thread, int fours, SpecInt along, SpecInt tile, SpecInt rows)
    {
        if (fours != 0)
        {
            for (int e = 0; e < Step * rows / (4 * tile); e++)
            {
                int piece = thread + (e * (tile * tile / rows));
                int i = along > 0 ? piece / (Step / 4) : piece % (tile / 4) * 4, k = along > 0 ? piece % (Step / 4) * 4 : piece / (tile / 4);
                int left = along > 0 ? (row + i < extent ? end - from - k : 0) : (from + k < end ? extent - row - i : 0), count = Math.Max(Math.Min(left, 4), 0);
                Intrinsics.CopyAsync4(tiles, at + Place(i, k, along, tile), x, count > 0 ? first + ((row + i) * strideAcross) + ((from + k) * strideAlong) : 0, count);
            }
        }
        else
        {
            for (int e = 0; e < Step * rows / tile; e++)
            {
                int piece = thread + (e * (tile * tile / rows));
                int i = along > 0 ? piece / Step : piece % tile, k = along > 0 ? piece % Step : piece / tile, count = row + i < extent && from + k < end ? 1 : 0;
                Intrinsics.CopyAsync(tiles, at + Place(i, k, along, tile), x, count > 0 ? first + ((row + i) * strideAcross) + ((from + k) * strideAlong) : 0, count);
            }
        }
    }

    // Across the depth, rows are shifted so that the fragments of a warp's threads, four steps apart, lie in different banks; along it they do as they are.
    private static int Place(int i, int k, SpecInt along, SpecInt tile) => along > 0 ? (i * Step) + k : (k * tile) + (i ^ (8 * (k / 4)));

    private static Vector4<float> Fragment(ArrayView<float> tiles, int at, int i, int t, SpecInt along, SpecInt tile)
    {
        if (along > 0) return Intrinsics.Load4(tiles, at + (i * Step) + (4 * t));
        int line = at + (4 * t * tile) + (i ^ (8 * t));
        return new Vector4<float> { X = tiles[line], Y = tiles[line + tile], Z = tiles[line + (2 * tile)], W = tiles[line + (3 * tile)] };
    }
}
