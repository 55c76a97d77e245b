using System.Numerics;

namespace Handmade.Kernels.Host;

/// <summary>The loops around the tile: which block of which operand is in which cache, and what is packed.</summary>
internal static unsafe class GemmLoops<T, V, TV>
    where T : unmanaged, IAdditionOperators<T, T, T>
    where V : struct
    where TV : struct, IVectors<V, T>
{
    // A block of A of 192 rows and a depth of at most 256 stays in a second-level cache of 512 KiB beside a panel of B.
    private const int MaxRows = 192;

    // Below this many elements A is read where it lies: it fits the first-level cache, and packing would cost as much as it saves.
    private const int SmallOperand = 32 * 1024;

    /// <summary>Rows [rowBegin, rowEnd) of C.</summary>
    public static void Run(in GemmArgs<T> g, int rowBegin, int rowEnd)
    {
        int panel = 2 * TV.Count, depth = HostGemm.DepthBlock(g.K), rowBlock = Math.Min(MaxRows, rowEnd - rowBegin);
        bool packA = (long)g.M * g.K > SmallOperand || g.K > depth;
        int panels = (g.N + panel - 1) / panel;
        nint panelSize = (nint)panel * depth;
        T* bPanels = Scratch.Take<T>((panels * panelSize) + ((nint)(rowBlock + TV.TileRows) * depth));
        T* aPanels = bPanels + (panels * panelSize), edge = stackalloc T[12 * panel];
        for (int p0 = 0; p0 == 0 || p0 < g.K; p0 += depth)
        {
            int k = Math.Min(depth, g.K - p0);
            bool last = p0 + depth >= g.K;
            for (int i0 = rowBegin; i0 < rowEnd; i0 += rowBlock)
            {
                int rows = Math.Min(rowBlock, rowEnd - i0), tiles = (rows + TV.TileRows - 1) / TV.TileRows;
                if (packA)
                {
                    for (int t = 0; t < tiles; t++)
                    {
                        int i = i0 + (t * TV.TileRows);
                        GemmPanels.Pack(g.A + (i * g.ARow) + (p0 * g.ACol), g.ARow, g.ACol, Math.Min(TV.TileRows, i0 + rows - i), TV.TileRows, k, aPanels + ((nint)t * TV.TileRows * k));
                    }
                }
                for (int j = 0, jp = 0; j < g.N; j += panel, jp++)
                {
                    int width = Math.Min(panel, g.N - j), registers = width > TV.Count ? 2 : 1;
                    bool ragged = width != registers * TV.Count;
                    T* b = g.B + (p0 * g.BRow) + (j * g.BCol);
                    nint bRow = g.BRow;
                    if (ragged || g.BCol != 1 || g.M > MaxRows)
                    {
                        T* bPanel = bPanels + (jp * panelSize);
                        bRow = registers * TV.Count;
                        if (i0 == rowBegin) GemmPanels.Pack(b, g.BCol, g.BRow, width, (int)bRow, k, bPanel);
                        b = bPanel;
                    }
                    var strip = new Strip<T>
                    {
                        Depth = k,
                        B = b,
                        BRow = bRow,
                        CRow = g.CRow,
                        Add = g.Accumulate || p0 > 0,
                        Bias = last && g.Bias != null ? g.Bias + j : null,
                        ResidualRow = g.ResidualRow,
                    };
                    for (int i = i0; i < i0 + rows;)
                    {
                        int tileRows = Math.Min(TV.TileRows, i0 + rows - i);
                        strip.Tiles = Math.Max(1, tileRows == TV.TileRows ? (i0 + rows - i) / TV.TileRows : 1);
                        strip.A = packA ? aPanels + ((nint)(i - i0) * k) : g.A + (i * g.ARow) + (p0 * g.ACol);
                        strip.ARow = packA ? 1 : g.ARow;
                        strip.ACol = packA ? TV.TileRows : g.ACol;
                        strip.ATile = packA ? (nint)TV.TileRows * k : TV.TileRows * g.ARow;
                        strip.C = g.C + (i * g.CRow) + j;
                        strip.Residual = last && g.Residual != null ? g.Residual + (i * g.ResidualRow) + j : null;
                        if (ragged) EdgeTiles(strip, tileRows, registers, width, edge);
                        else Tiles(&strip, tileRows, registers);
                        i += strip.Tiles * tileRows;
                    }
                }
            }
        }
    }

    /// <summary>Tiles of a narrower last panel: computed at full width into scratch, then the columns that exist are written.</summary>
    private static void EdgeTiles(Strip<T> strip, int rows, int registers, int width, T* edge)
    {
        Strip<T> padded = strip;
        padded.Tiles = 1;
        padded.Add = false;
        padded.Bias = padded.Residual = null;
        padded.C = edge;
        padded.CRow = registers * TV.Count;
        T* c = strip.C, residual = strip.Residual;
        for (int t = 0; t < strip.Tiles; t++, padded.A += strip.ATile)
        {
            Strip<T> one = padded;
            Tiles(&one, rows, registers);
            for (int r = 0; r < rows; r++, c += strip.CRow)
            {
                for (int j = 0; j < width; j++)
                {
                    T value = edge[(r * padded.CRow) + j];
                    if (strip.Add) value = c[j] + value;
                    if (strip.Bias != null) value += strip.Bias[j];
                    if (residual != null) value += residual[j];
                    c[j] = value;
                }
                if (residual != null) residual += strip.ResidualRow;
            }
        }
    }

    private static void Tiles(Strip<T>* strip, int rows, int registers)
    {
        for (int t = 0; t < strip->Tiles; t++)
        {
            if (registers == 2) Rows<Size2>(strip, rows);
            else Rows<Size1>(strip, rows);
            strip->A += strip->ATile;
            strip->C += rows * strip->CRow;
            if (strip->Residual != null) strip->Residual += rows * strip->ResidualRow;
        }
    }

    private static void Rows<TWidth>(Strip<T>* strip, int rows) where TWidth : struct, ISize
    {
        switch (rows)
        {
            case 1: GemmTile<T, V, TV>.Run<Size1, TWidth>(strip); break;
            case 2: GemmTile<T, V, TV>.Run<Size2, TWidth>(strip); break;
            case 3: GemmTile<T, V, TV>.Run<Size3, TWidth>(strip); break;
            case 4: GemmTile<T, V, TV>.Run<Size4, TWidth>(strip); break;
            case 5: GemmTile<T, V, TV>.Run<Size5, TWidth>(strip); break;
            case 6: GemmTile<T, V, TV>.Run<Size6, TWidth>(strip); break;
            case 7: GemmTile<T, V, TV>.Run<Size7, TWidth>(strip); break;
            case 8: GemmTile<T, V, TV>.Run<Size8, TWidth>(strip); break;
            case 9: GemmTile<T, V, TV>.Run<Size9, TWidth>(strip); break;
            case 10: GemmTile<T, V, TV>.Run<Size10, TWidth>(strip); break;
            case 11: GemmTile<T, V, TV>.Run<Size11, TWidth>(strip); break;
            default: GemmTile<T, V, TV>.Run<Size12, TWidth>(strip); break;
        }
    }
}
