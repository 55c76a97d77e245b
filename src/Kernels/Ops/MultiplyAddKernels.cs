using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Independent chains of multiply-adds in a straight line without a loop, so that every compiler may put neighbouring threads into lanes. Bound by
/// arithmetic: it reads nothing and writes one element per 256 multiply-adds.
/// </summary>
internal static partial class MultiplyAddKernels
{
    /// <summary>Chains of a thread.</summary>
    public const int Chains = 8;

    /// <summary>Multiply-adds of a chain.</summary>
    public const int Turns = 32;

    [Kernel]
    public static void Chain<T, TM>(ArrayView<T> y, T factor, int count)
        where T : unmanaged, IAdditionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        int thread = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (thread >= count) return;
        T x = TM.FromInt(thread), a = x, b = a + factor, c = b + factor, d = c + factor, e = d + factor, f = e + factor, g = f + factor, h = g + factor;
        Sixteen<T, TM>(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, factor, x);
        Sixteen<T, TM>(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, factor, x);
        y[thread] = a + b + c + d + e + f + g + h;
    }

    private static void Sixteen<T, TM>(ref T a, ref T b, ref T c, ref T d, ref T e, ref T f, ref T g, ref T h, T factor, T x) where TM : struct, IScalarMath<T>
    {
        Four<T, TM>(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, factor, x);
        Four<T, TM>(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, factor, x);
        Four<T, TM>(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, factor, x);
        Four<T, TM>(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, factor, x);
    }

    private static void Four<T, TM>(ref T a, ref T b, ref T c, ref T d, ref T e, ref T f, ref T g, ref T h, T factor, T x) where TM : struct, IScalarMath<T>
    {
        One<T, TM>(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, factor, x);
        One<T, TM>(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, factor, x);
        One<T, TM>(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, factor, x);
        One<T, TM>(ref a, ref b, ref c, ref d, ref e, ref f, ref g, ref h, factor, x);
    }

    private static void One<T, TM>(ref T a, ref T b, ref T c, ref T d, ref T e, ref T f, ref T g, ref T h, T factor, T x) where TM : struct, IScalarMath<T>
    {
        a = TM.Fma(a, factor, x);
        b = TM.Fma(b, factor, x);
        c = TM.Fma(c, factor, x);
        d = TM.Fma(d, factor, x);
        e = TM.Fma(e, factor, x);
        f = TM.Fma(f, factor, x);
        g = TM.Fma(g, factor, x);
        h = TM.Fma(h, factor, x);
    }
}
