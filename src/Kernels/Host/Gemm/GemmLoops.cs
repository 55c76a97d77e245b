namespace Handmade.Kernels.Host;

/// <summary>
/// The loops around the tile, for one thread. From the outside in: blocks of columns, blocks of the depth, blocks of rows, panels of B
/// (which stay in L1), tiles of rows (A's block stays in L2).
/// </summary>
internal unsafe struct GemmLoops<T, V, TV>
    where T : unmanaged
    where V : struct
    where TV : struct, IVectors<V, T>
{
    // B's packed block and the block of C that all blocks of the depth add to stay in L3: 384 by 1024 floats are 1.5 MiB, 2048 rows of C 8 MiB.
    private const int MaxColumns = 1024;

    // What a block of A may take of L2 (512 KiB on the smallest machines in use); the rest holds C, and B on its way to L1. In place less:
    // between rows half a page apart only every other set of the cache is used.
    private const int PackedBlock = 288 << 10, PlacedBlock = 192 << 10;

    // Bounds the padded copies of a ragged last panel.
    private const int MaxRows = 1024;

    // The shape and the strides; the operands' places move on from product to product.
    private readonly GemmArgs<T> g;
    private readonly int depth, rowBlock, columnBlock;
    private readonly bool packsA, packsB;
    private readonly Tiling wide, narrow;
    private readonly T* aPanels, edgeC, edgeResidual, edgeBias;
    private readonly SharedPanels? shared;
    private T* bPanels, a, b, c, bias, residual, activated;

    // The current block of the depth.
    private int p0, k;

    private GemmLoops(in GemmArgs<T> args, SharedPanels? shared)
    {
        g = args;
        this.shared = shared;
        a = g.A;
        b = g.B;
        c = g.C;
        bias = g.Bias;
        residual = g.Residual;
        activated = g.Activated;
        depth = HostGemm.DepthBlock(g.K);
        columnBlock = Even(g.N, MaxColumns, Group);
        // Rows of A are as good as panels until their strides thrash cache and TLB; columns of A until a tile's lines fill L1.
        // Measured.
        packsA = g.ACol == 1 ? g.K >= 256 && g.N >= 512 : g.K >= 384 && g.N >= 64;
        packsB = shared is not null || HostGemm.PacksB(g.M, g.K, g.BCol);
        rowBlock = Even(g.M, Math.Clamp((packsA ? PackedBlock : PlacedBlock) / (depth * sizeof(T)), TV.TileRows, MaxRows), 1);
        wide = new Tiling(rowBlock, TV.TileRows);
        narrow = new Tiling(rowBlock, packsA ? TV.TileRows : NarrowRows);

        int bColumns = shared is not null ? 0 : packsB ? columnBlock : Panel, edge = g.N % TV.Count == 0 ? 0 : rowBlock * Panel;
        bPanels = Scratch.Take<T>((long)bColumns * depth + Panel + 2L * edge + (packsA ? (long)wide.Count * TV.TileRows * depth : 0));
        edgeBias = bPanels + (nint)bColumns * depth;
        edgeC = edgeBias + Panel;
        edgeResidual = edgeC + edge;
        aPanels = edgeResidual + edge;
    }

    private static int Panel => 2 * TV.Count;

    // Panels that are packed together.
    private static int Group => 4 * Panel;

    // A tile one register wide has registers left for more rows, whose sums it needs to be busy.
    private static int NarrowRows => Math.Max(TV.TileRows, 8);

    /// <summary>All products of a batch.</summary>
    public static void Run<TActivation>(in GemmArgs<T> first, in GemmBatch batch, SharedPanels? shared)
        where TActivation : struct, IActivation<T>
    {
        var loops = new GemmLoops<T, V, TV>(first, shared);
        for (int left = batch.Count; left > 0; left--)
        {
            loops.Run<TActivation>();
            loops.Advance(batch);
        }
    }

    private void Advance(in GemmBatch batch)
    {
        a += batch.A;
        b += batch.B;
        c += batch.C;
        bias += bias == null ? 0 : batch.Bias;
        residual += residual == null ? 0 : batch.Residual;
        activated += activated == null ? 0 : batch.Activated;
    }

    private void Run<TActivation>()
        where TActivation : struct, IActivation<T>
    {
        for (int j0 = 0; j0 < g.N; j0 += columnBlock)
        {
            int columns = Math.Min(columnBlock, g.N - j0);
            p0 = 0;
            do
            {
                k = Math.Min(depth, g.K - p0);
                if (shared is null)
                    PackB(j0, columns);
                else
                    PackShared(shared, j0, columns);
                for (int i0 = 0; i0 < g.M; i0 += rowBlock)
                {
                    int rows = Math.Min(rowBlock, g.M - i0);
                    bool whole = rows == rowBlock;
                    Tiling tiles = whole ? wide : new Tiling(rows, TV.TileRows);
                    if (packsA)
                        GemmPanels<T, V, TV>.PackTiles(a + i0 * g.ARow + p0 * g.ACol, g.ARow, g.ACol, tiles, k, aPanels);
                    int j = 0;
                    for (; j < columns - TV.Count; j += Panel)
                        Multiply<Size2>(i0, rows, tiles, j0 + j, Math.Min(Panel, columns - j), packsB ? bPanels + (nint)j * k : bPanels);
                    if (j < columns)
                        Multiply<Size1>(i0, rows, whole ? narrow : new Tiling(rows, packsA ? TV.TileRows : NarrowRows), j0 + j, columns - j, packsB ? bPanels + (nint)j * k : bPanels);
                    if (p0 + k == g.K && activated != null)
                        Activate<TActivation>(i0, rows, j0, columns);
                }
                p0 += k;
            }
            while (p0 < g.K);
        }
    }

    /// <summary>Full panels where packing is wanted; a last panel that ends inside a register always.</summary>
    private readonly void PackB(int j0, int columns)
    {
        int full = columns / Panel * Panel, rest = columns - full;
        T* from = b + p0 * g.BRow + j0 * g.BCol;
        if (packsB)
            GemmPanels<T, V, TV>.Pack(from, g.BCol, g.BRow, full, Panel, k, bPanels);
        if (rest > 0 && (packsB || rest % TV.Count != 0))
            GemmPanels<T, V, TV>.Pack(from + full * g.BCol, g.BCol, g.BRow, rest, PaddedWidth(rest), k, packsB ? bPanels + (nint)full * k : bPanels);
    }

    /// <summary>As <see cref="PackB"/>, together with the other threads. The panels of all blocks lie one behind the other, so nobody has to wait until all are done with one.</summary>
    private void PackShared(SharedPanels together, int j0, int columns)
    {
        int first = (p0 / depth * ((g.N + Group - 1) / Group)) + (j0 / Group);
        bPanels = (T*)together.Memory + (nint)j0 * g.K + (nint)p0 * ((columns + Group - 1) / Group * Group);
        T* panels = bPanels;
        for (int j = 0, piece = first; j < columns; j += Group, piece++)
        {
            if (!together.Take(piece))
                continue;
            bPanels = panels + (nint)j * k;
            PackB(j0 + j, Math.Min(Group, columns - j));
            together.Finish(piece);
        }
        bPanels = panels;
        for (int j = 0, piece = first; j < columns; j += Group, piece++)
            together.Wait(piece);
    }

    private static int PaddedWidth(int width) => width > TV.Count ? Panel : TV.Count;

    /// <summary>One panel of B, one or two registers wide, with all rows of the block; <paramref name="packed"/> is where the panel lies if it was packed.</summary>
    private readonly void Multiply<TWidth>(int i0, int rows, Tiling tiles, int j, int width, T* packed)
        where TWidth : struct, ISize
    {
        int padded = TWidth.Value * TV.Count;
        bool inPlace = !packsB && width == padded;
        bool last = p0 + k == g.K;
        Strip<T> s = default;
        s.Depth = k;
        s.A = packsA ? aPanels : a + i0 * g.ARow + p0 * g.ACol;
        s.ARow = packsA ? 1 : g.ARow;
        s.ACol = packsA ? TV.TileRows : g.ACol;
        s.B = inPlace ? b + p0 * g.BRow + j : packed;
        s.BRow = inPlace ? g.BRow : padded;
        s.Add = g.Accumulate || p0 > 0;
        s.C = c + i0 * g.CRow + j;
        s.CRow = g.CRow;
        s.Bias = last && bias != null ? bias + j : null;
        s.Residual = last && residual != null ? residual + i0 * g.ResidualRow + j : null;
        s.ResidualRow = g.ResidualRow;
        if (width < padded)
            ToEdge(ref s, rows, width, padded);

        nint aTile = packsA ? (nint)TV.TileRows * k : g.ARow;
        if (tiles.Large > 0)
            Run<TWidth>(&s, tiles.Large, tiles.Rows + 1, packsA ? aTile : (tiles.Rows + 1) * aTile);
        Run<TWidth>(&s, tiles.Small, tiles.Rows, packsA ? aTile : tiles.Rows * aTile);

        if (width < padded)
            GemmPanels<T, V, TV>.CopyRows(edgeC, padded, c + i0 * g.CRow + j, g.CRow, rows, width);
    }

    /// <summary>A panel that ends inside a register works on padded copies of what it reads and writes, so tiles know no masks.</summary>
    private readonly void ToEdge(ref Strip<T> s, int rows, int width, int padded)
    {
        if (s.Add)
            GemmPanels<T, V, TV>.CopyRows(s.C, g.CRow, edgeC, padded, rows, width);
        s.C = edgeC;
        s.CRow = padded;
        if (s.Bias != null)
        {
            GemmPanels<T, V, TV>.CopyRows(s.Bias, 0, edgeBias, 0, 1, width);
            s.Bias = edgeBias;
        }
        if (s.Residual != null)
        {
            GemmPanels<T, V, TV>.CopyRows(s.Residual, g.ResidualRow, edgeResidual, padded, rows, width);
            s.Residual = edgeResidual;
            s.ResidualRow = padded;
        }
    }

    private static void Run<TWidth>(Strip<T>* s, int tiles, int rows, nint aTile)
        where TWidth : struct, ISize
    {
        s->Tiles = tiles;
        s->ATile = aTile;
        GemmTile<T, V, TV>.Run<TWidth>(s, rows);
    }

    private readonly void Activate<TActivation>(int i0, int rows, int j0, int columns)
        where TActivation : struct, IActivation<T>
    {
        for (int i = i0; i < i0 + rows; i++)
            TActivation.Apply(c + i * g.CRow + j0, activated + i * g.ActivatedRow + j0, columns);
    }

    /// <summary>The size of equal blocks, a multiple of <paramref name="unit"/> and at most <paramref name="most"/>, that cover a length.</summary>
    private static int Even(int length, int most, int unit)
    {
        int blocks = (length + most - 1) / most;
        return ((length + blocks - 1) / blocks + unit - 1) / unit * unit;
    }
}
