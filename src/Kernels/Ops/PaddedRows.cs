using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Rows of d elements for kernels that walk whole vectors. Where d is no multiple of the vector, rows are worked on in
/// padded memory beside the tensor, so the loops have no tails (a call among them costs the accumulators their registers).
/// </summary>
internal static unsafe class PaddedRows
{
    /// <summary>d rounded up to whole vectors: the distance of rows in padded memory.</summary>
    public static int Length<T>(int d) where T : unmanaged => (d + Lanes<T>.Count - 1) / Lanes<T>.Count * Lanes<T>.Count;

    /// <summary>The rows themselves if they fill their vectors, else their copy in <paramref name="pad"/> with <paramref name="filler"/> behind each.</summary>
    public static T* Read<T>(T* rows, int count, int d, T* pad, T filler = default) where T : unmanaged
    {
        int length = Length<T>(d);
        if (length == d) return rows;
        for (int r = 0; r < count; r++)
        {
            Unsafe.CopyBlockUnaligned(pad + ((nint)r * length), rows + ((nint)r * d), (uint)(d * sizeof(T)));
            new Span<T>(pad + ((nint)r * length) + d, length - d).Fill(filler);
        }
        return pad;
    }

    /// <summary>Where result rows are to be written: in place, or in <paramref name="pad"/>.</summary>
    public static T* Target<T>(T* rows, int d, T* pad) where T : unmanaged => Length<T>(d) == d ? rows : pad;

    /// <summary>Moves result rows from where they were written to their place.</summary>
    public static void Write<T>(T* written, T* rows, int count, int d) where T : unmanaged
    {
        if (written == rows) return;
        int length = Length<T>(d);
        for (int r = 0; r < count; r++) Unsafe.CopyBlockUnaligned(rows + ((nint)r * d), written + ((nint)r * length), (uint)(d * sizeof(T)));
    }
}
