using Handmade.Kernels.Emulation;
using Handmade.Kernels.Host;
using Handmade.Kernels.OpenCl;
using Handmade.Kernels.Ops;
using Products = Handmade.Kernels.Ops.Gemm;

namespace Handmade.Kernels.Tests.Ops;

/// <summary>The kernels of processors as C#.</summary>
public sealed class ProductsOnEmulatorTests : DeviceProductTests
{
    private static readonly EmulatorDevice Shared = new();

    private protected override Device Device => Shared;
}

/// <summary>The kernels of processors on OpenCL.</summary>
public sealed class ProductsOnOpenClTests : DeviceProductTests
{
    private static readonly Lazy<OpenClDevice> Shared = new(() => new OpenClDevice { IsProcessor = true });

    private protected override Device Device => Shared.Value;

    private protected override bool IsFast => true;

    [SetUp]
    public void Need()
    {
        if (ClDevices.Missing is { } missing && Environment.GetEnvironmentVariable("CI") != "true") Assert.Ignore(missing);
    }
}

/// <summary>The kernels of GPUs, on whatever runs OpenCL here.</summary>
public sealed class ProductsInTilesTests : DeviceProductTests
{
    private static readonly Lazy<OpenClDevice> Shared = new(() => new OpenClDevice { IsProcessor = false });

    private protected override Device Device => Shared.Value;

    private protected override bool IsFast => true;

    [SetUp]
    public void Need()
    {
        if (ClDevices.Missing is { } missing && Environment.GetEnvironmentVariable("CI") != "true") Assert.Ignore(missing);
    }
}

/// <summary>Matrix products and attention on a device against the host.</summary>
public abstract class DeviceProductTests
{
    private protected abstract Device Device { get; }

    /// <summary>False for the emulator, which takes no more than a few elements.</summary>
    private protected virtual bool IsFast => false;

    [Test]
    public void Products_of_odd_extents_agree_with_the_host()
    {
        (int M, int N, int K)[] small = [(1, 1, 1), (5, 7, 3), (4, 16, 2), (17, 9, 33)], all = [.. small, (1, 129, 67), (67, 1, 40), (65, 33, 17), (70, 130, 20), (150, 140, 35), (9, 19, 771)];
        Agree(device => [.. (IsFast ? all : small).SelectMany(s => new[]
        {
            Products.MatMul(Numbers<float>(device, [s.M, s.K]), Numbers<float>(device, [s.K, s.N])),
            Products.MatMul(Numbers<double>(device, [s.M, s.K]), Numbers<double>(device, [s.N, s.K]).Transpose(0, 1)),
        })]);
    }

    [Test]
    public void Operands_may_be_transposed_stretched_and_far_apart() => Agree(device =>
    [
        Products.MatMul(Numbers<float>(device, [6, 5]).Transpose(0, 1), Numbers<float>(device, [3, 6]).Transpose(0, 1)),
        Products.MatMul(Numbers<float>(device, [3, 1, 4, 6]), Numbers<float>(device, [2, 6, 5])),
        Products.MatMul(Numbers<float>(device, [2, 3, 4, 5]).Permute(1, 0, 2, 3), Numbers<float>(device, [5, 3])),
        Products.MatMul(Numbers<double>(device, [9, 50]).Slice(0, 1, 4, 2).Slice(1, 3, 9, 5), Numbers<double>(device, [9, 1]).Expand([9, 18])),
        Products.MatMul(Numbers<float>(device, [3, 70000]).Slice(1, 7, 2, 69000), Numbers<float>(device, [2, 2])),
        Products.MatMul(Numbers<float>(device, [2, 2, 2, 2, 3]).Permute(2, 0, 1, 4, 3), Numbers<float>(device, [2, 2, 2, 2, 3]).Permute(1, 0, 2, 3, 4)),
    ]);

