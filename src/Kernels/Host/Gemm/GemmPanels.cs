using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace Handmade.Kernels.Host;

/// <summary>
/// Copies operands into panels, the order in which a tile reads them. A lane is what a tile broadcasts or spreads over its registers
/// (a row of A, a column of B), and the depth is the summation index: lane i at depth p comes from <c>source[i·lane + p·along]</c>.
/// </summary>
/// <remarks>Bound: memory. On a Zen 3 2.2 to 2.9 floats a cycle from L2, 1 from L3, where the line of eight rows is read whole and panels of many pages are not written at once.</remarks>
internal static unsafe class GemmPanels<T, V, TV>
    where T : unmanaged
    where V : struct
    where TV : struct, IVectors<V, T>
{
    // Rows of B fetched ahead of the copy: what comes from beyond L2 is asked for in time.
    private const int Ahead = 4;

    // Depth of a block of A's columns: their lines are still in L1 when the next panel takes its part of them.
    private const int ColumnBlock = 8;

    private static int Panel => 2 * TV.Count;

    /// <summary>Rows of A, a panel per tile: [depth, TileRows]. Lanes beyond a lower tile hold anything, for no tile reads them.</summary>
    public static void PackTiles(T* source, nint lane, nint along, Tiling tiling, int depth, T* panels)
    {
        if (lane != 1)
        {
            for (int tile = 0; tile < tiling.Count; tile++, panels += (nint)TV.TileRows * depth)
            {
                int rows = tile < tiling.Large ? tiling.Rows + 1 : tiling.Rows;
                if (along == 1 && TV.TileRows == 6 && Avx.IsSupported)
                    Transposes.Six(source, lane, rows, depth, panels);
                else
                    PackPanel(source, lane, along, rows, TV.TileRows, depth, panels);
                source += rows * lane;
            }
            return;
        }
        for (int p = 0; p < depth; p += ColumnBlock)
        {
            int count = Math.Min(ColumnBlock, depth - p);
            T* from = source + p * along, to = panels + (nint)p * TV.TileRows;
            for (int tile = 0; tile < tiling.Count; tile++, to += (nint)TV.TileRows * depth)
            {
                int rows = tile < tiling.Large ? tiling.Rows + 1 : tiling.Rows;
                CopyRows(from, along, to, TV.TileRows, count, rows);
                from += rows;
            }
        }
    }

    /// <summary>Columns of B in panels of <paramref name="width"/>, one behind the other, each [depth, width]. The last panel is filled up with zeros.</summary>
    public static void Pack(T* source, nint lane, nint along, int lanes, int width, int depth, T* panels)
    {
        int whole = lanes / width, rest = lanes % width, panel = 0;
        nint size = (nint)width * depth;
        if (lane == 1 && width == Panel)
            for (; panel <= whole - 4; panel += 4)
                CopyFour(source + panel * width, along, depth, panels + panel * size);
        for (; panel < whole; panel++)
            PackPanel(source + panel * width * lane, lane, along, width, width, depth, panels + panel * size);
        if (rest == 0)
            return;
        new Span<T>(panels + whole * size, (int)size).Clear();
        PackPanel(source + whole * width * lane, lane, along, rest, width, depth, panels + whole * size);
    }

    /// <summary>
    /// Four panels of rows that are contiguous in memory: whole lines are read. One panel at a time leaves half of them to chance;
    /// all panels at once write to more places than L1 has ways (panels 16 KiB apart fall into one set).
    /// </summary>
    private static void CopyFour(T* from, nint along, int depth, T* to)
    {
        nint size = (nint)Panel * depth;
        T* to1 = to + size, to2 = to1 + size, to3 = to2 + size;
        for (int p = 0; p < depth; p++, from += along)
        {
            if (Sse.IsSupported)
                for (int i = 0; i < 4 * Panel; i += 64 / sizeof(T))
                    Sse.Prefetch0(from + Ahead * along + i);
            CopyPair(from, to + p * Panel);
            CopyPair(from + Panel, to1 + p * Panel);
            CopyPair(from + 2 * Panel, to2 + p * Panel);
            CopyPair(from + 3 * Panel, to3 + p * Panel);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyPair(T* from, T* to)
    {
        TV.Store(to, TV.Load(from));
        TV.Store(to + TV.Count, TV.Load(from + TV.Count));
    }

    private static void PackPanel(T* source, nint lane, nint along, int valid, int width, int depth, T* panel)
    {
        if (lane == 1)
        {
            CopyRows(source, along, panel, width, depth, valid);
            return;
        }
        int i = along == 1 ? Transposes.Lanes(source, lane, valid, width, depth, panel) : 0;
        for (int p = 0; p < depth; p++)
            for (int k = i; k < valid; k++)
                panel[p * width + k] = source[k * lane + p * along];
    }

    /// <summary>Copies a matrix with contiguous rows: what fills registers row by row, the rest (often all of it, two or three) column by column.</summary>
    public static void CopyRows(T* from, nint fromRow, T* to, nint toRow, int rows, int width)
    {
        int whole = width & -(8 / sizeof(T));
        if (whole > 0)
            for (int i = 0; i < rows; i++)
                CopyRow(from + i * fromRow, to + i * toRow, whole);
        for (int j = whole; j < width; j++)
            for (int i = 0; i < rows; i++)
                to[i * toRow + j] = from[i * fromRow + j];
    }

    // A width of whole eight bytes.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRow(T* from, T* to, int width)
    {
        int i = 0;
        for (; i <= width - Vector256<T>.Count; i += Vector256<T>.Count)
            Vector256.Load(from + i).Store(to + i);
        for (; i <= width - Vector128<T>.Count; i += Vector128<T>.Count)
            Vector128.Load(from + i).Store(to + i);
        if (i < width)
            Vector64.Load(from + i).Store(to + i);
    }
}
