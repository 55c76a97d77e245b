using Handmade.Kernels.Emulation;

namespace Handmade.Kernels;

/// <remarks>
/// Copies from global to shared memory that pass by the registers and go on while the threads compute (cp.async), CUDA's alone. A thread starts some, closes
/// the group of them, and later waits until all but the latest groups are there; only then, and behind a barrier for the others' copies, the values may be read. The
/// emulator copies at the last moment that is allowed, so that a kernel that forgets to wait is found out.
/// </remarks>
public static partial class Intrinsics
{
    /// <summary>Starts the copy of one float; with <paramref name="count"/> 0 nothing is read and a zero is written.</summary>
    public static void CopyAsync(ArrayView<float> shared, int to, ArrayView<float> global, long from, int count) => Copy(shared, to, global, from, count, 1);

    /// <summary>
    /// Starts the copy of four neighbours, of which the first <paramref name="count"/> are read and the others become zeros. Both places must be aligned to 16 bytes.
    /// </summary>
    public static void CopyAsync4(ArrayView<float> shared, int to, ArrayView<float> global, long from, int count) => Copy(shared, to, global, from, count, 4);

    /// <summary>Closes the group of copies that this thread has started since the last one.</summary>
    public static void CommitCopies() => WorkItem.Current.Copies.Commit();

    /// <summary>Waits until at most the latest <paramref name="pending"/> groups of this thread, a constant, are still under way.</summary>
    public static void WaitForCopies(int pending) => WorkItem.Current.Copies.Wait(pending);

    private static void Copy(ArrayView<float> shared, int to, ArrayView<float> global, long from, int count, int size) =>
        WorkItem.Current.Copies.Start(shared.SubView(to, size), global.SubView(count == 0 ? 0 : from, count), size);
}
