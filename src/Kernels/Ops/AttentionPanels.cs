using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Attention on processors: a group is one thread, 64 bytes of queries side by side are its lanes, and every product is made of register tiles.
/// Scores live in a panel [key, query] of shared memory, as they do in the pattern, so that nothing is turned in between.
/// </summary>
/// <remarks>
/// Bound by arithmetic: 4·N²·d_head operations and N² exponentials forward, 10·N²·d_head backward. Up to 128 keys stay in shared memory; beyond that
/// the pattern's own memory holds the scores meanwhile, and the backward pass computes its slopes twice.
/// <para>
/// GFLOP per core-second on PoCL 3.1 (Zen 3, 104 at most in float), forward and backward: N = 128, d_head = 8: 10, 23 · 16: 18, 27 · 64: 42, 51 ·
/// N = 64, 16: 14, 28 · N = 32, 8: 9, 22 · N = 10, 8: 5, 10 (6 of 16 lanes idle) · in double 6, 11 at N = 128, 16 on a busy machine. Beside the products a score costs
/// 2.8 ns forward, 1 of them its exponential. A thread a query with barriers between blocks of keys reached 3.4 (N = 256, 64) on a faster core.
/// </para>
/// </remarks>
internal static partial class AttentionPanels
{
    /// <summary>Keys, and features, that a panel holds.</summary>
    public const int Depth = 128;

