using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels;

/// <summary>
/// Normal numbers of Philox words on the host, vectors of pairs at once; the two numbers of a pair stand side by side. Elements behind the
/// last vector of words may be read, but not used.
/// </summary>
internal static unsafe class NormalPairs
{
    /// <summary>A word for the radius and a word for the angle of two numbers.</summary>
    [SkipLocalsInit]
    public static void Write(uint* words, float* target, int count, double mean, double sd)
    {
        float* u = stackalloc float[Lanes<float>.Count], v = stackalloc float[Lanes<float>.Count];
        for (int i = 0; i < count; i += 2 * Lanes<float>.Count)
        {
            for (int p = 0; p < Lanes<float>.Count; p++)
            {
                u[p] = BoxMuller.RadiusUnit(words[i + (2 * p)]);
                v[p] = BoxMuller.AngleUnit(words[i + (2 * p) + 1]);
            }
            Pairs<float, MathF32>(u, v, target + i, Math.Min(count - i, 2 * Lanes<float>.Count), mean, sd);
        }
    }

    /// <summary>Two words for the radius and two for the angle, 53 bits each.</summary>
    [SkipLocalsInit]
    public static void Write(uint* words, double* target, int count, double mean, double sd)
    {
        double* u = stackalloc double[Lanes<double>.Count], v = stackalloc double[Lanes<double>.Count];
        for (int i = 0; i < count; i += 2 * Lanes<double>.Count)
        {
            for (int p = 0; p < Lanes<double>.Count; p++)
            {
                uint* block = words + (2 * i) + (4 * p);
                u[p] = BoxMuller.RadiusUnits(block[0], block[1]);
                v[p] = BoxMuller.AngleUnits(block[2], block[3]);
            }
            Pairs<double, MathF64>(u, v, target + i, Math.Min(count - i, 2 * Lanes<double>.Count), mean, sd);
        }
    }

    // mean + sd · (cos₀, sin₀, cos₁, sin₁, …), the first count of them; overwrites u and v.
    private static void Pairs<T, TM>(T* u, T* v, T* target, int count, double mean, double sd) where T : unmanaged where TM : struct, IMath<Lanes<T>>
    {
        Lanes<T> radius = TM.Of(sd) * BoxMuller.Radius<Lanes<T>, TM>(Lanes<T>.Load(u)), angle = BoxMuller.Angle<Lanes<T>, TM>(Lanes<T>.Load(v));
        (TM.Of(mean) + (radius * TM.Cos(angle))).Store(u);
        (TM.Of(mean) + (radius * TM.Sin(angle))).Store(v);
        for (int i = 0; i < count; i++) target[i] = (i & 1) == 0 ? u[i >> 1] : v[i >> 1];
    }
}
