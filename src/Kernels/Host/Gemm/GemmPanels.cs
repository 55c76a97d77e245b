using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Handmade.Kernels.Host;

/// <summary>
/// Copies an operand into panels, the order in which a tile reads it. A lane is what a tile broadcasts or spreads over its registers
/// (a row of A, a column of B), and the depth is the summation index.
/// </summary>
internal static unsafe class GemmPanels
{
    /// <summary>
    /// Cuts <paramref name="lanes"/> lanes into panels of <paramref name="width"/>, one behind the other, each [depth, width] and contiguous:
    /// lane i at depth p comes from <c>source[i·lane + p·along]</c>. The last panel is filled up with zeros.
    /// </summary>
    public static void Pack<T>(T* source, nint lane, nint along, int lanes, int width, int depth, T* panels)
        where T : unmanaged
    {
        int whole = lanes / width, rest = lanes % width;
        nint size = (nint)width * depth;
        if (lane == 1)
            CopyPanels(source, along, whole, width, depth, panels);
        else
            for (int panel = 0; panel < whole; panel++)
                PackPanel(source + panel * width * lane, lane, along, width, width, depth, panels + panel * size);
        if (rest == 0)
            return;
        new Span<T>(panels + whole * size, (int)size).Clear();
        PackPanel(source + whole * width * lane, lane, along, rest, width, depth, panels + whole * size);
    }

    /// <summary>
    /// Copies rows that are contiguous in memory, all panels at once. One panel at a time would visit a line of memory per row,
    /// rows apart: with a stride of 4096 bytes all of them fall into one set of the cache.
    /// </summary>
    private static void CopyPanels<T>(T* source, nint along, int count, int width, int depth, T* panels)
        where T : unmanaged
    {
        nint size = (nint)width * depth;
        for (int p = 0; p < depth; p++)
        {
            T* from = source + p * along, to = panels + p * width;
            for (int panel = 0; panel < count; panel++, from += width, to += size)
                CopyRow(from, to, width);
        }
    }

