using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests.Ops;

public sealed class ReduceTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    // One row that spans blocks, odd tails, and columns in several tiles and blocks.
    private static readonly int[][] shapes = [[1, 100_003], [3, 8_193], [1_025, 37], [600, 1_000], [7, 5, 3]];

    [TestCaseSource(nameof(shapes))]
    public void Long_sums_keep_the_accuracy_of_a_tree(int[] extents)
    {
        TensorView x = device.From<float>(Values(extents), new Shape(extents));
        foreach (int axis in new[] { 0, extents.Length - 1 })
        {
            double[] exact = Naive(x, axis);
            float[] sums = Sum.Over(x, axis).ToArray<float>();
            for (int i = 0; i < exact.Length; i++) Assert.That(sums[i], Is.EqualTo(exact[i]).Within(1e-6 * (1 + Math.Abs(exact[i])) + 2e-5));
        }
        double total = x.ToArray<float>().Sum(v => (double)v);
        Assert.That(Sum.Over(x).Item<float>(), Is.EqualTo(total).Within(1e-6 * Math.Abs(total) + 1e-3));
    }

    [TestCaseSource(nameof(shapes))]
    public void Threads_change_no_bit(int[] extents)
    {
        using var shared = new HostDevice(threads: 3);
        foreach (int axis in new[] { 0, extents.Length - 1 })
        {
            float[] alone = Sum.Over(device.From<float>(Values(extents), new Shape(extents)), axis).ToArray<float>();
            float[] together = Sum.Over(shared.From<float>(Values(extents), new Shape(extents)), axis).ToArray<float>();
            Assert.That(together, Is.EqualTo(alone));
        }
    }

    [Test]
    public void A_replica_among_others_gives_the_bits_it_gives_alone()
    {
        int[] extents = [3, 45, 5];
        TensorView all = device.From<float>(Values(extents), new Shape(extents));
        for (int r = 0; r < 3; r++)
        {
            TensorView alone = Copy.Contiguous(all.Slice(0, r, 1));
            foreach (int axis in new[] { 1, 2 })
            {
                Assert.That(Sum.Over(all, axis).Slice(0, r, 1).ToArray<float>(), Is.EqualTo(Sum.Over(alone, axis).ToArray<float>()), $"replica {r}, axis {axis}");
                Assert.That(Sum.Variance(all, true, axis).Slice(0, r, 1).ToArray<float>(), Is.EqualTo(Sum.Variance(alone, true, axis).ToArray<float>()));
            }
        }
    }

    [Test]
    public void A_nan_anywhere_is_the_maximum_and_minimum()
    {
        foreach (int place in new[] { 0, 3, 15, 16, 31, 34 })
        {
            float[] values = Values([35]);
            values[place] = float.NaN;
            Assert.That(Extremes.Max(device.From<float>(values, [35])).Item<float>(), Is.NaN, $"max, place {place}");
            Assert.That(Extremes.Min(device.From<float>(values, [35, 1]), 0).Item<float>(), Is.NaN, $"min, place {place}");
            Assert.That(Argmax.Over(device.From<float>(values, [35]), 0).Item<int>(), Is.EqualTo(place));
        }
    }

    [Test]
    public void Argmax_takes_the_first_of_equals_and_of_nans()
    {
        Assert.That(Argmax.Over(device.From<float>([1, 5, 2, 5], [4]), 0).Item<int>(), Is.EqualTo(1));
        Assert.That(Argmax.Over(device.From<float>([1, float.NaN, 9, float.NaN], [4]), 0).Item<int>(), Is.EqualTo(1));
        Assert.That(Argmax.Over(device.From<double>([1, 5, 2, 5, 5, 0], [3, 2]), 0).ToArray<int>(), Is.EqualTo([2, 0]));
    }

    [Test]
    public void Variance_is_exact_far_from_zero()
    {
        TensorView x = device.From<float>([1e6f, 1e6f + 1, 1e6f + 2], [3]);
        Assert.That(Sum.Variance(x, unbiased: true).Item<float>(), Is.EqualTo(1f));
        Assert.That(Sum.Variance(x, unbiased: false, 0).Item<float>(), Is.EqualTo(2f / 3).Within(1e-7f));
        Assert.That(Sum.Variance(device.From<float>([3], [1]), unbiased: true).Item<float>(), Is.NaN, "one sample has no unbiased variance");
    }

    [Test]
    public void Logsumexp_survives_large_and_infinite_values()
    {
        const float infinite = float.PositiveInfinity;
        TensorView x = device.From<float>([1000, 1000, -infinite, -infinite, -1000, -1001, infinite, 0], [4, 2]);
        float[] y = LogSumExp.Over(x, 1).ToArray<float>();
        Assert.That(y[0], Is.EqualTo(1000 + MathF.Log(2)).Within(1e-4f));
        Assert.That(y[1], Is.EqualTo(-infinite));
        Assert.That(y[2], Is.EqualTo(-1000 + MathF.Log(1 + MathF.Exp(-1))).Within(1e-4f));
        Assert.That(y[3], Is.EqualTo(infinite));
    }

    [Test]
    public void Nothing_sums_to_zero_has_no_mean_and_no_maximum()
    {
        TensorView x = device.Empty([2, 0], DType.F32);
        Assert.That(Sum.Over(x, 1).ToArray<float>(), Is.EqualTo([0f, 0]));
        Assert.That(Sum.Over(x, 0).Shape, Is.EqualTo(new Shape(1, 0)));
        Assert.That(Sum.Mean(x, 1).ToArray<float>(), Is.All.NaN);
        Assert.That(() => Extremes.Max(x, 1), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("max: axis 1 of [2, 0] has no elements; there is no max of nothing"));
    }

    [Test]
    public void Wrong_axes_are_one_sentence()
    {
        TensorView x = device.Empty([2, 3], DType.F32);
        Assert.That(() => Sum.Over(x, 2), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("sum: axis 2 of [2, 3]; use -2…1"));
        Assert.That(() => Sum.Over(x, 1, -1), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("sum: axis 1 of [2, 3] is named twice"));
        Assert.That(() => Sum.Over(device.Empty([2], DType.I32)), Throws.TypeOf<HandmadeException>().With.Message.StartsWith("sum: takes f32 or f64, not i32"));
    }

    private static float[] Values(int[] extents)
    {
        var random = new Random(11);
        return [.. Enumerable.Range(0, (int)new Shape(extents).Count).Select(_ => (float)(random.NextDouble() - 0.4))];
    }

    private static double[] Naive(TensorView x, int axis)
    {
        float[] values = x.ToArray<float>();
        int inner = (int)new Shape(x.Shape.Extents[(axis + 1)..]).Count, length = x.Shape[axis];
        var sums = new double[x.Count / length];
        for (int i = 0; i < values.Length; i++) sums[(i / (inner * length) * inner) + (i % inner)] += values[i];
        return sums;
    }
}
