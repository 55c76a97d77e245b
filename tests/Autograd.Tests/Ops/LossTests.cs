using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Autograd.Tests.Ops;

public sealed class LossTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    [Test]
    public void The_mean_squared_error_of_many_floats_is_exact_to_the_last_digit()
    {
        const int n = 100_003;
        var random = new Random(3);
        float[] p = [.. Enumerable.Range(0, 2 * n).Select(_ => (float)random.NextDouble())], t = [.. p.Select(x => x + (float)random.NextDouble())];
        float[] y = Loss.MeanSquared(Tensor.From<float>(device, p, [2, n]), Tensor.From<float>(device, t, [2, n])).ToArray<float>();
        for (int r = 0; r < 2; r++)
        {
            double exact = Enumerable.Range(r * n, n).Average(i => (double)(p[i] - t[i]) * (p[i] - t[i]));
            Assert.That(y[r], Is.EqualTo((float)exact));
        }
    }

    [Test]
    public void A_replica_among_others_gives_the_bits_it_gives_alone()
    {
        var random = new Random(4);
        float[] values = [.. Enumerable.Range(0, 3 * 21 * 5).Select(_ => (float)(random.NextDouble() * 4))];
        int[] classes = [.. Enumerable.Range(0, 3 * 21).Select(_ => random.Next(5))];
        Tensor x = Tensor.From<float>(device, values, [3, 21, 5], requiresGrad: true), target = Tensor.Ones(device, [3, 21, 5]);
        Tensor named = Tensor.From<int>(device, classes, [3, 21]);
        (Loss.MeanSquared(x, target) + Loss.CrossEntropy(x, named)).Backward();
        for (int r = 0; r < 3; r++)
        {
            Tensor own = Tensor.From<float>(device, values.AsSpan(r * 105, 105), [1, 21, 5], requiresGrad: true);
            (Loss.MeanSquared(own, Tensor.Ones(device, own.Shape)) + Loss.CrossEntropy(own, Tensor.From<int>(device, classes.AsSpan(r * 21, 21), [1, 21]))).Backward();
            Assert.That(own.Grad!.ToArray<float>(), Is.EqualTo(x.Grad!.ToArray<float>()[(r * 105)..((r + 1) * 105)]), $"replica {r}");
        }
    }

    [Test]
    public void Confident_logits_overflow_nothing()
    {
        Tensor logits = Tensor.From<float>(device, [1000, -1000, 1000, -1000], [1, 2, 2]);
        Assert.That(Loss.CrossEntropy(logits, Tensor.From<int>(device, [0, 1], [1, 2])).Item<float>(), Is.EqualTo(1000));
    }

    [Test]
    public void A_class_that_is_none_is_an_error_now_and_nan_in_a_captured_step()
    {
        Tensor logits = Tensor.Zeros(device, [2, 1, 3], requiresGrad: true), classes = Tensor.From<int>(device, [0, 3], [2, 1]);
        Assert.That(() => Loss.CrossEntropy(logits, classes), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("cross_entropy: index 3 on axis 2 of [2, 1, 3]; use 0…2"));
        using CapturedStep step = device.Capture(() =>
        {
            Tensor loss = Loss.CrossEntropy(logits, classes);
            return [loss.View, Tensor.Gradients(loss, [logits])[0]!.View];
        });
        step.Replay();
        Assert.That(step.Results[0].ToArray<float>(), Is.EqualTo([MathF.Log(3), float.NaN]).Within(1e-6f));
        Assert.That(step.Results[1].ToArray<float>()[3..], Is.All.NaN);
    }

    [Test]
    public void Shapes_that_do_not_fit_are_one_sentence()
    {
        Tensor x = Tensor.Zeros(device, [2, 3]);
        Assert.That(() => Loss.MeanSquared(x, Tensor.Zeros(device, [3])), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("mean_squared: the target has shape [3]; it must be [2, 3]"));
        Assert.That(() => Loss.CrossEntropy(x, x), Throws.TypeOf<HandmadeException>().With.Message.StartsWith("cross_entropy: takes i32, not f32"));
    }
}
