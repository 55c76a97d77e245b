using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>
/// One level of a reduction on devices: x [outer, length, inner] → y [outer, blocks, inner]. Bound by memory: each element is read once.
/// The order of operations follows from the shape and the kind of device.
/// </summary>
internal static partial class ReduceKernels
{
    /// <summary>inner = 1: neighbours meet. A unit is one block of one row; its lanes lie along X.</summary>
    [Kernel]
    public static void Rows<T, TOp>(
        ArrayView<T> y, ArrayView<T> x, ArrayView<T> context, int units, int blocks, int length, int blockLength, T divisor, [Spec] SpecInt lanes, [Spec] SpecInt hasContext)
        where T : unmanaged, IDivisionOperators<T, T, T>
        where TOp : struct, ICombine<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(RowKernels.Threads);
        int lane = Group.IdxX, unit = (Grid.IdxX * Group.DimY) + Group.IdxY, outer = unit / blocks, start = (unit % blocks) * blockLength;
        int count = unit < units ? RowKernels.Count(Math.Min(length - start, blockLength), lane, lanes) : 0;
        T c = TOp.Identity;
        if (hasContext != 0 && unit < units) c = context[outer];
        T value = RowKernels.Along<T, TOp>(x, ((long)outer * length) + start + lane, count, lanes, c);
        if (lanes > 1) value = RowKernels.Across<T, TOp>(shared, value, lanes);
        if (lane == 0 && unit < units) y[unit] = value / divisor;
    }

    /// <summary>
    /// inner > 1: columns side by side. A work item has <paramref name="width"/> columns of one block (on a processor, where they are a vector), and
    /// <paramref name="lanes"/> of them (Y) share the block's rows.
    /// </summary>
    [Kernel]
    public static void Columns<T, TOp>(
        ArrayView<T> y, ArrayView<T> x, ArrayView<T> context, int units, int blocks, int length, int inner, int blockLength, T divisor,
        [Spec] SpecInt lanes, [Spec] SpecInt width, [Spec] SpecInt hasContext)
        where T : unmanaged, IDivisionOperators<T, T, T>
        where TOp : struct, ICombine<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(RowKernels.Threads), values = LocalMemory.Allocate<T>(width), c = LocalMemory.Allocate<T>(width);
        int item = (Grid.IdxX * Group.DimX) + Group.IdxX, lane = Group.IdxY, tiles = (inner + width - 1) / width;
        int unit = item / tiles, column = (item % tiles) * width, outer = unit / blocks, start = (unit % blocks) * blockLength;
        int count = unit < units ? Math.Min(length - start, blockLength) : 0, columns = Math.Min(inner - column, width);
        long first = ((((long)outer * length) + start) * inner) + column;
        for (int j = 0; j < width; j++)
        {
            values[j] = TOp.Identity;
            c[j] = TOp.Identity;
        }
        if (hasContext != 0 && unit < units)
            for (int j = 0; j < columns; j++) c[j] = context[((long)outer * inner) + column + j];
        if (columns == width)
        {
            for (int i = lane; i < count; i += lanes)
                for (int j = 0; j < width; j++) values[j] = TOp.Combine(values[j], TOp.Map(x[first + ((long)i * inner) + j], c[j]));
        }
        else
        {
            for (int i = lane; i < count; i += lanes)
                for (int j = 0; j < columns; j++) values[j] = TOp.Combine(values[j], TOp.Map(x[first + ((long)i * inner) + j], c[j]));
        }
        if (lanes > 1)
            for (int j = 0; j < width; j++) values[j] = RowKernels.Down<T, TOp>(shared, values[j], lanes);
        if (lane == 0 && unit < units)
            for (int j = 0; j < columns; j++) y[((long)unit * inner) + column + j] = values[j] / divisor;
    }
}
