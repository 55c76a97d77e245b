namespace Handmade.Kernels.Tests.Language;

/// <summary>Kernels of one product a warp, whose threads load the fragments that PTX gives them, and of asynchronous copies.</summary>
internal static partial class TensorCoreKernels
{
    /// <summary>Two warps a group: each must have a product of its own.</summary>
    public const int Threads = 64;

    /// <summary>c += a·b for matrices one behind the other: a [16, 8], b [8, 8], c [16, 8].</summary>
    [Kernel(GroupSize = Threads)]
    public static void Tf32(ArrayView<float> c, ArrayView<float> a, ArrayView<float> b, int isRounded)
    {
        int matrix = (Grid.IdxX * 2) + (Group.IdxX / 32), g = Group.IdxX % 32 / 4, t = Group.IdxX % 4;
        ArrayView<float> sums = LocalMemory.Allocate<float>(4), left = LocalMemory.Allocate<float>(4), right = LocalMemory.Allocate<float>(2);
        for (int i = 0; i < 4; i++)
        {
            left[i] = a[(matrix * 128) + ((g + (i % 2 * 8)) * 8) + t + (i / 2 * 4)];
            if (isRounded > 0) left[i] = Intrinsics.RoundToTf32(left[i]);
            sums[i] = c[(matrix * 128) + ((g + (i / 2 * 8)) * 8) + (2 * t) + (i % 2)];
        }
        for (int i = 0; i < 2; i++)
        {
            right[i] = b[(matrix * 64) + ((t + (i * 4)) * 8) + g];
            if (isRounded > 0) right[i] = Intrinsics.RoundToTf32(right[i]);
        }
        Intrinsics.MmaTf32(sums, left, right);
        for (int i = 0; i < 4; i++) c[(matrix * 128) + ((g + (i / 2 * 8)) * 8) + (2 * t) + (i % 2)] = sums[i];
    }

    /// <summary>The same with bfloat16 or halves: a [16, 16], b [16, 8], c [16, 8].</summary>
    [Kernel(GroupSize = Threads)]
    public static void Half(ArrayView<float> c, ArrayView<float> a, ArrayView<float> b, int isBFloat16)
    {
        int matrix = (Grid.IdxX * 2) + (Group.IdxX / 32), g = Group.IdxX % 32 / 4, t = Group.IdxX % 4;
        ArrayView<float> sums = LocalMemory.Allocate<float>(4);
        ArrayView<uint> left = LocalMemory.Allocate<uint>(4), right = LocalMemory.Allocate<uint>(2);
        for (int i = 0; i < 4; i++)
        {
            int place = (matrix * 256) + ((g + (i % 2 * 8)) * 16) + (2 * t) + (i / 2 * 8);
            left[i] = Pack(a[place], a[place + 1], isBFloat16);
            sums[i] = c[(matrix * 128) + ((g + (i / 2 * 8)) * 8) + (2 * t) + (i % 2)];
        }
        for (int i = 0; i < 2; i++)
        {
            int place = (matrix * 128) + (((2 * t) + (i * 8)) * 8) + g;
            right[i] = Pack(b[place], b[place + 8], isBFloat16);
        }
        if (isBFloat16 > 0) Intrinsics.MmaBFloat16(sums, left, right);
        else Intrinsics.MmaHalf(sums, left, right);
        for (int i = 0; i < 4; i++) c[(matrix * 128) + ((g + (i / 2 * 8)) * 8) + (2 * t) + (i % 2)] = sums[i];
    }

    /// <summary>A product that only the first <paramref name="count"/> threads meet.</summary>
    [Kernel(GroupSize = Threads)]
    public static void Some(ArrayView<float> y, int count)
    {
        ArrayView<float> sums = LocalMemory.Allocate<float>(4), left = LocalMemory.Allocate<float>(4), right = LocalMemory.Allocate<float>(2);
        if (Group.IdxX < count) Intrinsics.MmaTf32(sums, left, right);
        y[Group.IdxX] = sums[0];
    }

    /// <summary>
    /// Four numbers a thread by way of shared memory, of which <paramref name="taken"/> are copied, in two groups of copies; waits for all but the latest
    /// <paramref name="pending"/> (0, 1, or 2: for none).
    /// </summary>
    [Kernel(GroupSize = Threads)]
    public static void Copies(ArrayView<float> y, ArrayView<float> x, int taken, int pending)
    {
        ArrayView<float> tile = SharedMemory.Allocate<float>(8 * Threads);
        int own = Group.IdxX;
        Intrinsics.CopyAsync4(tile, 4 * own, x, 4 * own, taken);
        Intrinsics.CommitCopies();
        for (int i = 0; i < 4; i++) Intrinsics.CopyAsync(tile, (4 * Threads) + (4 * own) + i, x, (4 * own) + i, i < taken ? 1 : 0);
        Intrinsics.CommitCopies();
        if (pending == 0) Intrinsics.WaitForCopies(0);
        if (pending == 1) Intrinsics.WaitForCopies(1);
        Group.Barrier();
        for (int i = 0; i < 8; i++) y[(i * Threads) + own] = tile[(i * Threads) + own];
    }

    private static uint Pack(float first, float second, int isBFloat16) =>
        isBFloat16 > 0 ? Intrinsics.PackBFloat16(first, second) : Intrinsics.ToHalf(first) | ((uint)Intrinsics.ToHalf(second) << 16);
}
