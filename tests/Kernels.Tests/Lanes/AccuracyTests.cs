using System.Numerics;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Tests.Lanes;

/// <summary>
/// Errors in units of the last place (ulp) of the true value, over all bit patterns in steps and densely where it matters. The reference is
/// double for float; for double it is the C library, itself at most 1 ulp off (2 in tanh), and for erf a series in decimal.
/// </summary>
public sealed class AccuracyTests
{
    private static readonly TestCaseData[] FloatCases =
    [
        new("exp", (Func<double, double>)Math.Exp, -104.0, 89.0, 1.0),
        new("log", (Func<double, double>)Math.Log, 0.0, 3.0, 1.0),
        new("tanh", (Func<double, double>)Math.Tanh, -10.0, 10.0, 1.6),
        new("erf", (Func<double, double>)(x => Values.Of(MathF64.Erf, x)), -5.0, 5.0, 1.6),
        new("sin", (Func<double, double>)Math.Sin, -100.0, 100.0, 1.6),
        new("cos", (Func<double, double>)Math.Cos, -100.0, 100.0, 1.6),
        new("pow", (Func<double, double>)(x => Math.Pow(x, 2.75)), 0.0, 50.0, 0.51),
    ];

    private static readonly TestCaseData[] DoubleCases =
    [
        new("exp", (Func<double, double>)Math.Exp, -746.0, 710.0, 2.0),
        new("log", (Func<double, double>)Math.Log, 0.0, 3.0, 2.0),
        new("tanh", (Func<double, double>)Math.Tanh, -21.0, 21.0, 4.0),
        new("tanh", (Func<double, double>)Math.Tanh, -1.0, 1.0, 4.0),
        new("sin", (Func<double, double>)Math.Sin, -100.0, 100.0, 2.0),
        new("cos", (Func<double, double>)Math.Cos, -100.0, 100.0, 2.0),
        new("sin", (Func<double, double>)Math.Sin, -1e6, 1e6, 2.0),
        new("pow", (Func<double, double>)(x => Math.Pow(x, 2.75)), 0.0, 50.0, 2.0),
    ];

    [TestCaseSource(nameof(FloatCases))]
    public void Floats_agree_with_double(string name, Func<double, double> reference, double from, double to, double ulps)
    {
        float[] x = [.. Values.Floats(20_011), .. Values.Range(from, to, 100_000).Select(x => (float)x)];
        float[] y = Values.Map(Values.F32.Single(entry => entry.Name == name).F, x);
        double worst = x.Zip(y, (x, y) => Ulps(y, reference(x))).Max();
        Assert.That(worst, Is.LessThanOrEqualTo(ulps));
    }

    [TestCaseSource(nameof(DoubleCases))]
    public void Doubles_agree_with_the_C_library(string name, Func<double, double> reference, double from, double to, double ulps)
    {
        double[] x = [.. Values.Doubles(50_021), .. Values.Range(from, to, 100_000)];
        double[] y = Values.Map(Values.F64.Single(entry => entry.Name == name).F, x);
        double worst = x.Zip(y, (x, y) => Ulps(y, reference(x))).Max();
        Assert.That(worst, Is.LessThanOrEqualTo(ulps));
    }

    [Test]
    public void Erf_agrees_with_its_series_in_decimal()
    {
        for (int i = -1510; i <= 1510; i++) // 256ths, which decimal holds exactly
            Assert.That(Ulps(Values.Of(MathF64.Erf, i / 256.0), (double)ErfSeries(i / 256m)), Is.LessThanOrEqualTo(2), $"at {i}/256");
    }

    [TestCase(-300.5, 0.1, 8)]
    [TestCase(1000000.5, 0.9993, 1.0007)]
    [TestCase(-7, -20, 20)]
    public void Powers_stay_accurate_over_the_whole_range(double exponent, double from, double to)
    {
        double[] x = [.. Values.Range(from, to, 20_000)];
        double[] y = Values.Map(v => MathF64.Pow(v, MathF64.Of(exponent)), x);
        Assert.That(x.Zip(y, (x, y) => Ulps(y, Math.Pow(x, exponent))).Max(), Is.LessThanOrEqualTo(2));
    }

    [Test]
    public void The_exponential_of_a_softmax_is_exact_to_an_ulp_and_zero_where_no_normal_number_is_left()
    {
        foreach (float x in Values.Range(-87.3, 0, 50_000).Select(x => (float)x)) Assert.That(Ulps(OfNegative<float, MathF32>(x), Math.Exp(x)), Is.LessThanOrEqualTo(1), $"at {x}");
        foreach (double x in Values.Range(-708.3, 0, 50_000)) Assert.That(Ulps(OfNegative<double, MathF64>(x), Math.Exp(x)), Is.LessThanOrEqualTo(2), $"at {x}");
        foreach (float x in (float[])[-87.34f, -104, -1e10f, float.MinValue, float.NegativeInfinity]) Assert.That(OfNegative<float, MathF32>(x), Is.Zero, $"at {x}");
        foreach (double x in (double[])[-708.4, -746, -1e10, double.MinValue, double.NegativeInfinity]) Assert.That(OfNegative<double, MathF64>(x), Is.Zero, $"at {x}");
        Assert.That(OfNegative<float, MathF32>(float.NaN), Is.NaN);
        Assert.That(OfNegative<double, MathF64>(double.NaN), Is.NaN);
    }

    private static T OfNegative<T, TM>(T x) where T : unmanaged where TM : struct, IVectorMath<T> => TM.ExpOfNegative(Vector.Create(x))[0];

    // 2/√π · exp(−x²) · (x + 2/3·x³ + 4/15·x⁵ + …): no cancellation.
    private static decimal ErfSeries(decimal x)
    {
        decimal square = x * x, term = x, sum = x, power = 1, exp = 1;
        for (int n = 1; n < 250; n++)
        {
            term *= 2 * square / ((2 * n) + 1);
            sum += term;
            power *= square / n;
            exp += power;
        }
        return 1.1283791670955125738961589031m * sum / exp;
    }

    private static double Ulps(float y, double reference)
    {
        float nearest = (float)reference;
        if (float.IsNaN(nearest) || float.IsInfinity(nearest) || !float.IsFinite(y)) return nearest.Equals(y) ? 0 : double.PositiveInfinity;
        return Math.Abs(y - reference) / ((double)MathF.BitIncrement(MathF.Abs(nearest)) - MathF.Abs(nearest));
    }

    private static double Ulps(double y, double reference)
    {
        if (double.IsNaN(reference) || double.IsInfinity(reference) || !double.IsFinite(y)) return reference.Equals(y) ? 0 : double.PositiveInfinity;
        return Math.Abs(y - reference) / (Math.BitIncrement(Math.Abs(reference)) - Math.Abs(reference));
    }
}