    [Test]
    public void Products_without_elements_and_without_depth_are_fine() => Agree(device =>
    [
        Products.MatMul(Numbers<float>(device, [0, 3]), Numbers<float>(device, [3, 2])),
        Products.MatMul(Numbers<float>(device, [2, 3]), Numbers<float>(device, [3, 0])),
        Products.MatMul(Numbers<float>(device, [0, 2, 3]), Numbers<float>(device, [3, 2])),
        Products.MatMul(Numbers<float>(device, [3, 0]), Numbers<float>(device, [0, 5])),
        Products.Linear(Numbers<float>(device, [2, 0]), Numbers<float>(device, [3, 0]), Numbers<float>(device, [3]), Numbers<float>(device, [2, 3])),
    ]);

    [Test]
    public void Bias_residual_and_activation_follow_the_product() => Agree(device =>
    {
        TensorView x = Numbers<float>(device, [2, 3, 5, 4]), w = Numbers<float>(device, [2, 19, 4]), bias = Numbers<float>(device, [19, 2]).Transpose(0, 1);
        TensorView deep = Numbers<float>(device, [5, 397]), wide = Numbers<float>(device, [3, 397]);
        (TensorView kept, TensorView gelu) = Products.LinearActivated(x, w, bias, Activation.Gelu);
        (TensorView doubleKept, TensorView relu) = Products.LinearActivated(Numbers<double>(device, [5, 7]), Numbers<double>(device, [3, 7]), null, Activation.Relu);
        (TensorView deepKept, TensorView deepTanh) = Products.LinearActivated(deep, wide, Numbers<float>(device, [3]), Activation.GeluTanh);
        return
        [
            Products.Linear(x, w, bias, null), Products.Linear(x, w, bias, Numbers<float>(device, [2, 3, 5, 19])), Products.Linear(x, w, null, Numbers<float>(device, [2, 3, 5, 19])),
            gelu, relu, deepTanh, Products.ActivationBackward(kept, gelu, Activation.Gelu),
            Products.ActivationBackward(doubleKept, relu, Activation.Relu), Products.ActivationBackward(deepKept, deepTanh, Activation.GeluTanh), Products.Linear(deep, wide, Numbers<float>(device, [3]), Numbers<float>(device, [5, 3])),
        ];
    });

    [Test]
    public void Attention_agrees_with_the_host_for_every_mask_and_odd_sizes([Values] AttentionMask mask)
    {
        (int Batch, int Heads, int N, int D)[] small = [(1, 1, 2, 1), (2, 3, 5, 4), (1, 2, 17, 3)], all = [.. small, (2, 2, 33, 8), (1, 1, 31, 67), (1, 2, 9, 131), (1, 1, 131, 4), (1, 1, 257, 16)];
        if (mask != AttentionMask.ExcludeSelf) (small, all) = ([.. small, (2, 1, 1, 3)], [.. all, (2, 1, 1, 3)]);
        Agree(device => [.. (IsFast ? all : small).SelectMany(s =>
            Attend<float>(device, s.Batch, s.Heads, s.N, s.D, mask).Concat(s.N > 200 || s.D > 100 ? [] : Attend<double>(device, s.Batch, s.Heads, s.N, s.D, mask)))]);
    }

    [Test]
    public void Attention_without_tokens_heads_or_features_is_fine() => Agree(device =>
        [.. Attend<float>(device, 2, 2, 0, 4, AttentionMask.None), .. Attend<float>(device, 0, 2, 3, 4, AttentionMask.None), .. Attend<float>(device, 1, 2, 3, 0, AttentionMask.Causal)]);

    [Test]
    public void A_NaN_spreads_over_the_weights_of_its_query_alone()
    {
        TensorView q = Device.From<float>([1, float.NaN, 2], [1, 3, 1]), k = Numbers<float>(Device, [1, 3, 1]), z = Device.Empty([1, 3, 1], DType.F32);
        float[] pattern = Attention.Forward(q, k, k, z, AttentionMask.None, 1).ToArray<float>();
        Assert.That(pattern.Select(float.IsNaN), Is.EqualTo([false, false, false, true, true, true, false, false, false]));
        Assert.That(z.ToArray<float>().Select(float.IsNaN), Is.EqualTo([false, true, false]));
    }

