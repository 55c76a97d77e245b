namespace Handmade.Kernels.Ops;

/// <summary>
/// Who walks along which row in a kernel over rows: <paramref name="Lanes"/> work items side by side share one (X), a group takes
/// <paramref name="Rows"/> of them (Y). On a processor one work item has a row to itself and no group waits; on a GPU a warp or a
/// whole group reads it side by side.
/// </summary>
internal readonly record struct RowThreads(int Lanes, int Rows)
{
    private const int Short = 8, Long = 1024;

    /// <summary>For rows of this length.</summary>
    public static RowThreads For(Device device, int length) =>
        device.IsProcessor ? new(1, 4) : length <= Short ? new(1, 128) : length <= Long ? new(32, 4) : new(256, 1);

    /// <summary>The launch over this many rows.</summary>
    public KernelConfig Over(int rows) => new((int)(((long)rows + Rows - 1) / Rows), 1, Lanes, Rows);
}
