using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests.Ops;

public sealed class SortTests : IDisposable
{
    private const float Infinite = float.PositiveInfinity;
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    [Test]
    public void Equals_keep_their_order_and_nan_is_largest()
    {
        TensorView x = device.From<float>([2, float.NaN, 0, -0f, -Infinite, 2, -float.NaN, Infinite], [8]);
        var (values, indices) = Sort.Along(x, 0);
        Assert.That(indices.ToArray<int>(), Is.EqualTo([4, 2, 3, 0, 5, 7, 1, 6]));
        Assert.That(values.ToArray<float>(), Is.EqualTo([-Infinite, 0, -0f, 2, 2, Infinite, float.NaN, float.NaN]));
        Assert.That(float.IsNegative(values.ToArray<float>()[2]), "the sign of zero goes along");
        Assert.That(Sort.Along(x, 0, descending: true).Indices.ToArray<int>(), Is.EqualTo([1, 6, 7, 0, 5, 2, 3, 4]));
        Assert.That(Sort.Along(Cast.To(x, DType.F64), 0, descending: true).Indices.ToArray<int>(), Is.EqualTo([1, 6, 7, 0, 5, 2, 3, 4]));
    }

    [Test]
    public void Integers_sort_over_their_whole_range()
    {
        TensorView x = device.From<int>([3, int.MinValue, -1, int.MaxValue, 0, -1], [6]);
        Assert.That(Sort.Along(x, 0).Values.ToArray<int>(), Is.EqualTo([int.MinValue, -1, -1, 0, 3, int.MaxValue]));
        Assert.That(Sort.Along(x, 0, descending: true).Indices.ToArray<int>(), Is.EqualTo([3, 0, 4, 2, 5, 1]));
    }

    [Test]
    public void Random_rows_agree_with_a_stable_sort_along_either_axis()
    {
        var random = new Random(9);
        float[] values = [.. Enumerable.Range(0, 40 * 70).Select(_ => (float)random.Next(30))];
        int[] along = Sort.Along(device.From<float>(values, [40, 70]), 1).Indices.ToArray<int>();
        int[] across = Copy.Contiguous(Sort.Along(Copy.Contiguous(device.From<float>(values, [40, 70]).Transpose(0, 1)), 0).Indices.Transpose(0, 1)).ToArray<int>();
        for (int row = 0; row < 40; row++)
        {
            int[] expected = [.. Enumerable.Range(0, 70).OrderBy(i => values[(row * 70) + i])];
            Assert.That(along[(row * 70)..((row + 1) * 70)], Is.EqualTo(expected));
            Assert.That(across[(row * 70)..((row + 1) * 70)], Is.EqualTo(expected));
        }
    }

    [Test]
    public void Running_sums_of_many_floats_lose_no_digits()
    {
        float[] tenths = [.. Enumerable.Repeat(0.1f, 1_000_000)];
        float[] y = Cumsum.Along(device.From<float>(tenths, [1_000_000]), 0).ToArray<float>();
        Assert.That(y[^1], Is.EqualTo((float)(1e6 * 0.1f)));
        Assert.That(Cumsum.Along(device.From<float>([1, 2, 3], [3]), 0, reverse: true).ToArray<float>(), Is.EqualTo([6f, 5, 3]));
    }
}
