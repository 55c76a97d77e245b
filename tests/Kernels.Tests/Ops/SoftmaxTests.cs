using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests.Ops;

public sealed class SoftmaxTests : IDisposable
{
    private const float Infinite = float.PositiveInfinity;
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    [Test]
    public void Masked_elements_get_nothing_and_a_masked_row_is_nan()
    {
        float[] y = Softmax.Forward(device.From<float>([1, -Infinite, 1, -Infinite, -Infinite, -Infinite], [2, 3])).ToArray<float>();
        Assert.That(y[..3], Is.EqualTo([0.5f, 0, 0.5f]));
        Assert.That(y[3..], Is.All.NaN);
        Assert.That(Softmax.LogForward(device.From<float>([-Infinite, -Infinite], [2])).ToArray<float>(), Is.All.NaN);
    }

    [Test]
    public void A_nan_stays_in_its_row()
    {
        var values = new float[3 * 20];
        values[20 + 17] = float.NaN;
        float[] y = Softmax.Forward(device.From<float>(values, [3, 20])).ToArray<float>();
        Assert.That(y[20..40], Is.All.NaN);
        Assert.That(y[..20], Is.All.EqualTo(0.05f).Within(1e-8f));
        Assert.That(y[40..], Is.EqualTo(y[..20]));
    }

    [Test]
    public void Large_values_overflow_nothing()
    {
        TensorView x = device.From<float>([1e4f, 1e4f - 1, -1e4f], [3]);
        Assert.That(Softmax.Forward(x).ToArray<float>()[1], Is.EqualTo(1 / (1 + Math.E)).Within(1e-6));
        Assert.That(Softmax.LogForward(x).ToArray<float>(), Is.EqualTo([-0.31326169f, -1.31326169f, -20000.3133f]).Within(1e-4f).Percent);
    }

    [Test]
    public void A_row_gives_the_same_bits_wherever_it_stands()
    {
        var random = new Random(5);
        float[] row = [.. Enumerable.Range(0, 41).Select(_ => (float)random.NextDouble())], many = [.. Enumerable.Repeat(row, 37).SelectMany(x => x)];
        float[] alone = Softmax.Forward(device.From<float>(row, [41])).ToArray<float>(), all = Softmax.Forward(device.From<float>(many, [37, 41])).ToArray<float>();
        for (int r = 0; r < 37; r++) Assert.That(all[(r * 41)..((r + 1) * 41)], Is.EqualTo(alone), $"row {r}");
    }
}
