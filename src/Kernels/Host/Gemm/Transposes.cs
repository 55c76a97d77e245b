using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;

namespace Handmade.Kernels.Host;

/// <summary>
/// Lanes that are contiguous in memory written side by side: element p of lane i goes to <c>to[p·width + i]</c>. Whole vectors are read and
/// written, for each line of memory that is visited twice may have to come twice: eight rows 4096 bytes apart share one set of L1.
/// </summary>
internal static unsafe class Transposes
{
    /// <summary>As many lanes as registers take at a time, and returns how many: 8, 4 and 2 floats, 4 and 2 doubles.</summary>
    public static int Lanes<T>(T* source, nint lane, int lanes, int width, int depth, T* to)
        where T : unmanaged
    {
        int i = 0;
        if (Avx.IsSupported)
            for (; i <= lanes - Vector256<T>.Count; i += Vector256<T>.Count)
                if (typeof(T) == typeof(float))
                    Eight((float*)(source + i * lane), lane, width, depth, (float*)(to + i));
                else
                    Four((double*)(source + i * lane), lane, width, depth, (double*)(to + i));
        if (!Sse2.IsSupported && !AdvSimd.Arm64.IsSupported)
            return i;
        for (; i <= lanes - Vector128<T>.Count; i += Vector128<T>.Count)
            if (typeof(T) == typeof(float))
                Four((float*)(source + i * lane), lane, width, depth, (float*)(to + i));
            else
                Two((double*)(source + i * lane), lane, width, depth, (double*)(to + i));
        if (typeof(T) == typeof(float) && i <= lanes - 2)
        {
            Two((float*)(source + i * lane), lane, width, depth, (float*)(to + i));
            i += 2;
        }
        return i;
    }

    /// <summary>A panel of six lanes, the height of AVX2's tiles; of fewer the last is repeated.</summary>
    public static void Six<T>(T* source, nint lane, int lanes, int depth, T* to)
        where T : unmanaged
    {
        T* l1 = source + Math.Min(1, lanes - 1) * lane, l2 = source + Math.Min(2, lanes - 1) * lane, l3 = source + Math.Min(3, lanes - 1) * lane;
        T* l4 = source + Math.Min(4, lanes - 1) * lane, l5 = source + (lanes - 1) * lane;
        int p = 0;
        for (; p <= depth - Vector256<T>.Count; p += Vector256<T>.Count, to += 6 * Vector256<T>.Count)
            if (typeof(T) == typeof(float))
                Six(Load(source + p), Load(l1 + p), Load(l2 + p), Load(l3 + p), Load(l4 + p), Load(l5 + p), (float*)to);
            else
                Six(Wide(source + p), Wide(l1 + p), Wide(l2 + p), Wide(l3 + p), Wide(l4 + p), Wide(l5 + p), (double*)to);
        for (; p < depth; p++, to += 6)
            (to[0], to[1], to[2], to[3], to[4], to[5]) = (source[p], l1[p], l2[p], l3[p], l4[p], l5[p]);
    }

