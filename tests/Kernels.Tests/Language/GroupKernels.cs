using System.Numerics;

namespace Handmade.Kernels.Tests.Language;

/// <summary>Kernels of these tests, one for each way in which the threads of a group work together or have memory of their own.</summary>
internal static partial class GroupKernels
{
    public const int Threads = 32;
    public const int Bins = 8;

    /// <summary>Each group writes its elements in reverse, by way of shared memory.</summary>
    [Kernel(GroupSize = Threads)]
    public static void Reverse(ArrayView<int> y, ArrayView<int> x, [Spec] SpecInt size)
    {
        ArrayView<int> tile = SharedMemory.Allocate<int>(size);
        int own = Group.IdxX, first = Grid.IdxX * size;
        tile[own] = x[first + own];
        Group.Barrier();
        y[first + own] = tile[size - 1 - own];
    }

    /// <summary>Sum, largest and smallest of each group; every thread adds what it was told to its own element, so that one who was told wrong shows.</summary>
    [Kernel(GroupSize = Threads)]
    public static void Extremes<T, TM>(ArrayView<T> y, ArrayView<T> x)
        where T : unmanaged, IAdditionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        T value = x[i];
        T sum = GroupExtensions.AllReduce<T, AddOf<T, TM>>(value);
        T largest = GroupExtensions.AllReduce<T, MaxOf<T, TM>>(value);
        T smallest = GroupExtensions.AllReduce<T, MinOf<T, TM>>(value);
        y[i] = value + sum + (TM.FromInt(1000) * largest) + (TM.FromInt(100000) * smallest);
    }

    /// <summary>How many elements fall in each bin, counted in shared memory first; and the largest and smallest element of all.</summary>
    [Kernel(GroupSize = Threads)]
    public static void Count(ArrayView<int> counts, ArrayView<int> ends, ArrayView<int> x, int count)
    {
        ArrayView<int> own = SharedMemory.Allocate<int>(Bins);
        if (Group.IdxX < Bins) own[Group.IdxX] = 0;
        Group.Barrier();
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i < count)
        {
            Atomic.Add(ref own[x[i] & (Bins - 1)], 1);
            Atomic.Max(ref ends[0], x[i]);
            Atomic.Min(ref ends[1], x[i]);
            Atomic.Xor(ref ends[2], x[i]);
        }
        Group.Barrier();
        if (Group.IdxX < Bins) Atomic.Add(ref counts[Group.IdxX], own[Group.IdxX]);
    }

    /// <summary>The sum modulo 65536, which a single atomic addition is not: a loop of CompareExchange.</summary>
    [Kernel(GroupSize = Threads)]
    public static void Fold(ArrayView<int> total, ArrayView<int> x)
    {
        int add = x[(Grid.IdxX * Group.DimX) + Group.IdxX], seen = total[0];
        while (true)
        {
            int before = Atomic.CompareExchange(ref total[0], seen, Mixed(seen, add));
            if (before == seen) return;
            seen = before;
        }
    }

    /// <summary>Each thread sorts a row of its own in local memory.</summary>
    [Kernel(GroupSize = Threads)]
    public static void SortRows(ArrayView<int> y, ArrayView<int> x, int rows, [Spec] SpecInt width)
    {
        int row = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (row >= rows) return;
        ArrayView<int> values = LocalMemory.Allocate<int>(width);
        ArrayView<int> from = x.SubView(row * width, width), to = y.SubView(row * width, width);
        for (int i = 0; i < width; i++) values[i] = from[i];
        for (int i = 0; i < width; i++)
            for (int j = 0; j + 1 < width; j++)
                if (values[j] > values[j + 1]) (values[j], values[j + 1]) = (values[j + 1], values[j]);
        for (int i = 0; i < width; i++) to[i] = values[i];
    }

    /// <summary>Sums of parts of views: of global memory from the group's place on, of the second half of shared memory, of local memory.</summary>
    [Kernel(GroupSize = Threads)]
    public static void Parts(ArrayView<int> y, ArrayView<int> x)
    {
        ArrayView<int> tile = SharedMemory.Allocate<int>(Threads), local = LocalMemory.Allocate<int>(4);
        int own = Group.IdxX;
        tile[own] = x[(Grid.IdxX * Threads) + own] + 1;
        for (int i = 0; i < 4; i++) local[i] = i * own;
        Group.Barrier();
        if (own == 3)
        {
            ArrayView<int> rest = x.SubView(Grid.IdxX * Threads);
            ArrayView<int> result = y.SubView(Grid.IdxX * 4, 4);
            result[0] = Sum(rest.SubView(2, 5));
            result[1] = Sum(tile.SubView(Threads / 2));
            result[2] = Sum(local.SubView(1, 2));
            result[3] = rest.IntLength;
        }
    }

    private static int Mixed(int seen, int add) => ((seen & 0xFFFF) + add) & 0xFFFF;

    private static int Sum(ArrayView<int> values)
    {
        int sum = 0;
        for (int i = 0; i < values.IntLength; i++) sum += values[i];
        return sum;
    }
}
