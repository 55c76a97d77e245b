using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Model.Tests.Optimizers;

/// <summary>Every optimiser against its formula in double, over steps with different gradients.</summary>
public sealed class OptimizerTests : IDisposable
{
    private const int Steps = 20, Count = 37;
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    [TestCase(0.0, false)]
    [TestCase(0.1, false)]
    [TestCase(0.1, true)]
    public void Adam_follows_the_formula_of_PyTorch(double decay, bool decoupled)
    {
        double[] m = new double[Count], v = new double[Count];
        AssertFollows(
            parameters => decoupled ? new AdamW(parameters, Schedule.Constant(0.05), 0.9, 0.95, weightDecay: [decay]) : new Adam(parameters, Schedule.Constant(0.05), 0.9, 0.95, weightDecay: [decay]),
            (p, g, i, step) =>
            {
                if (decoupled) p *= 1 - (0.05 * decay);
                else g += decay * p;
                m[i] = (0.9 * m[i]) + (0.1 * g);
                v[i] = (0.95 * v[i]) + (0.05 * g * g);
                double denominator = (Math.Sqrt(v[i]) / Math.Sqrt(1 - Math.Pow(0.95, step))) + 1e-8;
                return p - (0.05 / (1 - Math.Pow(0.9, step)) * m[i] / denominator);
            });
    }

    [TestCase(0.0, false)]
    [TestCase(0.9, false)]
    [TestCase(0.9, true)]
    public void Sgd_follows_the_formula_of_PyTorch(double momentum, bool nesterov)
    {
        var buffer = new double[Count];
        AssertFollows(
            parameters => new Sgd(parameters, Schedule.Constant(0.1), momentum, nesterov, [0.01]),
            (p, g, i, _) =>
            {
                g += 0.01 * p;
                buffer[i] = (momentum * buffer[i]) + g;
                return p - (0.1 * (nesterov ? g + (momentum * buffer[i]) : buffer[i]));
            });
    }

    [Test]
    public void Clipping_limits_the_norm_of_all_parameters_together()
    {
        Tensor a = Tensor.Zeros(device, [2, 3], DType.F64, true), b = Tensor.Zeros(device, [2, 2], DType.F64, true);
        var optimizer = new Sgd([a, b], Schedule.Constant(1));
        var clip = new ClipNorm(optimizer, 1);
        a.Grad = Tensor.From<double>(device, [3, 0, 0, 0.1, 0, 0], [2, 3]);
        b.Grad = Tensor.From<double>(device, [0, 4, 0, 0.2], [2, 2]);
        optimizer.Step(clip.Factor());
        Assert.Multiple(() =>
        {
            Assert.That(clip.Norm.ToArray<double>(), Is.EqualTo(new[] { 5, Math.Sqrt(0.05) }).Within(1e-12));
            Assert.That(a.ToArray<double>(), Is.EqualTo(new[] { -0.6, 0, 0, -0.1, 0, 0 }).Within(1e-6), "the first replica is scaled by 1/5, the second is left alone");
            Assert.That(clip.FailedStep(), Is.Zero);
        });
    }

    [Test]
    public void The_first_step_with_a_gradient_that_is_not_finite_is_remembered()
    {
        Tensor a = Tensor.Zeros(device, [1, 3], requiresGrad: true);
        var optimizer = new Sgd([a], Schedule.Constant(0));
        var clip = new ClipNorm(optimizer, 1);
        foreach (float value in new[] { 1f, float.NaN, float.PositiveInfinity, 1f })
        {
            a.Grad = Tensor.From<float>(device, [0, value, 0], [1, 3]);
            optimizer.Step(clip.Factor());
        }
        Assert.That(clip.FailedStep(), Is.EqualTo(2));
    }

    [Test]
    public void Schedules_warm_up_and_fall_as_a_cosine()
    {
        var schedule = new Schedule([2.0], WarmUpSteps: 4, CosineSteps: 100, Floor: 0.1);
        Assert.Multiple(() =>
        {
            Assert.That(schedule.At(0, 0), Is.EqualTo(2.0 / 4));
            Assert.That(schedule.At(0, 3), Is.EqualTo(2 * (0.1 + (0.9 * 0.5 * (1 + Math.Cos(Math.PI * 0.03))))).Within(1e-12));
            Assert.That(schedule.At(0, 50), Is.EqualTo(2 * 0.55).Within(1e-12));
            Assert.That(schedule.At(0, 100), Is.EqualTo(0.2).Within(1e-12));
            Assert.That(schedule.At(0, 1000), Is.EqualTo(0.2).Within(1e-12));
            Assert.That(new Schedule([1.0, 3.0]).At(1, 7), Is.EqualTo(3));
            Assert.That(new[] { 0, 1, 4, 5 }.Select(step => new Schedule([2.0], WarmUpSteps: 4, WarmUpStart: 0).At(0, step)), Is.EqualTo([0, 0.5, 2, 2]));
        });
    }

    [Test]
    public void A_parameter_without_gradient_is_named()
    {
        var optimizer = new Sgd([Tensor.Zeros(device, [1, 3], requiresGrad: true)], Schedule.Constant(1));
        Assert.That(() => optimizer.Step(), Throws.TypeOf<HandmadeException>().With.Message.Contains("parameter 0 of shape [1, 3] has no gradient"));
    }

    private void AssertFollows(Func<IReadOnlyList<Tensor>, Optimizer> make, Func<double, double, int, int, double> formula)
    {
        var random = new Random(4);
        double[] expected = [.. Enumerable.Range(0, Count).Select(_ => random.NextDouble() - 0.5)];
        Tensor parameter = Tensor.From<double>(device, expected, [1, Count], requiresGrad: true);
        Optimizer optimizer = make([parameter]);
        for (int step = 1; step <= Steps; step++)
        {
            double[] gradient = [.. Enumerable.Range(0, Count).Select(_ => random.NextDouble() - 0.5)];
            parameter.Grad = Tensor.From<double>(device, gradient, [1, Count]);
            optimizer.Step();
            for (int i = 0; i < Count; i++) expected[i] = formula(expected[i], gradient[i], i, step);
            Assert.That(parameter.ToArray<double>(), Is.EqualTo(expected).Within(1e-12), $"after step {step}");
        }
    }
}