    // Pairs of lanes are zipped, then pairs of pairs as if each were one double; halves of registers are put in order last.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Six(Vector256<float> l0, Vector256<float> l1, Vector256<float> l2, Vector256<float> l3, Vector256<float> l4, Vector256<float> l5, float* to)
    {
        Vector256<double> a = ZipLow(l0, l1).AsDouble(), b = ZipLow(l2, l3).AsDouble(), c = ZipLow(l4, l5).AsDouble();
        Vector256<double> ab = ZipLow(a, b), ca = Avx.Shuffle(c, a, 0b1010), bc = ZipHigh(b, c);
        a = ZipHigh(l0, l1).AsDouble();
        b = ZipHigh(l2, l3).AsDouble();
        c = ZipHigh(l4, l5).AsDouble();
        Halves(ab, ca, bc, ZipLow(a, b), Avx.Shuffle(c, a, 0b1010), ZipHigh(b, c), (double*)to);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Six(Vector256<double> l0, Vector256<double> l1, Vector256<double> l2, Vector256<double> l3, Vector256<double> l4, Vector256<double> l5, double* to) =>
        Halves(ZipLow(l0, l1), ZipLow(l2, l3), ZipLow(l4, l5), ZipHigh(l0, l1), ZipHigh(l2, l3), ZipHigh(l4, l5), to);

    /// <summary>The lower halves of six registers one behind the other, then the upper ones.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Halves(Vector256<double> v0, Vector256<double> v1, Vector256<double> v2, Vector256<double> v3, Vector256<double> v4, Vector256<double> v5, double* to)
    {
        Avx.Permute2x128(v0, v1, 0x20).Store(to);
        Avx.Permute2x128(v2, v3, 0x20).Store(to + 4);
        Avx.Permute2x128(v4, v5, 0x20).Store(to + 8);
        Avx.Permute2x128(v0, v1, 0x31).Store(to + 12);
        Avx.Permute2x128(v2, v3, 0x31).Store(to + 16);
        Avx.Permute2x128(v4, v5, 0x31).Store(to + 20);
    }

    private static void Eight(float* source, nint lane, int width, int depth, float* to)
    {
        float* l3 = source + 3 * lane, l6 = source + 6 * lane;
        int p = 0;
        for (; p <= depth - 8; p += 8, to += 8 * width)
        {
            Vector256<float> a = Load(source + p), b = Load(source + lane + p), c = Load(source + 2 * lane + p), d = Load(l3 + p);
            Vector256<float> e = Load(l3 + lane + p), f = Load(l3 + 2 * lane + p), g = Load(l6 + p), h = Load(l6 + lane + p);
            (Vector256<float> ac0, Vector256<float> ac1, Vector256<float> bd0, Vector256<float> bd1) = (ZipLow(a, c), ZipHigh(a, c), ZipLow(b, d), ZipHigh(b, d));
            (Vector256<float> eg0, Vector256<float> eg1, Vector256<float> fh0, Vector256<float> fh1) = (ZipLow(e, g), ZipHigh(e, g), ZipLow(f, h), ZipHigh(f, h));
            Pair(ZipLow(ac0, bd0), ZipLow(eg0, fh0), to, 4 * width);
            Pair(ZipHigh(ac0, bd0), ZipHigh(eg0, fh0), to + width, 4 * width);
            Pair(ZipLow(ac1, bd1), ZipLow(eg1, fh1), to + 2 * width, 4 * width);
            Pair(ZipHigh(ac1, bd1), ZipHigh(eg1, fh1), to + 3 * width, 4 * width);
        }
        Rest(source, lane, 8, width, p, depth, to);
    }

    private static void Four(double* source, nint lane, int width, int depth, double* to)
    {
        double* l2 = source + 2 * lane;
        int p = 0;
        for (; p <= depth - 4; p += 4, to += 4 * width)
        {
            Vector256<double> a = Wide(source + p), b = Wide(source + lane + p), c = Wide(l2 + p), d = Wide(l2 + lane + p);
            Pair(ZipLow(a, b), ZipLow(c, d), to, 2 * width);
            Pair(ZipHigh(a, b), ZipHigh(c, d), to + width, 2 * width);
        }
        Rest(source, lane, 4, width, p, depth, to);
    }

    /// <summary>The lower halves of two registers side by side, and the upper ones <paramref name="further"/> on.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair<T>(Vector256<T> left, Vector256<T> right, T* to, nint further)
        where T : unmanaged
    {
        Avx.Permute2x128(left.AsSingle(), right.AsSingle(), 0x20).As<float, T>().Store(to);
        Avx.Permute2x128(left.AsSingle(), right.AsSingle(), 0x31).As<float, T>().Store(to + further);
    }

    private static void Four(float* source, nint lane, int width, int depth, float* to)
    {
        float* l2 = source + 2 * lane;
        int p = 0;
        for (; p <= depth - 4; p += 4, to += 4 * width)
        {
            Vector128<float> a = Vector128.Load(source + p), b = Vector128.Load(source + lane + p), c = Vector128.Load(l2 + p), d = Vector128.Load(l2 + lane + p);
            Vector128<float> ac0 = ZipLow(a, c), ac1 = ZipHigh(a, c), bd0 = ZipLow(b, d), bd1 = ZipHigh(b, d);
            ZipLow(ac0, bd0).Store(to);
            ZipHigh(ac0, bd0).Store(to + width);
            ZipLow(ac1, bd1).Store(to + 2 * width);
            ZipHigh(ac1, bd1).Store(to + 3 * width);
        }
        Rest(source, lane, 4, width, p, depth, to);
    }

    private static void Two(float* source, nint lane, int width, int depth, float* to)
    {
        int p = 0;
        for (; p <= depth - 4; p += 4, to += 4 * width)
        {
            Vector128<float> a = Vector128.Load(source + p), b = Vector128.Load(source + lane + p);
            Vector128<float> low = ZipLow(a, b), high = ZipHigh(a, b);
            low.GetLower().Store(to);
            low.GetUpper().Store(to + width);
            high.GetLower().Store(to + 2 * width);
            high.GetUpper().Store(to + 3 * width);
        }
        Rest(source, lane, 2, width, p, depth, to);
    }

    private static void Two(double* source, nint lane, int width, int depth, double* to)
    {
        int p = 0;
        for (; p <= depth - 2; p += 2, to += 2 * width)
        {
            Vector128<double> a = Vector128.Load(source + p), b = Vector128.Load(source + lane + p);
            ZipLow(a, b).Store(to);
            ZipHigh(a, b).Store(to + width);
        }
        Rest(source, lane, 2, width, p, depth, to);
    }

    private static void Rest<T>(T* source, nint lane, int lanes, int width, int p, int depth, T* to)
        where T : unmanaged
    {
        for (; p < depth; p++, to += width)
            for (int i = 0; i < lanes; i++)
                to[i] = source[i * lane + p];
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Load<T>(T* p)
        where T : unmanaged => Vector256.Load((float*)p);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Wide<T>(T* p)
        where T : unmanaged => Vector256.Load((double*)p);

    // Low: the lower halves (of each 128 bits) interleaved, a₀ b₀ a₁ b₁ of floats, a₀ b₀ of doubles. High: the upper halves.
    private static Vector128<float> ZipLow(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    private static Vector128<float> ZipHigh(Vector128<float> a, Vector128<float> b) => Sse.IsSupported ? Sse.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);

    private static Vector128<double> ZipLow(Vector128<double> a, Vector128<double> b) => Sse2.IsSupported ? Sse2.UnpackLow(a, b) : AdvSimd.Arm64.ZipLow(a, b);

    private static Vector128<double> ZipHigh(Vector128<double> a, Vector128<double> b) => Sse2.IsSupported ? Sse2.UnpackHigh(a, b) : AdvSimd.Arm64.ZipHigh(a, b);

    private static Vector256<float> ZipLow(Vector256<float> a, Vector256<float> b) => Avx.UnpackLow(a, b);

    private static Vector256<float> ZipHigh(Vector256<float> a, Vector256<float> b) => Avx.UnpackHigh(a, b);

    private static Vector256<double> ZipLow(Vector256<double> a, Vector256<double> b) => Avx.UnpackLow(a, b);

    private static Vector256<double> ZipHigh(Vector256<double> a, Vector256<double> b) => Avx.UnpackHigh(a, b);
}
