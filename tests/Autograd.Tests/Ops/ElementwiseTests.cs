using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Autograd.Tests.Ops;

/// <summary>The points that random inputs miss: kinks, ties, poles, NaN, the ends of a range.</summary>
public sealed class ElementwiseTests : IDisposable
{
    private const double NaN = double.NaN, Infinity = double.PositiveInfinity;
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    private Tensor Leaf(params double[] values) => Tensor.From<double>(device, values, [values.Length], requiresGrad: true);

    private static double[] Slope(Tensor y, Tensor x) => Tensor.Gradients(y, [x], Tensor.Ones(x.Device, y.Shape, y.DType))[0]!.ToArray<double>();

    private static double[] ComposedSlope(Tensor y, Tensor x) =>
        Tensor.Gradients(y, [x], Tensor.Ones(x.Device, y.Shape, y.DType), createGraph: true)[0]!.ToArray<double>();

    private static void Slopes(Func<Tensor, Tensor> f, Tensor x, params double[] expected)
    {
        Assert.That(Slope(f(x), x), Is.EqualTo(expected), "fused");
        Assert.That(ComposedSlope(f(x), x), Is.EqualTo(expected), "composed");
    }

    [Test]
    public void Relu_has_slope_0_at_0() => Slopes(x => x.Relu(), Leaf(-1, -0.0, 0, 1), 0, 0, 0, 1);

    [Test]
    public void Leaky_relu_has_its_slope_at_0() => Slopes(x => x.LeakyRelu(0.25), Leaf(-1, 0, 1), 0.25, 0.25, 1);

    [Test]
    public void Abs_has_slope_0_at_0() => Slopes(x => x.Abs(), Leaf(-2, 0, 2), -1, 0, 1);

    [Test]
    public void Sign_has_slope_0_everywhere() => Slopes(x => x.Sign(), Leaf(-2, 0, 2), 0, 0, 0);

    [Test]
    public void Clamp_has_slope_1_inside_and_at_its_bounds() => Slopes(x => x.Clamp(-1, 1), Leaf(-1.5, -1, 0, 1, 1.5), 0, 1, 1, 1, 0);

    [Test]
    public void Equal_arguments_of_maximum_and_minimum_share_the_gradient()
    {
        Tensor b = Leaf(1, 1, 1);
        Slopes(a => Tensor.Maximum(a, b), Leaf(0, 1, 2), 0, 0.5, 1);
        Slopes(a => Tensor.Maximum(b, a), Leaf(0, 1, 2), 0, 0.5, 1);
        Slopes(a => Tensor.Minimum(a, b), Leaf(0, 1, 2), 1, 0.5, 0);
        Slopes(a => Tensor.Minimum(b, a), Leaf(0, 1, 2), 1, 0.5, 0);
    }

    [Test]
    public void Powers_of_and_at_zero_have_the_slopes_of_PyTorch()
    {
        Slopes(x => x.Pow(0), Leaf(0, 2), 0, 0);
        Slopes(x => x.Pow(1), Leaf(0, 2), 1, 1);
        Slopes(x => x.Pow(2), Leaf(0, -3), 0, -6);
        Slopes(x => x.Pow(Leaf(0, 1, 2)), Leaf(0, 0, 0), 0, 1, 0);
        Slopes(y => Leaf(0, 0, 1).Pow(y), Leaf(0, 2, 5), 0, 0, 0);
    }

    [Test]
    public void NaN_goes_through()
    {
        Tensor x = Leaf(NaN, 1), one = Leaf(1, NaN);
        Assert.Multiple(() =>
        {
            foreach (Tensor y in new[] { x.Relu(), x.LeakyRelu(), x.Clamp(-1, 1), x.Abs(), x.Sign(), x.Gelu(), x.Gelu(tanh: true), x.Silu(), x.Sigmoid(), x.Tanh(), x.Exp(), x.Log(), x.Sqrt(), x.Sin(), x.Cos(), x.Erf(), x.Pow(1.5) })
                Assert.That(y.ToArray<double>()[0], Is.NaN);
            Assert.That(Tensor.Maximum(x, one).ToArray<double>(), Is.All.NaN);
            Assert.That(Tensor.Minimum(x, one).ToArray<double>(), Is.All.NaN);
        });
    }

    [Test]
    public void Activations_hold_at_the_far_ends([Values(DType.F32, DType.F64)] DType dtype)
    {
        Tensor x = Leaf(-1000, -30, 30, 1000).Cast(dtype);
        double[] At(Tensor y) => y.Cast(DType.F64).ToArray<double>();
        Assert.Multiple(() =>
        {
            Assert.That(At(x.Sigmoid()), Is.EqualTo(new double[] { 0, 0, 1, 1 }).Within(1e-12));
            Assert.That(At(x.Silu()), Is.EqualTo(new double[] { 0, 0, 30, 1000 }).Within(1e-11));
            Assert.That(At(x.Gelu()), Is.EqualTo(new double[] { 0, 0, 30, 1000 }).Within(1e-11));
            Assert.That(At(x.Gelu(tanh: true)), Is.EqualTo(new double[] { 0, 0, 30, 1000 }).Within(1e-11));
            foreach (Func<Tensor, Tensor> f in new Func<Tensor, Tensor>[] { x => x.Gelu(), x => x.Gelu(tanh: true), x => x.Silu() })
            {
                Tensor leaf = new(x.View, requiresGrad: true);
                Assert.That(At(Tensor.Gradients(f(leaf).Sum(), [leaf])[0]!), Is.EqualTo(new double[] { 0, 0, 1, 1 }).Within(1e-11));
            }
        });
    }