    /// <summary>Copies a matrix with contiguous rows: what fills registers row by row, the rest (often all of it, two or three) column by column.</summary>
    public static void CopyRows<T>(T* from, nint fromRow, T* to, nint toRow, int rows, int width)
        where T : unmanaged
    {
        int whole = width & -Vector128<T>.Count;
        if (whole > 0)
            for (int i = 0; i < rows; i++)
                CopyRow(from + i * fromRow, to + i * toRow, whole);
        for (int j = whole; j < width; j++)
            for (int i = 0; i < rows; i++)
                to[i * toRow + j] = from[i * fromRow + j];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void CopyRow<T>(T* from, T* to, int width)
        where T : unmanaged
    {
        int i = 0;
        for (; i <= width - Vector256<T>.Count; i += Vector256<T>.Count)
            Vector256.Load(from + i).Store(to + i);
        for (; i <= width - Vector128<T>.Count; i += Vector128<T>.Count)
            Vector128.Load(from + i).Store(to + i);
        for (; i < width; i++)
            to[i] = from[i];
    }

    private static void PackPanel<T>(T* source, nint lane, nint along, int valid, int width, int depth, T* panel)
        where T : unmanaged
    {
        int i = 0;
        if (along == 1 && CanZip)
        {
            if (Avx.IsSupported)
                for (; i <= valid - Vector256<T>.Count; i += Vector256<T>.Count)
                    TransposeWide(source + i * lane, lane, width, depth, panel + i);
            for (; i <= valid - Vector128<T>.Count; i += Vector128<T>.Count)
                Transpose(source + i * lane, lane, width, depth, panel + i);
            if (typeof(T) == typeof(float) && i <= valid - 2)
            {
                TransposePair((float*)(source + i * lane), lane, width, depth, (float*)(panel + i));
                i += 2;
            }
        }
        for (int p = 0; p < depth; p++)
            for (int k = i; k < valid; k++)
                panel[p * width + k] = source[k * lane + p * along];
    }

    /// <summary>Twice the lanes of <see cref="Transpose"/>: the second half rides in the upper halves of the registers.</summary>
    private static void TransposeWide<T>(T* source, nint lane, int width, int depth, T* panel)
        where T : unmanaged
    {
        T* source1 = source + lane, source2 = source + 2 * lane, source3 = source + 3 * lane;
        nint upper = Vector128<T>.Count * lane;
        int p = 0;
        for (; p <= depth - Vector128<T>.Count; p += Vector128<T>.Count)
        {
            T* to = panel + p * width;
            Vector256<T> s0 = LoadHalves(source + p, upper), s1 = LoadHalves(source1 + p, upper);
            if (Vector128<T>.Count == 2)
            {
                ZipLow(s0, s1).Store(to);
                ZipHigh(s0, s1).Store(to + width);
                continue;
            }
            Vector256<T> s2 = LoadHalves(source2 + p, upper), s3 = LoadHalves(source3 + p, upper);
            Vector256<T> even0 = ZipLow(s0, s2), even1 = ZipHigh(s0, s2), odd0 = ZipLow(s1, s3), odd1 = ZipHigh(s1, s3);
            ZipLow(even0, odd0).Store(to);
            ZipHigh(even0, odd0).Store(to + width);
            ZipLow(even1, odd1).Store(to + 2 * width);
            ZipHigh(even1, odd1).Store(to + 3 * width);
        }
        for (; p < depth; p++)
            for (int i = 0; i < Vector256<T>.Count; i++)
                panel[p * width + i] = source[i * lane + p];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> LoadHalves<T>(T* lower, nint upper)
        where T : unmanaged => Vector256.Create(Vector128.Load(lower), Vector128.Load(lower + upper));

    /// <summary>As many lanes as a 128-bit register has elements, each contiguous in memory: 4×4 floats or 2×2 doubles at a time.</summary>
    private static void Transpose<T>(T* source, nint lane, int width, int depth, T* panel)
        where T : unmanaged
    {
        T* source1 = source + lane, source2 = source + 2 * lane, source3 = source + 3 * lane;
        int p = 0;
        for (; p <= depth - Vector128<T>.Count; p += Vector128<T>.Count)
        {
            T* to = panel + p * width;
            Vector128<T> s0 = Vector128.Load(source + p), s1 = Vector128.Load(source1 + p);
            if (Vector128<T>.Count == 2)
            {
                ZipLow(s0, s1).Store(to);
                ZipHigh(s0, s1).Store(to + width);
                continue;
            }
            Vector128<T> s2 = Vector128.Load(source2 + p), s3 = Vector128.Load(source3 + p);
            Vector128<T> even0 = ZipLow(s0, s2), even1 = ZipHigh(s0, s2), odd0 = ZipLow(s1, s3), odd1 = ZipHigh(s1, s3);
            ZipLow(even0, odd0).Store(to);
            ZipHigh(even0, odd0).Store(to + width);
            ZipLow(even1, odd1).Store(to + 2 * width);
            ZipHigh(even1, odd1).Store(to + 3 * width);
        }
        for (; p < depth; p++)
            for (int i = 0; i < Vector128<T>.Count; i++)
                panel[p * width + i] = source[i * lane + p];
    }

    /// <summary>Two lanes of floats, the remainder of tiles with 6 rows: 2×4 at a time.</summary>
    private static void TransposePair(float* source, nint lane, int width, int depth, float* panel)
    {
        int p = 0;
        for (; p <= depth - 4; p += 4, panel += 4 * width)
        {
            Vector128<float> s0 = Vector128.Load(source + p), s1 = Vector128.Load(source + lane + p);
            Vector128<float> low = ZipLow(s0, s1), high = ZipHigh(s0, s1);
            low.GetLower().Store(panel);
            low.GetUpper().Store(panel + width);
            high.GetLower().Store(panel + 2 * width);
            high.GetUpper().Store(panel + 3 * width);
        }
        for (; p < depth; p++, panel += width)
        {
            panel[0] = source[p];
            panel[1] = source[lane + p];
        }
    }

    private static bool CanZip => Sse2.IsSupported || AdvSimd.Arm64.IsSupported;

    /// <summary>The lower halves interleaved: a₀ b₀ a₁ b₁ of floats, a₀ b₀ of doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> ZipLow<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return Sse2.IsSupported
                ? Sse.UnpackLow(a.AsSingle(), b.AsSingle()).As<float, T>()
                : AdvSimd.Arm64.ZipLow(a.AsSingle(), b.AsSingle()).As<float, T>();
        return Sse2.IsSupported
            ? Sse2.UnpackLow(a.AsDouble(), b.AsDouble()).As<double, T>()
            : AdvSimd.Arm64.ZipLow(a.AsDouble(), b.AsDouble()).As<double, T>();
    }

    /// <summary>The upper halves interleaved: a₂ b₂ a₃ b₃ of floats, a₁ b₁ of doubles.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<T> ZipHigh<T>(Vector128<T> a, Vector128<T> b)
        where T : unmanaged
    {
        if (typeof(T) == typeof(float))
            return Sse2.IsSupported
                ? Sse.UnpackHigh(a.AsSingle(), b.AsSingle()).As<float, T>()
                : AdvSimd.Arm64.ZipHigh(a.AsSingle(), b.AsSingle()).As<float, T>();
        return Sse2.IsSupported
            ? Sse2.UnpackHigh(a.AsDouble(), b.AsDouble()).As<double, T>()
            : AdvSimd.Arm64.ZipHigh(a.AsDouble(), b.AsDouble()).As<double, T>();
    }

    /// <summary>The lower halves interleaved, in each half of the register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> ZipLow<T>(Vector256<T> a, Vector256<T> b)
        where T : unmanaged => typeof(T) == typeof(float)
            ? Avx.UnpackLow(a.AsSingle(), b.AsSingle()).As<float, T>()
            : Avx.UnpackLow(a.AsDouble(), b.AsDouble()).As<double, T>();

    /// <summary>The upper halves interleaved, in each half of the register.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<T> ZipHigh<T>(Vector256<T> a, Vector256<T> b)
        where T : unmanaged => typeof(T) == typeof(float)
            ? Avx.UnpackHigh(a.AsSingle(), b.AsSingle()).As<float, T>()
            : Avx.UnpackHigh(a.AsDouble(), b.AsDouble()).As<double, T>();
}
