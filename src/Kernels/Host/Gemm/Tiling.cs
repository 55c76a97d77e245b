namespace Handmade.Kernels.Host;

/// <summary>
/// Rows cut into tiles of nearly equal height, the higher ones first: 128 rows by at most 6 are 18 tiles of 6 and 4 of 5, and no tile of 2,
/// which would wait for its own sums.
/// </summary>
internal readonly struct Tiling
{
    public Tiling(int rows, int most)
    {
        Count = (rows + most - 1) / most;
        Rows = rows / Count;
        Large = rows % Count;
    }

    /// <summary>How many tiles there are.</summary>
    public int Count { get; }

    /// <summary>Tiles with Rows + 1 rows; they come first.</summary>
    public int Large { get; }

    /// <summary>Tiles with Rows rows.</summary>
    public int Small => Count - Large;

    /// <summary>The height of a small tile.</summary>
    public int Rows { get; }
}
