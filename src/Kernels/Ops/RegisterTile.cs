using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// The innermost loops of products on processors: four rows of sums, 64 bytes wide, in registers. Each of the loops over columns becomes one or two
/// vectors, because it is unrolled and its loads and stores are neighbours; nothing at the edges may break into them, so sums come from
/// shared memory and go back there.
/// </summary>
internal static class RegisterTile
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 4;

    // The most columns: of floats; doubles use half of it.
    private const int Columns = 16;

    /// <summary>
    /// tile[r, j] += Σₚ a[r, p] · panel[p, j], p increasing. a lies in <paramref name="row"/> and <paramref name="step"/>. Where there are fewer rows than
    /// four, the last one is computed again in place of those that are missing: one body is compiled, not two.
    /// </summary>
    public static void Add<T, TM>(ArrayView<T> tile, ArrayView<T> a, long from, long row, long step, int rows, ArrayView<T> panel, int depth, SpecInt width)
        where T : unmanaged
        where TM : struct, IMath<T>
    {
        ArrayView<T> sums = LocalMemory.Allocate<T>(Rows * Columns);
        long second = from + (Math.Min(1, rows - 1) * row), third = from + (Math.Min(2, rows - 1) * row), fourth = from + (Math.Min(3, rows - 1) * row);
        for (int e = 0; e < Rows * width; e++) sums[e] = tile[e];
        for (int p = 0; p < depth; p++)
        {
            for (int r = 0; r < Rows; r++)
            {
                T x = a[(r == 0 ? from : r == 1 ? second : r == 2 ? third : fourth) + (p * step)];
                for (int j = 0; j < width; j++) sums[(r * width) + j] = TM.Fma(x, panel[(p * width) + j], sums[(r * width) + j]);
            }
        }
        for (int e = 0; e < Rows * width; e++) tile[e] = sums[e];
    }

    /// <summary>A tile of zeros.</summary>
    public static void Clear<T, TM>(ArrayView<T> tile, SpecInt width)
        where T : unmanaged
        where TM : struct, IMath<T>
    {
        for (int e = 0; e < Rows * width; e++) tile[e] = TM.Of(0);
    }

    /// <summary>panel[p, j] = x[p·row + j·column] for p &lt; depth, and zero from column <paramref name="columns"/> on.</summary>
    public static void Pack<T, TM>(ArrayView<T> panel, ArrayView<T> x, long from, long row, long column, int depth, int columns, SpecInt width)
        where T : unmanaged
        where TM : struct, IMath<T>
    {
        for (int p = 0; p < depth; p++)
        {
            for (int j = 0; j < columns; j++) panel[(p * width) + j] = x[from + (p * row) + (j * column)];
            for (int j = columns; j < width; j++) panel[(p * width) + j] = TM.Of(0);
        }
    }
}
