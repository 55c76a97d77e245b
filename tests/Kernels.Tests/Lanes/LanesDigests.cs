using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Tests.Lanes;

/// <summary>Every function over bit patterns of all kinds, and the horizontal reductions.</summary>
internal static class LanesDigests
{
    private static readonly float[] Floats = [.. Values.Floats(3_000_017), .. Values.Special.Select(x => (float)x), .. Values.Range(-20, 20, 1001).Select(x => (float)x)];
    private static readonly double[] Doubles = [.. Values.Doubles(1009), .. Values.Special, .. Values.Range(-20, 20, 1001)];

    public static IReadOnlyDictionary<string, Func<ulong>> All { get; } = Make();

    private static Dictionary<string, Func<ulong>> Make()
    {
        Dictionary<string, Func<ulong>> all = [];
        foreach (var (name, f) in Values.F32) all.Add($"f32 {name}", () => Digest.Of<float>(Values.Map(f, Floats)));
        foreach (var (name, f) in Values.F64) all.Add($"f64 {name}", () => Digest.Of<double>(Values.Map(f, Doubles)));
        all.Add("f32 sum and max", () => Digest.Of<float>(Values.Map<float>(x => MathF32.Of(x.Sum()) - MathF32.Of(x.Max()), Floats)));
        all.Add("f64 sum and max", () => Digest.Of<double>(Values.Map<double>(x => MathF64.Of(x.Sum()) - MathF64.Of(x.Max()), Doubles)));
        all.Add("f32 operators", () => Digest.Of<float>(Values.Map<float>(x => Mixed<Lanes<float>, MathF32>(x), Floats)));
        all.Add("f64 operators", () => Digest.Of<double>(Values.Map<double>(x => Mixed<Lanes<double>, MathF64>(x), Doubles)));
        return all;
    }

    private static T Mixed<T, TM>(T x)
        where T : System.Numerics.IAdditionOperators<T, T, T>, System.Numerics.ISubtractionOperators<T, T, T>, System.Numerics.IMultiplyOperators<T, T, T>,
            System.Numerics.IDivisionOperators<T, T, T>, System.Numerics.IUnaryNegationOperators<T, T>
        where TM : struct, IMath<T>
    {
        T y = TM.Fma(x, TM.Of(1.1), -x / TM.Of(3)) - (x * x);
        T z = TM.Max(TM.Min(x, y), TM.SelectLess(x, y, x + y, TM.SelectLessOrEqual(x, TM.Of(0), y, x)));
        return TM.SelectEqual(x, TM.Of(1), TM.Of(7), z);
    }
}
