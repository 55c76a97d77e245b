namespace Handmade.Kernels.Host;

/// <summary>
/// Products whose matrices lie in the first-level cache already: tiles straight over the operands, nothing packed, nothing cut.
/// For kernels that multiply between other work; all their products have the same number of rows.
/// </summary>
/// <remarks>Each element is one chain of fused multiply-adds in increasing p, starting from zero, as in <see cref="HostGemm"/> up to one block of the depth.</remarks>
internal readonly unsafe struct CachedProducts<T, V, TV>(int rows)
    where T : unmanaged
    where V : struct
    where TV : struct, IVectors<V, T>
{
    // One register wide a tile needs more rows, for else it waits for its own sums.
    private readonly Tiling wide = new(rows, TV.TileRows), narrow = new(rows, Math.Max(TV.TileRows, 8));

    /// <summary>
    /// c[i, j] = Σₚ a[i, p]·b[p, j] for all rows and <paramref name="columns"/> rounded up to whole registers, which rows of b and c must have room for.
    /// </summary>
    public void Multiply(T* a, nint aRow, nint aCol, T* b, nint bRow, T* c, nint cRow, int columns, int depth)
    {
        Strip<T> strip = default;
        strip.Depth = depth;
        strip.ARow = aRow;
        strip.ACol = aCol;
        strip.BRow = bRow;
        strip.CRow = cRow;
        for (int j = 0; j < columns; j += 2 * TV.Count)
        {
            strip.A = a;
            strip.B = b + j;
            strip.C = c + j;
            if (columns - j > TV.Count) Run<Size2>(&strip, wide);
            else Run<Size1>(&strip, narrow);
        }
    }

    private static void Run<TWidth>(Strip<T>* strip, Tiling tiling)
        where TWidth : struct, ISize
    {
        if (tiling.Large > 0) Run<TWidth>(strip, tiling.Large, tiling.Rows + 1);
        Run<TWidth>(strip, tiling.Small, tiling.Rows);
    }

    private static void Run<TWidth>(Strip<T>* strip, int tiles, int rows)
        where TWidth : struct, ISize
    {
        strip->Tiles = tiles;
        strip->ATile = rows * strip->ARow;
        GemmTile<T, V, TV>.Run<TWidth>(strip, rows);
    }
}
