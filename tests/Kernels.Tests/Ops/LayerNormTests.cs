using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests.Ops;

public sealed class LayerNormTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    [TestCase(32)]
    [TestCase(37)]
    public void A_replica_among_others_gives_the_bits_it_gives_alone(int d)
    {
        TensorView x = Random(1, [3, 150, d]), dy = Random(2, [3, 150, d]), weight = Random(3, [3, d]), bias = Random(4, [3, d]);
        var (y, mean, rstd) = LayerNorm.Forward(x, weight, bias);
        var (dx, dweight, dbias) = LayerNorm.Backward(dy, x, weight, mean, rstd);
        for (int r = 0; r < 3; r++)
        {
            TensorView Own(TensorView all) => Copy.Contiguous(all.Slice(0, r, 1));
            var alone = LayerNorm.Forward(Own(x), Own(weight), Own(bias));
            var slopes = LayerNorm.Backward(Own(dy), Own(x), Own(weight), alone.Mean, alone.Rstd);
            Assert.That(alone.Y.ToArray<float>(), Is.EqualTo(Own(y).ToArray<float>()), $"y of replica {r}");
            Assert.That(slopes.Dx.ToArray<float>(), Is.EqualTo(Own(dx).ToArray<float>()), $"dx of replica {r}");
            Assert.That(slopes.Dweight.ToArray<float>(), Is.EqualTo(Own(dweight).ToArray<float>()), $"dweight of replica {r}");
            Assert.That(slopes.Dbias.ToArray<float>(), Is.EqualTo(Own(dbias).ToArray<float>()), $"dbias of replica {r}");
        }
    }

    [Test]
    public void Threads_change_no_bit()
    {
        using var shared = new HostDevice(threads: 3);
        TensorView[] inputs = [Random(1, [2, 700, 96]), Random(2, [2, 96]), Random(3, [2, 96]), Random(4, [2, 700, 96])];
        float[][] Results(HostDevice device)
        {
            TensorView[] own = [.. inputs.Select(x => device.From<float>(x.ToArray<float>(), x.Shape))];
            var (y, mean, rstd) = LayerNorm.Forward(own[0], own[1], own[2]);
            var (dx, dweight, dbias) = LayerNorm.Backward(own[3], own[0], own[1], mean, rstd);
            return [.. new[] { y, dx, dweight, dbias }.Select(result => result.ToArray<float>())];
        }
        Assert.That(Results(shared), Is.EqualTo(Results(device)));
    }

    [Test]
    public void A_constant_row_becomes_the_bias_and_offsets_cost_no_digits()
    {
        TensorView one = Copy.Full(device, [3], DType.F32, 1), bias = device.From<float>([1, 2, 3], [3]);
        TensorView x = device.From<float>([7, 7, 7, 1e4f, 1e4f + 1, 1e4f + 2], [2, 3]);
        float[] y = LayerNorm.Forward(x, one, bias).Y.ToArray<float>();
        Assert.That(y[..3], Is.EqualTo([1f, 2, 3]));
        Assert.That(y[3], Is.EqualTo(1 - MathF.Sqrt(1.5f)).Within(1e-5f));
    }

    [Test]
    public void A_weight_of_another_shape_is_one_sentence()
    {
        TensorView x = device.Empty([4, 5, 6], DType.F32);
        TensorView Weight(params int[] shape) => device.Empty(new Shape(shape), DType.F32);
        Assert.That(() => LayerNorm.Forward(x, Weight(5), Weight(5)), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("layer_norm: weight [5] for x [4, 5, 6]; it must be [6] or [4, 6]"));
        Assert.That(() => LayerNorm.Forward(x, Weight(3, 6), Weight(3, 6)), Throws.TypeOf<HandmadeException>().With.Message.StartsWith("layer_norm: weight [3, 6]"));
        Assert.That(() => LayerNorm.Forward(x, Weight(6), Weight(1, 6)), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("layer_norm: the bias has shape [1, 6]; it must be [6]"));
    }

    private TensorView Random(int seed, int[] extents)
    {
        var random = new Random(seed);
        var shape = new Shape(extents);
        return device.From<float>([.. Enumerable.Range(0, (int)shape.Count).Select(_ => (float)(random.NextDouble() * 4 - 2))], shape);
    }
}
