using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Autograd.Tests;

public sealed class GradcheckTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    private Tensor Leaf(Shape shape, params double[] values) => Tensor.From<double>(device, values, shape, requiresGrad: true);

    [Test]
    public void A_right_rule_passes_and_the_inputs_are_put_back()
    {
        Tensor a = Leaf([2, 3], 1, -2, 3, 0.5, 4, -1), b = Leaf([3], 2, -1, 0.25);
        GradcheckResult result = Gradcheck.Run(x => x[0] * x[1] * x[0], [a, b]);
        Assert.That(result.Passed, result.Message);
        Assert.That(result.Message, Does.Contain("passed, 9 elements"));
        Assert.That(a.ToArray<double>(), Is.EqualTo(new[] { 1, -2, 3, 0.5, 4, -1 }));
        Assert.That(a.Grad, Is.Null);
    }

    [Test]
    public void A_wrong_rule_is_named_with_its_worst_element()
    {
        Tensor a = Leaf([2], 1, 2), b = Leaf([2, 3], 1, 2, 3, 4, 50, 6);
        // Wrong for b alone, and most of all where b is largest: the tape takes b·detach(b) to have slope b instead of 2b.
        GradcheckResult result = Gradcheck.Run(x => (x[1] * x[1].Detach()) + (x[0].Sum() * 3), [a, b]);
        Assert.Multiple(() =>
        {
            Assert.That(result.Passed, Is.False);
            Assert.That(result.Input, Is.EqualTo(1));
            Assert.That(result.Analytic, Is.EqualTo(result.Numeric / 2).Within(1e-6).Percent);
            Assert.That(result.Message, Does.StartWith("gradcheck: failed").And.Contain("input 1 at [").And.Contain("of [2, 3]"));
        });
    }

    [Test]
    public void A_gradient_that_is_no_number_fails()
    {
        Tensor x = Leaf([2], 1, 2);
        GradcheckResult result = Gradcheck.Run(x => x[0] * double.NaN, [x]);
        Assert.That(result.Passed, Is.False);
    }

    [Test]
    public void An_output_cut_off_from_the_tape_fails()
    {
        Tensor x = Leaf([2], 1, 2);
        Assert.That(Gradcheck.Run(x => x[0].Detach() * 2, [x]).Passed, Is.False);
        Assert.That(Gradcheck.Run(x => x[0].Detach() * 0, [x]).Passed, "its slope is zero indeed");
    }

    [Test]
    public void Only_inputs_that_require_a_gradient_are_moved()
    {
        Tensor x = Leaf([2], 1, 2), mask = Tensor.From<bool>(device, [true, false], [2]);
        GradcheckResult result = Gradcheck.Run(x =>
        {
            Assert.That(x[1].ToArray<bool>(), Is.EqualTo(new[] { true, false }));
            return x[0] * 2;
        }, [x, mask]);
        Assert.That(result.Passed, result.Message);
    }

    [Test]
    public void Second_gradients_pass_when_right()
    {
        Tensor x = Leaf([3], 0.3, -1.2, 0.8), y = Leaf([3], 2, 0.7, -1);
        GradcheckResult result = Gradgradcheck.Run(x => (x[0] * x[0] * x[1]).Tanh() / x[1], [x, y]);
        Assert.That(result.Passed, result.Message);
        Assert.That(result.Message, Does.Contain("passed, 9 elements"), "two inputs and the output's gradient");
    }

    [Test]
    public void Second_gradients_of_a_first_gradient_that_forgets_its_input_fail()
    {
        Tensor x = Leaf([3], 0.3, -1.2, 0.8);
        // A right first gradient whose rule reads a copy outside the tape: only the second gradient is wrong.
        static Tensor Square(Tensor x) => Tape.Record("square", (x * x).View, [x], (_, dy) => [dy * x.Detach() * 2]);
        Assert.That(Gradcheck.Run(x => Square(x[0]), [x]).Passed);
        GradcheckResult result = Gradgradcheck.Run(x => Square(x[0]), [x]);
        Assert.That(result.Passed, Is.False, result.Message);
        Assert.That(result.Input, Is.Zero);
    }

    [Test]
    public void Elements_can_be_sampled()
    {
        int calls = 0;
        Tensor x = Leaf([100], new double[100]);
        GradcheckResult result = Gradcheck.Run(x =>
        {
            calls++;
            return x[0] * 2;
        }, [x], new GradcheckOptions { ElementsPerInput = 10 });
        Assert.That(result.Message, Does.Contain("passed, 10 elements"));
        Assert.That(calls, Is.EqualTo(22));
    }

    [Test]
    public void Memory_is_given_back()
    {
        Tensor x = Leaf([3], 0.3, -1.2, 0.8);
        long before = device.BytesInUse;
        Gradcheck.Run(x => x[0].Tanh(), [x]);
        Gradgradcheck.Run(x => x[0].Tanh(), [x]);
        Assert.That(device.BytesInUse, Is.EqualTo(before));
    }

    [Test]
    public void Inputs_without_elements_pass()
    {
        GradcheckResult result = Gradcheck.Run(x => x[0] * 2, [Leaf([0, 3])]);
        Assert.That(result.Passed && result.Input == -1 && result.Error == 0);
    }

    [Test]
    public void Bad_inputs_are_one_sentence()
    {
        Tensor f32 = Tensor.Ones(device, [2], requiresGrad: true), constant = Tensor.Ones(device, [2], DType.F64);
        var repeated = new Tensor(constant.View.Expand([3, 2]), requiresGrad: true);
        Assert.Multiple(() =>
        {
            Assert.That(() => Gradcheck.Run(x => x[0], [f32]), Throws.TypeOf<HandmadeException>().With.Message.Contains("input 0 is f32 [2]"));
            Assert.That(() => Gradgradcheck.Run(x => x[0], [constant]), Throws.TypeOf<HandmadeException>().With.Message.Contains("none of the 1 inputs requires a gradient"));
            Assert.That(() => Gradcheck.Run(x => x[0], [repeated]), Throws.TypeOf<HandmadeException>().With.Message.Contains("repeats its elements along axis 0"));
        });
    }
}
