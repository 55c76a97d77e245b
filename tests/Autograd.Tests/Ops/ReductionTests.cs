using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Autograd.Tests.Ops;

public sealed class ReductionTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    [Test]
    public void Equal_extremes_share_the_gradient()
    {
        Tensor x = Tensor.From<double>(device, [3, 1, 3, 1, 2, 0], [2, 3], requiresGrad: true);
        x.Max([1]).Backward();
        Assert.That(x.Grad!.ToArray<double>(), Is.EqualTo([0.5, 0, 0.5, 0, 1, 0]));
        x.Grad = null;
        x.Min().Backward();
        Assert.That(x.Grad!.ToArray<double>(), Is.EqualTo([0, 0, 0, 0, 0, 1.0]));
    }

    [Test]
    public void Axes_leave_or_stay_with_extent_one()
    {
        Tensor x = Tensor.Zeros(device, [2, 3, 4]);
        Assert.That(x.Sum().Shape, Is.EqualTo(new Shape()));
        Assert.That(x.Mean([0, -1]).Shape, Is.EqualTo(new Shape(3)));
        Assert.That(x.Var([0, -1], keepAxes: true).Shape, Is.EqualTo(new Shape(1, 3, 1)));
        Assert.That(x.Argmax(1).Shape, Is.EqualTo(new Shape(2, 4)));
    }

    [Test]
    public void The_gradient_of_a_broadcast_is_a_sum()
    {
        Tensor bias = Tensor.Zeros(device, [1, 3], requiresGrad: true), x = Tensor.Ones(device, [5, 2, 3]);
        (x + bias).Sum().Backward();
        Assert.That(bias.Grad!.Shape, Is.EqualTo(bias.Shape));
        Assert.That(bias.Grad!.ToArray<float>(), Is.All.EqualTo(10));
    }
}
