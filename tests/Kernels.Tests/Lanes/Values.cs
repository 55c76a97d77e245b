using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Tests.Lanes;

/// <summary>The functions of a lane type by name, and the numbers to try them on.</summary>
internal static class Values
{
    public static readonly (string Name, Func<Lanes<float>, Lanes<float>> F)[] F32 =
    [
        ("exp", MathF32.Exp), ("log", MathF32.Log), ("tanh", MathF32.Tanh), ("erf", MathF32.Erf), ("sin", MathF32.Sin), ("cos", MathF32.Cos),
        ("sqrt", MathF32.Sqrt), ("floor", MathF32.Floor), ("abs", MathF32.Abs), ("pow", x => MathF32.Pow(x, MathF32.Of(2.75))),
    ];

    public static readonly (string Name, Func<Lanes<double>, Lanes<double>> F)[] F64 =
    [
        ("exp", MathF64.Exp), ("log", MathF64.Log), ("tanh", MathF64.Tanh), ("erf", MathF64.Erf), ("sin", MathF64.Sin), ("cos", MathF64.Cos),
        ("sqrt", MathF64.Sqrt), ("floor", MathF64.Floor), ("abs", MathF64.Abs), ("pow", x => MathF64.Pow(x, MathF64.Of(2.75))),
    ];

    public static readonly double[] Special =
    [
        0, -0.0, 1, -1, 0.5, -0.5, 2, -2, 3, -3, 1e-3, 1e-30, -1e-30, 1e30, -1e30, 1e5, -1e5, 123456789, double.Epsilon, float.Epsilon, 1e-40, -1e-40,
        1e-310, float.MaxValue, double.MaxValue, double.NaN, double.PositiveInfinity, double.NegativeInfinity,
    ];

    /// <summary>Every <paramref name="stride"/>-th bit pattern: all signs and exponents, denormals, infinities and NaN.</summary>
    public static IEnumerable<float> Floats(uint stride)
    {
        for (ulong bits = 0; bits <= uint.MaxValue; bits += stride) yield return BitConverter.UInt32BitsToSingle((uint)bits);
    }

    /// <summary>As <see cref="Floats"/>, <paramref name="count"/> of them.</summary>
    public static IEnumerable<double> Doubles(int count)
    {
        for (int i = 0; i < count; i++) yield return BitConverter.UInt64BitsToDouble((ulong)i * (ulong.MaxValue / (ulong)count));
    }

    /// <summary><paramref name="count"/> numbers evenly from <paramref name="from"/> to <paramref name="to"/>.</summary>
    public static IEnumerable<double> Range(double from, double to, int count) => Enumerable.Range(0, count).Select(i => from + ((to - from) * i / (count - 1)));

    /// <summary>f over all numbers, a vector at a time with a padded tail.</summary>
    public static unsafe T[] Map<T>(Func<Lanes<T>, Lanes<T>> f, T[] x) where T : unmanaged
    {
        var y = new T[x.Length];
        fixed (T* from = x, to = y)
        {
            for (int i = 0; i < x.Length; i += Lanes<T>.Count)
            {
                int count = Math.Min(Lanes<T>.Count, x.Length - i);
                f(Lanes<T>.LoadPartial(from + i, count)).StorePartial(to + i, count);
            }
        }
        return y;
    }

    /// <summary>f(x) in the first lane.</summary>
    public static float Of(Func<Lanes<float>, Lanes<float>> f, double x) => f(MathF32.Of(x)).V[0];

    /// <inheritdoc cref="Of(Func{Lanes{float}, Lanes{float}}, double)"/>
    public static double Of(Func<Lanes<double>, Lanes<double>> f, double x) => f(MathF64.Of(x)).V[0];
}