    [Test]
    public void Replays_of_products_and_attention_give_the_bits_of_the_eager_pass()
    {
        int depth = IsFast ? 700 : 20, n = IsFast ? 19 : 3;
        TensorView x = Numbers<float>(Device, [9, depth]), w = Numbers<float>(Device, [5, depth]), bias = Numbers<float>(Device, [5]);
        TensorView qkv = Numbers<float>(Device, [1, n, 3, 2, 6]), dz = Numbers<float>(Device, [1, n, 2, 6]);
        TensorView[] Pass() => [Products.LinearActivated(x, w, bias, Activation.Gelu).Activated, .. Attend(qkv, dz, AttentionMask.Causal)];
        float[][] eager = [.. Pass().Select(tensor => tensor.ToArray<float>())];
        using CapturedStep step = Device.Capture(Pass);
        for (int replay = 0; replay < 3; replay++)
        {
            step.Replay();
            for (int i = 0; i < eager.Length; i++) Assert.That(step.Results[i].ToArray<float>(), Is.EqualTo(eager[i]), $"result {i}");
        }
    }

    // The pattern, z, and the gradient of the packed projections.
    private static TensorView[] Attend<T>(Device device, int batch, int heads, int n, int d, AttentionMask mask) where T : unmanaged =>
        Attend(Numbers<T>(device, [batch, n, 3, heads, d]), Numbers<T>(device, [batch, n, heads, d]), mask);

    private static TensorView[] Attend(TensorView qkv, TensorView dz, AttentionMask mask)
    {
        TensorView z = qkv.Device.Empty(dz.Shape, dz.DType), dqkv = qkv.Device.Empty(qkv.Shape, qkv.DType);
        double scale = 1 / Math.Sqrt(Math.Max(dz.Shape[^1], 1));
        TensorView pattern = Attention.Forward(Part(qkv, 0), Part(qkv, 1), Part(qkv, 2), z.Transpose(-2, -3), mask, scale);
        Attention.Backward(Part(qkv, 0), Part(qkv, 1), Part(qkv, 2), pattern, dz.Transpose(-2, -3), scale, Part(dqkv, 0), Part(dqkv, 1), Part(dqkv, 2));
        return [pattern, z, dqkv];
    }

    private static TensorView Part(TensorView packed, int which) => packed.Slice(-3, which, 1).Squeeze(-3).Transpose(-2, -3);

    private void Agree(Func<Device, TensorView[]> ops)
    {
        using var host = new HostDevice(1);
        TensorView[] expected = ops(host), actual = ops(Device);
        Assert.Multiple(() =>
        {
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.That(actual[i].Shape, Is.EqualTo(expected[i].Shape));
                Assert.That(Doubles(actual[i]), Is.EqualTo(Doubles(expected[i])).Within(expected[i].DType == DType.F32 ? 2e-5 : 1e-12), $"{expected[i]}, result {i}");
            }
        });
    }

    private static double[] Doubles(TensorView tensor) => tensor.DType == DType.F32 ? [.. tensor.ToArray<float>().Select(x => (double)x)] : tensor.ToArray<double>();

    private static TensorView Numbers<T>(Device device, Shape shape) where T : unmanaged
    {
        var random = new System.Random((int)shape.Count + shape.Rank);
        var numbers = new double[shape.Count];
        for (int i = 0; i < numbers.Length; i++) numbers[i] = random.NextDouble() - 0.5;
        return typeof(T) == typeof(float) ? device.From<float>([.. numbers.Select(x => (float)x)], shape) : device.From<double>(numbers, shape);
    }
}