    /// <summary>The pattern and z for a block of queries of one head.</summary>
    [Kernel(GroupSize = 1)]
    public static void Forward<T, TM>(
        ArrayView<T> z, ArrayView<T> p, ArrayView<T> q, ArrayView<T> k, ArrayView<T> v,
        HeadWalk walk, int n, int features, int blocks, int mask, T scale, [Spec] SpecInt width)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<T> scores = SharedMemory.Allocate<T>(Depth * width), turned = SharedMemory.Allocate<T>(Depth * width);
        ArrayView<T> tile = SharedMemory.Allocate<T>(RegisterTile.Rows * width), most = SharedMemory.Allocate<T>(width), sum = SharedMemory.Allocate<T>(width);
        int head = Grid.IdxX / blocks, first = (Grid.IdxX - (head * blocks)) * width, lanes = Math.Min(n - first, width);
        HeadPlaces at = HeadWalk.Seek(walk, head);
        long atP = at.P + first, atQ = at.Q + (first * walk.Row.Q);
        for (int l = 0; l < width; l++) most[l] = TM.Of(double.NegativeInfinity);
        if (features <= Depth) RegisterTile.Pack<T, TM>(turned, q, atQ, 1, walk.Row.Q, features, lanes, width);
        for (int start = 0; start < n; start += Depth)
        {
            int keys = Math.Min(n - start, Depth);
            for (int j = 0; j < keys; j += RegisterTile.Rows)
            {
                int rows = Math.Min(keys - j, RegisterTile.Rows);
                RegisterTile.Clear<T, TM>(tile, width);
                for (int c = 0; c < features; c += Depth)
                {
                    int deep = Math.Min(features - c, Depth);
                    if (features > Depth) RegisterTile.Pack<T, TM>(turned, q, atQ + c, 1, walk.Row.Q, deep, lanes, width);
                    RegisterTile.Add<T, TM>(tile, k, at.K + ((start + j) * walk.Row.K) + c, walk.Row.K, 1, rows, turned, deep, width);
                }
                for (int r = 0; r < rows; r++)
                {
                    int key = start + j + r, line = (j + r) * width;
                    for (int l = 0; l < width; l++) scores[line + l] = tile[(r * width) + l] * scale;
                    if (mask == (int)AttentionMask.ExcludeSelf && key >= first && key < first + width) scores[line + key - first] = TM.Of(double.NegativeInfinity);
                    if (mask == (int)AttentionMask.Causal)
                        for (int l = 0; l < Math.Min(key - first, width); l++) scores[line + l] = TM.Of(double.NegativeInfinity);
                }
            }
            Largest<T, TM>(most, scores, keys, width);
            if (n > Depth) Store(p, atP + (start * walk.Row.P), walk.Row.P, scores, keys, lanes, width);
        }
        for (int l = 0; l < width; l++) sum[l] = TM.Of(0);
        for (int start = 0; start < n; start += Depth)
        {
            int keys = Math.Min(n - start, Depth);
            if (n > Depth) RegisterTile.Pack<T, TM>(scores, p, atP + (start * walk.Row.P), walk.Row.P, 1, keys, lanes, width);
            Exponentials<T, TM>(scores, most, sum, keys, width);
            if (n > Depth) Store(p, atP + (start * walk.Row.P), walk.Row.P, scores, keys, lanes, width);
        }
        for (int l = 0; l < width; l++) sum[l] = TM.Of(1) / sum[l];
        for (int start = 0; start < n; start += Depth)
        {
            int keys = Math.Min(n - start, Depth);
            if (n > Depth) RegisterTile.Pack<T, TM>(scores, p, atP + (start * walk.Row.P), walk.Row.P, 1, keys, lanes, width);
            Scale(scores, sum, keys, width);
            Store(p, atP + (start * walk.Row.P), walk.Row.P, scores, keys, lanes, width);
            AddTurned<T, TM>(z, at.Z + (first * walk.Row.Z), walk.Row.Z, v, at.V + (start * walk.Row.V), walk.Row.V, scores, tile, start, keys, features, lanes, width);
        }
    }

    /// <summary>The gradients of q, k, v for one head: blocks of queries one after another, so that each sum over queries is one chain.</summary>
    [Kernel(GroupSize = 1)]
    public static void Backward<T, TM>(
        ArrayView<T> dq, ArrayView<T> dk, ArrayView<T> dv, ArrayView<T> q, ArrayView<T> k, ArrayView<T> v, ArrayView<T> p, ArrayView<T> dz,
        HeadWalk walk, int n, int features, T scale, [Spec] SpecInt width)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<T> weights = SharedMemory.Allocate<T>(Depth * width), slopes = SharedMemory.Allocate<T>(Depth * width), turned = SharedMemory.Allocate<T>(Depth * width);
        ArrayView<T> tile = SharedMemory.Allocate<T>(RegisterTile.Rows * width), mean = SharedMemory.Allocate<T>(width), rows = SharedMemory.Allocate<T>(width * width);
        HeadPlaces at = HeadWalk.Seek(walk, Grid.IdxX);
        for (int first = 0; first < n; first += width)
        {
            int lanes = Math.Min(n - first, width);
            long atP = at.P + first, atDZ = at.Z + (first * walk.Row.Z);
            for (int l = 0; l < width; l++) mean[l] = TM.Of(0);
            if (features <= Depth) RegisterTile.Pack<T, TM>(turned, dz, atDZ, 1, walk.Row.Z, features, lanes, width);
            // First the means over all keys, block by block, then what needs them; the slopes of an only block are still there then.
            int chunks = (n + Depth - 1) / Depth;
            for (int turn = 0; turn < 2 * chunks; turn++)
            {
                int start = (turn < chunks ? turn : turn - chunks) * Depth, keys = Math.Min(n - start, Depth);
                if (turn < chunks || chunks > 1)
                {
                    RegisterTile.Pack<T, TM>(weights, p, atP + (start * walk.Row.P), walk.Row.P, 1, keys, lanes, width);
                    Slopes<T, TM>(slopes, v, at.V + (start * walk.Row.V), walk.Row.V, dz, atDZ, walk.Row.Z, turned, tile, keys, features, lanes, width);
                }
                if (turn < chunks)
                {
                    for (int j = 0; j < keys; j++)
                        for (int l = 0; l < width; l++) mean[l] = TM.Fma(weights[(j * width) + l], slopes[(j * width) + l], mean[l]);
                    continue;
                }
                // dS = scale · P (dP − mean), in place of dP.
                for (int j = 0; j < keys; j++)
                    for (int l = 0; l < width; l++) slopes[(j * width) + l] = weights[(j * width) + l] * (slopes[(j * width) + l] - mean[l]) * scale;
                AddTurned<T, TM>(dq, at.DQ + (first * walk.Row.DQ), walk.Row.DQ, k, at.K + (start * walk.Row.K), walk.Row.K, slopes, tile, start, keys, features, lanes, width);
                AddRows<T, TM>(dk, at.DK + (start * walk.Row.DK), walk.Row.DK, q, at.Q + (first * walk.Row.Q), walk.Row.Q, slopes, rows, tile, first, keys, features, lanes, width);
                AddRows<T, TM>(dv, at.DV + (start * walk.Row.DV), walk.Row.DV, dz, atDZ, walk.Row.Z, weights, rows, tile, first, keys, features, lanes, width);
            }
        }
    }

    // A NaN need not win: its exponential makes the sum NaN anyway.
    private static void Largest<T, TM>(ArrayView<T> most, ArrayView<T> scores, int keys, SpecInt width)
        where T : unmanaged
        where TM : struct, IScalarMath<T>
    {
        for (int j = 0; j < keys; j++)
            for (int l = 0; l < width; l++) most[l] = TM.SelectLess(most[l], scores[(j * width) + l], scores[(j * width) + l], most[l]);
    }

    // One loop over the whole panel for the exponential alone: long and without branches, so the compiler makes vectors of it.
    private static void Exponentials<T, TM>(ArrayView<T> scores, ArrayView<T> most, ArrayView<T> sum, int keys, SpecInt width)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        for (int j = 0; j < keys; j++)
            for (int l = 0; l < width; l++) scores[(j * width) + l] = scores[(j * width) + l] - most[l];
        int count = keys * width;
        for (int e = 0; e < count; e++) scores[e] = TM.Exp(scores[e]);
        for (int j = 0; j < keys; j++)
            for (int l = 0; l < width; l++) sum[l] = sum[l] + scores[(j * width) + l];
    }

    private static void Scale<T>(ArrayView<T> scores, ArrayView<T> factor, int keys, SpecInt width) where T : unmanaged, IMultiplyOperators<T, T, T>
    {
        for (int j = 0; j < keys; j++)
            for (int l = 0; l < width; l++) scores[(j * width) + l] = scores[(j * width) + l] * factor[l];
    }

    private static void Store<T>(ArrayView<T> p, long to, long row, ArrayView<T> panel, int keys, int lanes, SpecInt width) where T : unmanaged
    {
        if (lanes == width)
        {
            for (int j = 0; j < keys; j++)
                for (int l = 0; l < width; l++) p[to + (j * row) + l] = panel[(j * width) + l];
            return;
        }
        for (int j = 0; j < keys; j++)
            for (int l = 0; l < lanes; l++) p[to + (j * row) + l] = panel[(j * width) + l];
    }

    // dP[j, i] = Σ_c v[j, c] dz[i, c].
    private static void Slopes<T, TM>(
        ArrayView<T> slopes, ArrayView<T> v, long atV, long rowV, ArrayView<T> dz, long atDZ, long rowDZ, ArrayView<T> turned, ArrayView<T> tile,
        int keys, int features, int lanes, SpecInt width)
        where T : unmanaged
        where TM : struct, IScalarMath<T>
    {
        for (int j = 0; j < keys; j += RegisterTile.Rows)
        {
            int rows = Math.Min(keys - j, RegisterTile.Rows);
            RegisterTile.Clear<T, TM>(tile, width);
            for (int c = 0; c < features; c += Depth)
            {
                int deep = Math.Min(features - c, Depth);
                if (features > Depth) RegisterTile.Pack<T, TM>(turned, dz, atDZ + c, 1, rowDZ, deep, lanes, width);
                RegisterTile.Add<T, TM>(tile, v, atV + (j * rowV) + c, rowV, 1, rows, turned, deep, width);
            }
            for (int r = 0; r < rows; r++)
                for (int l = 0; l < width; l++) slopes[((j + r) * width) + l] = tile[(r * width) + l];
        }
    }

    // y[i, c] (+)= Σ_j x[j, c] · panel[j, i]: the tile's rows are features, which lie side by side in y.
    private static void AddTurned<T, TM>(
        ArrayView<T> y, long to, long rowY, ArrayView<T> x, long from, long rowX, ArrayView<T> panel, ArrayView<T> tile,
        int start, int keys, int features, int lanes, SpecInt width)
        where T : unmanaged
        where TM : struct, IScalarMath<T>
    {
        for (int c = 0; c < features; c += RegisterTile.Rows)
        {
            int rows = Math.Min(features - c, RegisterTile.Rows);
            RegisterTile.Clear<T, TM>(tile, width);
            if (start > 0)
                for (int l = 0; l < lanes; l++)
                    for (int r = 0; r < rows; r++) tile[(r * width) + l] = y[to + (l * rowY) + c + r];
            RegisterTile.Add<T, TM>(tile, x, from + c, 1, rowX, rows, panel, keys, width);
            for (int l = 0; l < lanes; l++)
                for (int r = 0; r < rows; r++) y[to + (l * rowY) + c + r] = tile[(r * width) + l];
        }
    }

    // y[j, c] (+)= Σ_i panel[j, i] · x[i, c] over one block of queries i.
    private static void AddRows<T, TM>(
        ArrayView<T> y, long to, long rowY, ArrayView<T> x, long from, long rowX, ArrayView<T> panel, ArrayView<T> packed, ArrayView<T> tile,
        int first, int keys, int features, int lanes, SpecInt width)
        where T : unmanaged
        where TM : struct, IScalarMath<T>
    {
        for (int c = 0; c < features; c += width)
        {
            int columns = Math.Min(features - c, width);
            RegisterTile.Pack<T, TM>(packed, x, from + c, rowX, 1, lanes, columns, width);
            for (int j = 0; j < keys; j += RegisterTile.Rows)
            {
                int rows = Math.Min(keys - j, RegisterTile.Rows);
                long line = to + (j * rowY) + c;
                RegisterTile.Clear<T, TM>(tile, width);
                if (first > 0)
                    for (int r = 0; r < rows; r++)
                        for (int e = 0; e < columns; e++) tile[(r * width) + e] = y[line + (r * rowY) + e];
                RegisterTile.Add<T, TM>(tile, panel, j * width, width, 1, rows, packed, lanes, width);
                for (int r = 0; r < rows; r++)
                    for (int e = 0; e < columns; e++) y[line + (r * rowY) + e] = tile[(r * width) + e];
            }
        }
    }
}
