using Handmade.Kernels.Lanes;

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
    // B's packed block stays in L3: 384 by 2048 floats are 3 MiB.
    private const int MaxColumns = 2048;

    // What A's packed block may take of L2 (512 KiB on the smallest machines in use); the rest holds C, and B on its way to L1.
    private const int BlockOfA = 288 << 10;

    // Bounds the padded copies of a ragged last panel.
    private const int MaxRows = 1024;

    private readonly GemmArgs<T> g;
    private readonly int depth, rowBlock, columnBlock;
    private readonly bool packsA, packsB;
    private readonly T* aPanels, bPanels, edgeC, edgeResidual, edgeBias;

    // The current block of the depth.
    private int p0, k;

    private GemmLoops(in GemmArgs<T> args)
    {
        g = args;
        depth = HostGemm.DepthBlock(g.K);
        rowBlock = Even(g.M, Math.Clamp(BlockOfA / (depth * sizeof(T)), TV.TileRows, MaxRows), 1);
        columnBlock = Even(g.N, MaxColumns, Panel);
        // Rows of A are as good as panels until their strides thrash cache and TLB; columns of A until a tile's lines fill L1.
        // Rows of B are read in place unless many tiles make up for the copy. All measured.
        packsA = g.ACol == 1 ? g.K >= 256 && g.N >= 512 : g.K >= 384 && g.N >= 64;
        packsB = g.BCol != 1 || (g.K >= 192 && g.M >= 256);

        int bColumns = packsB ? columnBlock : Panel, edge = g.N % TV.Count == 0 ? 0 : rowBlock * Panel;
        bPanels = Scratch.Take<T>((long)bColumns * depth + Panel + 2L * edge + (packsA ? (long)new Tiling(rowBlock, TV.TileRows).Count * TV.TileRows * depth : 0));
        edgeBias = bPanels + (nint)bColumns * depth;
        edgeC = edgeBias + Panel;
        edgeResidual = edgeC + edge;
        aPanels = edgeResidual + edge;
    }

    private static int Panel => 2 * TV.Count;

    /// <summary>The whole product.</summary>
    public static void Run<TActivation>(in GemmArgs<T> args)
        where TActivation : struct, IUnary<Lanes<T>>
    {
        if (args.M > 0 && args.N > 0)
            new GemmLoops<T, V, TV>(args).Run<TActivation>();
    }

    private void Run<TActivation>()
        where TActivation : struct, IUnary<Lanes<T>>
    {
        for (int j0 = 0; j0 < g.N; j0 += columnBlock)
        {
            int columns = Math.Min(columnBlock, g.N - j0);
            p0 = 0;
            do
            {
                k = Math.Min(depth, g.K - p0);
                PackB(j0, columns);
                for (int i0 = 0; i0 < g.M; i0 += rowBlock)
                {
                    int rows = Math.Min(rowBlock, g.M - i0);
                    if (packsA)
                        PackA(i0, rows);
                    for (int j = 0; j < columns; j += Panel)
                        Multiply(i0, rows, j0 + j, Math.Min(Panel, columns - j), packsB ? bPanels + (nint)j * k : bPanels);
                    if (p0 + k == g.K && g.Activated != null)
                        Activate<TActivation>(i0, rows, j0, columns);
                }
                p0 += k;
            }
            while (p0 < g.K);
        }
    }

    private readonly void PackA(int i0, int rows) =>
        GemmPanels<T, V, TV>.PackTiles(g.A + i0 * g.ARow + p0 * g.ACol, g.ARow, g.ACol, new Tiling(rows, TV.TileRows), k, aPanels);

    /// <summary>Full panels where packing is wanted; a last panel that ends inside a register always.</summary>
    private readonly void PackB(int j0, int columns)
    {
        int full = columns / Panel * Panel, rest = columns - full;
        T* b = g.B + p0 * g.BRow + j0 * g.BCol;
        if (packsB)
            GemmPanels<T, V, TV>.Pack(b, g.BCol, g.BRow, full, Panel, k, bPanels);
        if (rest > 0 && (packsB || rest % TV.Count != 0))
            GemmPanels<T, V, TV>.Pack(b + full * g.BCol, g.BCol, g.BRow, rest, PaddedWidth(rest), k, packsB ? bPanels + (nint)full * k : bPanels);
    }

    private static int PaddedWidth(int width) => width > TV.Count ? Panel : TV.Count;

    /// <summary>One panel of B with all rows of the block; <paramref name="packed"/> is where the panel lies if it was packed.</summary>
    private readonly void Multiply(int i0, int rows, int j, int width, T* packed)
    {
        int padded = PaddedWidth(width);
        bool inPlace = !packsB && width == padded;
        bool last = p0 + k == g.K;
        Strip<T> s = default;
        s.Depth = k;
        s.A = packsA ? aPanels : g.A + i0 * g.ARow + p0 * g.ACol;
        s.B = inPlace ? g.B + p0 * g.BRow + j : packed;
        s.BRow = inPlace ? g.BRow : padded;
        s.Add = g.Accumulate || p0 > 0;
        s.C = g.C + i0 * g.CRow + j;
        s.CRow = g.CRow;
        s.Bias = last && g.Bias != null ? g.Bias + j : null;
        s.Residual = last && g.Residual != null ? g.Residual + i0 * g.ResidualRow + j : null;
        s.ResidualRow = g.ResidualRow;
        T* c = s.C;
        if (width < padded)
            ToEdge(ref s, rows, width, padded);

        var tiling = new Tiling(rows, packsA || padded == Panel ? TV.TileRows : Math.Max(TV.TileRows, 8));
        for (int rest = 0; rest < 2; rest++)
        {
            int tileRows = rest == 0 ? tiling.Rows + 1 : tiling.Rows;
            s.Tiles = rest == 0 ? tiling.Large : tiling.Small;
            if (s.Tiles == 0)
                continue;
            s.ARow = packsA ? 1 : g.ARow;
            s.ACol = packsA ? TV.TileRows : g.ACol;
            s.ATile = packsA ? (nint)TV.TileRows * k : tileRows * g.ARow;
            if (padded == Panel)
                GemmTile<T, V, TV>.Run<Size2>(&s, tileRows);
            else
                GemmTile<T, V, TV>.Run<Size1>(&s, tileRows);
        }

        if (width < padded)
            GemmPanels<T, V, TV>.CopyRows(edgeC, padded, c, g.CRow, rows, width);
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

    private readonly void Activate<TActivation>(int i0, int rows, int j0, int columns)
        where TActivation : struct, IUnary<Lanes<T>>
    {
        for (int i = i0; i < i0 + rows; i++)
        {
            T* c = g.C + i * g.CRow + j0, to = g.Activated + i * g.ActivatedRow + j0;
            int j = 0;
            for (; j <= columns - Lanes<T>.Count; j += Lanes<T>.Count)
                TActivation.Apply(Lanes<T>.Load(c + j)).Store(to + j);
            if (j < columns)
                TActivation.Apply(Lanes<T>.LoadPartial(c + j, columns - j)).StorePartial(to + j, columns - j);
        }
    }

    /// <summary>The size of equal blocks, a multiple of <paramref name="unit"/> and at most <paramref name="most"/>, that cover a length.</summary>
    private static int Even(int length, int most, int unit)
    {
        int blocks = (length + most - 1) / most;
        return ((length + blocks - 1) / blocks + unit - 1) / unit * unit;
    }
}
