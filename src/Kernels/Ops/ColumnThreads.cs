namespace Handmade.Kernels.Ops;

/// <summary>
/// Who walks down which columns in a kernel over columns: a work item has <paramref name="Width"/> neighbouring ones, <paramref name="Columns"/> work
/// items stand side by side (X), and <paramref name="Lanes"/> share the rows (Y). On a processor the columns of a work item are a vector.
/// </summary>
internal readonly record struct ColumnThreads(int Width, int Columns, int Lanes)
{
    // Four vectors a row keep the walk down memory with wide rows from missing its pages.
    private const int Short = 8, Wide = 64;

    /// <summary>For so many columns of this length; a work item keeps <paramref name="sums"/> for each of its columns, all of them in registers.</summary>
    public static ColumnThreads For(Device device, int length, int columns, int sums = 1) =>
        device.IsProcessor ? new(columns < Wide ? RowKernels.Chains : Wide / sums, 4, 1) : length <= Short ? new(1, 128, 1) : new(1, 32, 8);

    /// <summary>The launch over this many blocks of columns.</summary>
    public KernelConfig Over(int blocks, int columns)
    {
        long items = blocks * (((long)columns + Width - 1) / Width);
        return new((int)((items + Columns - 1) / Columns), 1, Columns, Lanes);
    }
}