    [Test]
    public void Gelu_in_f32_follows_double_closely_over_its_whole_range()
    {
        float[] values = [.. Enumerable.Range(-1200, 2400).Select(i => i / 150f)];
        Tensor x = Tensor.From<float>(device, values, [values.Length], requiresGrad: true), precise = new(x.Cast(DType.F64).View, requiresGrad: true);
        Tensor y = x.Gelu(), expected = precise.Gelu();
        double[] dy = Tensor.Gradients(y.Sum(), [x])[0]!.Cast(DType.F64).ToArray<double>(), dExpected = Tensor.Gradients(expected.Sum(), [precise])[0]!.ToArray<double>();
        Assert.That(dy.Zip(dExpected, (a, b) => Math.Abs(a - b)).Max(), Is.LessThan(5e-7));
        Assert.That(y.Cast(DType.F64).ToArray<double>().Zip(expected.ToArray<double>(), (a, b) => Math.Abs(a - b) / (1 + Math.Abs(b))).Max(), Is.LessThan(3e-7));
    }

    [Test]
    public void NaN_equals_nothing()
    {
        Tensor x = Leaf(NaN, 1, 2), y = Leaf(NaN, 1, 1);
        Assert.Multiple(() =>
        {
            Assert.That(x.Eq(y).ToArray<bool>(), Is.EqualTo(new[] { false, true, false }));
            Assert.That(x.Ne(y).ToArray<bool>(), Is.EqualTo(new[] { true, false, true }));
            Assert.That((x < y).ToArray<bool>(), Is.EqualTo(new[] { false, false, false }));
            Assert.That((x <= y).ToArray<bool>(), Is.EqualTo(new[] { false, true, false }));
            Assert.That((x > y).ToArray<bool>(), Is.EqualTo(new[] { false, false, true }));
            Assert.That((x >= y).ToArray<bool>(), Is.EqualTo(new[] { false, true, true }));
        });
    }

    [Test]
    public void Bool_tensors_compare_as_0_and_1()
    {
        Tensor a = Tensor.From<bool>(device, [false, false, true, true], [4]), b = Tensor.From<bool>(device, [false, true, false, true], [4]);
        Assert.That(a.Eq(b).ToArray<bool>(), Is.EqualTo(new[] { true, false, false, true }));
        Assert.That((a < b).ToArray<bool>(), Is.EqualTo(new[] { false, true, false, false }));
        Assert.That(a.Eq(0).ToArray<bool>(), Is.EqualTo(new[] { true, true, false, false }), "not a");
    }

    [Test]
    public void Masked_values_hide_NaN_also_from_the_gradient()
    {
        Tensor x = Leaf(NaN, 1, -Infinity), mask = Tensor.From<bool>(device, [true, false, true], [3]);
        Assert.That(x.MaskedFill(mask, 5).ToArray<double>(), Is.EqualTo(new double[] { 5, 1, 5 }));
        Slopes(x => x.MaskedFill(mask, 5), x, 0, 1, 0);
    }

    [Test]
    public void Integers_can_be_chosen_by_a_mask()
    {
        Tensor a = Tensor.From<int>(device, [1, 2, 3], [3]), mask = Tensor.From<bool>(device, [true, false, true], [3]);
        Assert.That(Tensor.Where(mask, a, a.Cast(DType.F32).Cast(DType.I32)).ToArray<int>(), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(a.MaskedFill(mask, -1).ToArray<int>(), Is.EqualTo(new[] { -1, 2, -1 }));
    }

    [Test]
    public void Casts_cut_towards_zero_and_hold_at_the_ends()
    {
        Tensor x = Leaf(-2.7, 2.7, 3e9, -3e9, NaN, Infinity, 0);
        Assert.That(x.Cast(DType.I32).ToArray<int>(), Is.EqualTo(new[] { -2, 2, int.MaxValue, int.MinValue, 0, int.MaxValue, 0 }));
        Assert.That(x.Cast(DType.Bool).ToArray<bool>(), Is.EqualTo(new[] { true, true, true, true, true, true, false }));
        Assert.That(Leaf(1e300, 0.1).Cast(DType.F32).ToArray<float>(), Is.EqualTo(new[] { float.PositiveInfinity, 0.1f }));
    }

    [Test]
    public void Casts_between_floats_hand_the_gradient_back_in_its_own_type()
    {
        Tensor x = Leaf(1, 2);
        Tensor y = (x.Cast(DType.F32) * 3).Sum();
        y.Backward();
        Assert.That(x.Grad!.DType, Is.EqualTo(DType.F64));
        Assert.That(x.Grad.ToArray<double>(), Is.EqualTo(new double[] { 3, 3 }));
        Assert.That(x.Cast(DType.I32).RequiresGrad, Is.False);
        Assert.That(x.Cast(DType.F64), Is.SameAs(x));
    }
}
