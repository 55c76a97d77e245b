using Handmade.Kernels.Host;

namespace Handmade.Kernels.Tests;

public sealed class RandomStreamTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    [Test]
    public void A_replica_draws_by_its_own_seed_and_not_by_its_place()
    {
        float[] Row(ulong[] seeds, int r) => new RandomStream(device, seeds, stream: 3).Normal([seeds.Length, 33]).Slice(0, r, 1).ToArray<float>();
        Assert.That(Row([5, 1UL << 40, 9], 1), Is.EqualTo(Row([1UL << 40], 0)));
        Assert.That(Row([5, 9], 0), Is.Not.EqualTo(Row([5, 9], 1)));
        Assert.That(new RandomStream(device, [5], stream: 4).Normal([1, 33]).ToArray<float>(), Is.Not.EqualTo(Row([5], 0)), "another stream");
    }

    [Test]
    public void Numbers_are_those_of_the_blocks_at_the_position()
    {
        var stream = new RandomStream(device, [11], stream: 2);
        int[] first = stream.Integers([1, 5], 1000).ToArray<int>(), second = stream.Integers([1, 5], 1000).ToArray<int>();
        var (a, b, c, d) = Philox.Block(11, 2, 0);
        Assert.That(first[..4], Is.EqualTo(new[] { a, b, c, d }.Select(word => (int)((ulong)word * 1000 >> 32))));
        Assert.That(first[4], Is.EqualTo((int)((ulong)Philox.Block(11, 2, 1).A * 1000 >> 32)));
        Assert.That(second[0], Is.EqualTo((int)((ulong)Philox.Block(11, 2, 2).A * 1000 >> 32)), "a draw begins at a whole block");

        stream = new RandomStream(device, [11], stream: 2);
        double[] uniform = stream.Uniform([1, 3], dtype: DType.F64).ToArray<double>(), normal = stream.Normal([1, 3], 10, 2, DType.F64).ToArray<double>();
        Assert.That(uniform[2], Is.EqualTo(Philox.Uniform(11, 2, 1).First));
        Assert.That(normal, Is.EqualTo([10 + (2 * Philox.Normal(11, 2, 2).First), 10 + (2 * Philox.Normal(11, 2, 2).Second), 10 + (2 * Philox.Normal(11, 2, 3).First)]).Within(1e-13));
    }

    [Test]
    public unsafe void Blocks_drawn_side_by_side_have_the_bits_of_blocks_drawn_alone()
    {
        const ulong Seed = 0xFEDCBA9876543210, Stream = 0x0F1E2D3C4B5A6978, Index = (1UL << 32) - 5;
        const int Blocks = 19;
        uint* words = stackalloc uint[4 * Blocks];
        PhiloxWords.Write(Seed, Stream, Index, words, 4 * Blocks);
        for (int i = 0; i < Blocks; i++)
            Assert.That((words[4 * i], words[(4 * i) + 1], words[(4 * i) + 2], words[(4 * i) + 3]), Is.EqualTo(Philox.Block(Seed, Stream, Index + (ulong)i)), $"block {i}");
    }

    [Test]
    public void A_saved_state_goes_on_where_it_stood()
    {
        var stream = new RandomStream(device, [1, 2]);
        stream.Uniform([2, 7]);
        int[] saved = stream.State.ToArray<int>();
        float[] expected = stream.Uniform([2, 7]).ToArray<float>();
        var other = new RandomStream(device, [8, 9]);
        other.State.CopyFrom<int>(saved);
        Assert.That(other.Uniform([2, 7]).ToArray<float>(), Is.EqualTo(expected));
    }

    [Test]
    public void The_position_carries_into_its_upper_word()
    {
        var stream = new RandomStream(device, [1]);
        stream.State.CopyFrom<int>([1, 0, 0, 0, -1, 0]);
        int[] drawn = stream.Integers([1, 8], int.MaxValue).ToArray<int>();
        Assert.That(stream.State.ToArray<int>(), Is.EqualTo([1, 0, 0, 0, 1, 1]));
        Assert.That(drawn[4], Is.EqualTo((int)((ulong)Philox.Block(1, 0, 1UL << 32).A * int.MaxValue >> 32)));
    }

    [Test]
    public void A_replay_draws_fresh_numbers_with_the_bits_of_the_eager_step()
    {
        RandomStream eager = new(device, [3, 4]), captured = new(device, [3, 4]);
        TensorView[] Step(RandomStream stream) => [stream.Normal([2, 17]), stream.Integers([2, 8], 120_000), stream.Permutation(9), stream.Uniform([2, 1], -1, 1, DType.F64)];
        using CapturedStep step = device.Capture(() => Step(captured));
        var seen = new HashSet<float>();
        for (int i = 0; i < 5; i++)
        {
            TensorView[] expected = Step(eager);
            step.Replay();
            Assert.That(step.Results[0].ToArray<float>(), Is.EqualTo(expected[0].ToArray<float>()));
            Assert.That(step.Results[1].ToArray<int>(), Is.EqualTo(expected[1].ToArray<int>()));
            Assert.That(step.Results[2].ToArray<int>(), Is.EqualTo(expected[2].ToArray<int>()));
            Assert.That(step.Results[3].ToArray<double>(), Is.EqualTo(expected[3].ToArray<double>()));
            Assert.That(seen.Add(expected[0].ToArray<float>()[0]), "fresh numbers each time");
        }
    }

    [Test]
    public void Large_draws_have_the_same_bits_on_any_number_of_threads_and_begin_like_small_ones()
    {
        using var four = new HostDevice(threads: 4);
        float[] large = new RandomStream(device, [7, 8]).Normal([2, 50_001]).ToArray<float>(), shared = new RandomStream(four, [7, 8]).Normal([2, 50_001]).ToArray<float>();
        Assert.That(large.AsSpan().SequenceEqual(shared));
        Assert.That(new RandomStream(device, [7]).Normal([1, 1025]).ToArray<float>(), Is.EqualTo(large[..1025]));
        double[] wide = new RandomStream(four, [7]).Normal([1, 50_001], dtype: DType.F64).ToArray<double>();
        Assert.That(new RandomStream(device, [7]).Normal([1, 513], dtype: DType.F64).ToArray<double>(), Is.EqualTo(wide[..513]));
    }

    [TestCase(DType.F32)]
    [TestCase(DType.F64)]
    public void Normal_numbers_have_the_moments_of_a_normal_and_no_correlation_of_neighbours(DType dtype)
    {
        const int Count = 400_000;
        TensorView drawn = new RandomStream(device, [1]).Normal([1, Count], 3, 2, dtype);
        double[] z = dtype == DType.F32 ? [.. drawn.ToArray<float>().Select(x => (x - 3.0) / 2)] : [.. drawn.ToArray<double>().Select(x => (x - 3) / 2)];
        using (Assert.EnterMultipleScope())
        {
            Assert.That(z.Average(), Is.EqualTo(0).Within(0.007));
            Assert.That(z.Average(x => x * x), Is.EqualTo(1).Within(0.01));
            Assert.That(z.Average(x => x * x * x * x), Is.EqualTo(3).Within(0.07));
            Assert.That(z.Zip(z.Skip(1), (x, y) => x * y).Average(), Is.EqualTo(0).Within(0.007));
            Assert.That(z.Count(x => Math.Abs(x) > 3), Is.InRange(960, 1200), "0.27 % lie outside three standard deviations");
        }
    }

    [Test]
    public void Integers_and_uniform_numbers_fill_their_range_evenly()
    {
        const int Count = 200_000;
        var stream = new RandomStream(device, [2]);
        double ChiSquare(IEnumerable<int> bins) => bins.GroupBy(bin => bin).Sum(group => Math.Pow(group.Count() - (Count / 20.0), 2) / (Count / 20.0));
        Assert.That(ChiSquare(stream.Integers([1, Count], 20).ToArray<int>()), Is.InRange(5, 45), "19 degrees of freedom: outside with probability 0.001");
        Assert.That(ChiSquare(stream.Uniform([1, Count], -10, 10).ToArray<float>().Select(x => (int)Math.Floor(x))), Is.InRange(5, 45));
        Assert.That(stream.Uniform([1, 100], 1, Math.BitIncrement(1.0), DType.F64).ToArray<double>(), Is.All.EqualTo(1), "never the upper end");
        Assert.That(stream.Uniform([1, 100], 1, 1 + MathF.ScaleB(1, -22)).ToArray<float>().Distinct().Order(), Is.EqualTo([1f, MathF.BitIncrement(1)]));
    }

    [Test]
    public void Permutations_hold_every_number_once_and_all_orders_come_equally_often()
    {
        const int Count = 6000;
        var stream = new RandomStream(device, [.. Enumerable.Range(0, Count).Select(r => (ulong)r)]);
        int[][] orders = [.. stream.Permutation(3).ToArray<int>().Chunk(3)];
        double chiSquare = orders.GroupBy(order => (order[0] * 9) + (order[1] * 3) + order[2]).Sum(group => Math.Pow(group.Count() - (Count / 6.0), 2) / (Count / 6.0));
        Assert.That(chiSquare, Is.LessThan(25), "5 degrees of freedom");
        var one = new RandomStream(device, [1]);
        foreach (int n in new[] { 0, 1, 2, 257, 1000 }) Assert.That(one.Permutation(n).ToArray<int>().Order(), Is.EqualTo(Enumerable.Range(0, n)));
    }

    [Test]
    public void Bad_draws_are_one_sentence()
    {
        var stream = new RandomStream(device, [1, 2]);
        Assert.Multiple(() =>
        {
            Assert.That(() => new RandomStream(device, []), Throws.TypeOf<HandmadeException>());
            Assert.That(() => stream.Normal([3, 4]), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("normal: shape [3, 4] from a stream of 2 replicas; the first extent must be 2"));
            Assert.That(() => stream.Normal([2], sd: -1), Throws.TypeOf<HandmadeException>());
            Assert.That(() => stream.Normal([2], dtype: DType.I32), Throws.TypeOf<HandmadeException>().With.Message.Contains("it draws f32 or f64"));
            Assert.That(() => stream.Uniform([2], 1, 1), Throws.TypeOf<HandmadeException>());
            Assert.That(() => stream.Uniform([2], 1, 1 + 1e-12), Throws.TypeOf<HandmadeException>().With.Message.Contains("in f32"));
            Assert.That(() => stream.Integers([2], 0), Throws.TypeOf<HandmadeException>());
        });
    }
}
