using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Handmade.Kernels.Host;

/// <summary>Copies operands into panels, the order in which a tile reads them.</summary>
internal static unsafe class GemmPanels
{
    /// <summary>
    /// <c>panel[p·width + i] = source[i·lane + p·along]</c> for i &lt; valid, 0 for valid ≤ i &lt; width, and all p &lt; depth.
    /// A lane is a row of A or a column of B.
    /// </summary>
    public static void Pack<T>(T* source, nint lane, nint along, int valid, int width, int depth, T* panel)
        where T : unmanaged
    {
        int i = 0;
        if (along == 1 && sizeof(T) == 4)
            for (; i <= valid - 4; i += 4) TransposeFour((float*)source + (i * lane), lane, width, depth, (float*)panel + i);
        if (lane == 1)
        {
            for (int p = 0; p < depth; p++)
                Unsafe.CopyBlockUnaligned(panel + ((nint)p * width), source + (p * along), (uint)(valid * sizeof(T)));
            i = valid;
        }
        for (; i < valid; i++)
            for (nint p = 0; p < depth; p++) panel[(p * width) + i] = source[(i * lane) + (p * along)];
        for (; i < width; i++)
            for (nint p = 0; p < depth; p++) panel[(p * width) + i] = default;
    }

    /// <summary>Four lanes, each contiguous in memory: 4×4 floats at a time.</summary>
    private static void TransposeFour(float* source, nint lane, int width, int depth, float* panel)
    {
        int p = 0;
        for (; p <= depth - 4; p += 4, panel += 4 * width)
        {
            Vector128<float> s0 = Vector128.Load(source + p), s1 = Vector128.Load(source + lane + p);
            Vector128<float> s2 = Vector128.Load(source + (2 * lane) + p), s3 = Vector128.Load(source + (3 * lane) + p);
            Vector128<float> low02 = ZipLow(s0, s2), high02 = ZipHigh(s0, s2), low13 = ZipLow(s1, s3), high13 = ZipHigh(s1, s3);
            ZipLow(low02, low13).Store(panel);
            ZipHigh(low02, low13).Store(panel + width);
            ZipLow(high02, high13).Store(panel + (2 * width));
            ZipHigh(high02, high13).Store(panel + (3 * width));
        }
        for (; p < depth; p++, panel += width)
            for (int i = 0; i < 4; i++) panel[i] = source[(i * lane) + p];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) => System.Runtime.Intrinsics.X86.Sse.IsSupported
        ? System.Runtime.Intrinsics.X86.Sse.UnpackLow(a, b)
        : Vector128.Create(a[0], b[0], a[1], b[1]);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) => System.Runtime.Intrinsics.X86.Sse.IsSupported
        ? System.Runtime.Intrinsics.X86.Sse.UnpackHigh(a, b)
        : Vector128.Create(a[2], b[2], a[3], b[3]);
}
