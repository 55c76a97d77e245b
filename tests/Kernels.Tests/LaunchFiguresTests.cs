using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests;

/// <summary>Bytes and operations of launches: what profiles and benchmarks divide by time.</summary>
public sealed class LaunchFiguresTests : IDisposable
{
    private readonly HostDevice device = new(1);
    private readonly Scope scope;

    public LaunchFiguresTests() => scope = device.Scope();

    public void Dispose()
    {
        scope.Dispose();
        device.Dispose();
    }

    private TensorView Ones(params int[] extents) => Copy.Full(device, new Shape(extents), DType.F32, 1);

    private Launch Latest(Action action)
    {
        Launch? latest = null;
        device.Profile(time => latest = time.Launch);
        action();
        device.Profile(null);
        return latest!;
    }

    [Test]
    public void A_product_counts_two_operations_per_multiply_add_of_every_batch()
    {
        Launch launch = Latest(() => Kernels.Ops.Gemm.MatMul(Ones(3, 5, 7), Ones(7, 11)));
        Assert.That(launch.Flops, Is.EqualTo(2L * 3 * 5 * 7 * 11));
        Assert.That(launch.Bytes, Is.EqualTo(4 * ((3 * 5 * 7) + (7 * 11) + (3 * 5 * 11))), "b is one matrix, however often it is read");
    }

    [TestCase(AttentionMask.None, 36)]
    [TestCase(AttentionMask.ExcludeSelf, 30)]
    [TestCase(AttentionMask.Causal, 21)]
    public void Attention_counts_its_two_products_over_the_pairs_that_the_mask_allows(AttentionMask mask, int pairs)
    {
        TensorView qkv = Ones(2, 3, 6, 5), z = Ones(2, 3, 6, 5);
        Assert.That(Latest(() => Attention.Forward(qkv, qkv, qkv, z, mask, 1)).Flops, Is.EqualTo(2L * 3 * pairs * 5 * 4));
    }

    [Test]
    public void A_tensor_that_is_read_twice_moves_once_and_one_that_is_stretched_only_its_own_elements()
    {
        TensorView x = Ones(4, 5), row = Ones(5);
        Assert.Multiple(() =>
        {
            Assert.That(Latest(() => Arithmetic.Add(x, x)).Bytes, Is.EqualTo(4 * (20 + 20)));
            Assert.That(Latest(() => Arithmetic.Add(x, row.Expand([4, 5]))).Bytes, Is.EqualTo(4 * (20 + 5 + 20)));
            Assert.That(Latest(() => Copy.Fill(x, 2)).Bytes, Is.EqualTo(4 * 20));
        });
    }

    [Test]
    public void Moving_computes_nothing_and_reads_only_what_is_picked()
    {
        TensorView table = Ones(100, 3), indices = device.From<int>([4, 2], [2]);
        Launch launch = Latest(() => IndexSelect.Take(table, 0, indices));
        Assert.That((launch.Flops, launch.Bytes), Is.EqualTo((0L, (2 * 4) + (2 * 2 * 3 * 4L))));
        Assert.That(Latest(() => Copy.Clone(table)).Flops, Is.Zero);
    }

    [TestCase(DType.F32)]
    [TestCase(DType.F64)]
    public void The_peak_of_the_host_is_not_far_below_its_products(DType dtype)
    {
        double peak = MultiplyAdd.MeasurePeak(device, dtype);
        TensorView a = Copy.Full(device, [256, 256], dtype, 1);
        double best = 0;
        device.Profile(time => best = Math.Max(best, time.Launch!.Flops / (time.Duration * 1e-9)));
        for (int i = 0; i < 20; i++) Kernels.Ops.Gemm.MatMul(a, a);
        device.Profile(null);
        Assert.That(best, Is.LessThan(4 * peak), $"GFLOP/s: product {best / 1e9:0}, chains {peak / 1e9:0}");
    }
}
