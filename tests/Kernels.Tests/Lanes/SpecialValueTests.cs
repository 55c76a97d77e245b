using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Tests.Lanes;

public sealed class SpecialValueTests
{
    private const double Infinity = double.PositiveInfinity, NaN = double.NaN;

    private static readonly TestCaseData[] Cases =
    [
        new("exp", -Infinity, 0.0), new("exp", Infinity, Infinity), new("exp", NaN, NaN), new("exp", 0.0, 1.0), new("exp", -0.0, 1.0), new("exp", 800.0, Infinity), new("exp", -800.0, 0.0),
        new("log", 0.0, -Infinity), new("log", -0.0, -Infinity), new("log", -1.0, NaN), new("log", -Infinity, NaN), new("log", Infinity, Infinity), new("log", NaN, NaN), new("log", 1.0, 0.0),
        new("tanh", 0.0, 0.0), new("tanh", -0.0, -0.0), new("tanh", 20.0, 1.0), new("tanh", -20.0, -1.0), new("tanh", Infinity, 1.0), new("tanh", -Infinity, -1.0), new("tanh", NaN, NaN),
        new("erf", 0.0, 0.0), new("erf", -0.0, -0.0), new("erf", 6.0, 1.0), new("erf", -6.0, -1.0), new("erf", Infinity, 1.0), new("erf", -Infinity, -1.0), new("erf", NaN, NaN),
        new("sin", 0.0, 0.0), new("sin", -0.0, -0.0), new("sin", Infinity, NaN), new("sin", -Infinity, NaN), new("sin", NaN, NaN),
        new("cos", 0.0, 1.0), new("cos", -0.0, 1.0), new("cos", Infinity, NaN), new("cos", -Infinity, NaN), new("cos", NaN, NaN),
        new("sqrt", -1.0, NaN), new("sqrt", -0.0, -0.0), new("floor", -0.5, -1.0), new("floor", -0.0, -0.0), new("abs", -0.0, 0.0), new("abs", NaN, NaN),
    ];

    [TestCaseSource(nameof(Cases))]
    public void Special_values_are_exact(string name, double x, double expected)
    {
        float single = Values.Of(Values.F32.Single(f => f.Name == name).F, x);
        double twice = Values.Of(Values.F64.Single(f => f.Name == name).F, x);
        Assert.Multiple(() =>
        {
            Assert.That(Same(single, expected), $"f32 {name}({x}) = {single}");
            Assert.That(Same(twice, expected), $"f64 {name}({x}) = {twice}");
        });
    }

    [Test]
    public void Pow_treats_every_pair_of_special_values_as_the_C_sharp_pow()
    {
        double[] values = [.. Values.Special.Where(x => Math.Abs(x) != 123456789), 0.25, -0.25, 5, -5, 1 + 1e-15, 1e17, -1e17, 4503599627370497, -4503599627370497];
        foreach (double x in values)
        {
            foreach (double y in values)
            {
                double expected = Math.Pow(x, y), got = MathF64.Pow(MathF64.Of(x), MathF64.Of(y)).V[0];
                Assert.That(Near(got, expected, 1e-15), $"f64 pow({x:R}, {y:R}) = {got:R}, not {expected:R}");
                expected = (float)Math.Pow((float)x, (float)y);
                got = MathF32.Pow(MathF32.Of(x), MathF32.Of(y)).V[0];
                Assert.That(Near(got, expected, 1e-7), $"f32 pow({x:R}, {y:R}) = {got:R}, not {expected:R}");
            }
        }
    }

    [Test]
    public void Max_and_min_propagate_nan_and_order_zeros_as_the_C_sharp_ones()
    {
        foreach (double a in Values.Special)
        {
            foreach (double b in Values.Special)
            {
                Assert.That(Same(MathF64.Max(MathF64.Of(a), MathF64.Of(b)).V[5], Math.Max(a, b)), $"max({a}, {b})");
                Assert.That(Same(MathF64.Min(MathF64.Of(a), MathF64.Of(b)).V[5], Math.Min(a, b)), $"min({a}, {b})");
                Assert.That(Same(MathF32.Max(MathF32.Of(a), MathF32.Of(b)).V[5], MathF.Max((float)a, (float)b)), $"f32 max({a}, {b})");
                Assert.That(Same(MathF32.Min(MathF32.Of(a), MathF32.Of(b)).V[5], MathF.Min((float)a, (float)b)), $"f32 min({a}, {b})");
            }
        }
    }

    [Test]
    public void Selects_compare_as_the_operators_and_nan_compares_false()
    {
        foreach (double a in Values.Special)
        {
            foreach (double b in Values.Special)
            {
                var (x, y, one, zero) = (MathF64.Of(a), MathF64.Of(b), MathF64.Of(1), MathF64.Of(0));
                Assert.That(MathF64.SelectLess(x, y, one, zero).V[0] == 1, Is.EqualTo(a < b));
                Assert.That(MathF64.SelectLessOrEqual(x, y, one, zero).V[0] == 1, Is.EqualTo(a <= b));
                Assert.That(MathF64.SelectEqual(x, y, one, zero).V[0] == 1, Is.EqualTo(a == b));
                var (u, v, yes, no) = (MathF32.Of(a), MathF32.Of(b), MathF32.Of(1), MathF32.Of(0));
                Assert.That(MathF32.SelectLess(u, v, yes, no).V[0] == 1, Is.EqualTo((float)a < (float)b));
                Assert.That(MathF32.SelectLessOrEqual(u, v, yes, no).V[0] == 1, Is.EqualTo((float)a <= (float)b));
                Assert.That(MathF32.SelectEqual(u, v, yes, no).V[0] == 1, Is.EqualTo((float)a == (float)b));
            }
        }
    }

    [Test]
    public void Fma_rounds_once()
    {
        const double x = 1 + 1e-9;
        Assert.That(MathF64.Fma(MathF64.Of(x), MathF64.Of(x), MathF64.Of(-x * x)).V[0], Is.EqualTo(Math.FusedMultiplyAdd(x, x, -x * x)).And.Not.Zero);
        const float y = 1.0001f;
        Assert.That(MathF32.Fma(MathF32.Of(y), MathF32.Of(y), MathF32.Of(-(float)(y * y))).V[0], Is.EqualTo(MathF.FusedMultiplyAdd(y, y, -(float)(y * y))).And.Not.Zero);
    }

    [Test]
    public void Tanh_and_erf_never_leave_the_unit_interval()
    {
        float[] x = [.. Values.Floats(10_007), .. Values.Range(2, 10, 100_000).Select(x => (float)x)];
        Assert.That(Values.Map(MathF32.Tanh, x).Concat(Values.Map(MathF32.Erf, x)).Any(y => Math.Abs(y) > 1), Is.False);
    }

    private static bool Same(float a, double b) => BitConverter.SingleToInt32Bits(a) == BitConverter.SingleToInt32Bits((float)b) || (float.IsNaN(a) && double.IsNaN(b));

    private static bool Same(double a, double b) => BitConverter.DoubleToInt64Bits(a) == BitConverter.DoubleToInt64Bits(b) || (double.IsNaN(a) && double.IsNaN(b));

    private static bool Near(double a, double b, double tolerance) => Same(a, b) || (a != 0 && b != 0 && double.IsFinite(a) && double.IsFinite(b) && Math.Abs(a - b) <= tolerance * Math.Abs(b));
}
