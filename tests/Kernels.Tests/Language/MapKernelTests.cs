using Handmade.Kernels.Emulation;
using Handmade.Kernels.Host;
using Handmade.Kernels.OpenCl;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests.Language;

/// <summary>On the emulator, whose kernels call the host's functors: the bits must be equal.</summary>
public sealed class MapOnEmulatorTests : MapKernelTests
{
    private static readonly EmulatorDevice Shared = new();

    private protected override Device Device => Shared;

    private protected override void Same(TensorView expected, TensorView actual, string op)
    {
        Assert.That(Numbers(actual), Is.EqualTo(Numbers(expected)), op);
    }
}

/// <summary>On OpenCL, whose functions of floats round differently by a few units.</summary>
public sealed class MapOnOpenClTests : MapKernelTests
{
    private static readonly Lazy<OpenClDevice> Shared = new(() => new OpenClDevice());

    private protected override Device Device => Shared.Value;

    [SetUp]
    public void Need()
    {
        if (ClDevices.Missing is { } missing && Environment.GetEnvironmentVariable("CI") != "true") Assert.Ignore(missing);
    }

    private protected override void Same(TensorView expected, TensorView actual, string op) =>
        Assert.That(Numbers(actual), Is.EqualTo(Numbers(expected)).Within(1e-5), op);
}

/// <summary>Elementwise kernels on a device against the host, which computes the same functors over lanes.</summary>
public abstract class MapKernelTests
{
    private static readonly Shape Odd = [3, 5, 7];

    [Test]
    public void Dense_operands_give_the_bits_of_the_host() => Agree(device =>
    [
        Gelu.Erf(Floats(device, Odd)),
        Arithmetic.Add(Floats(device, Odd), Floats(device, Odd)),
        Relu.LeakyBackward(Floats(device, Odd), Floats(device, Odd), 0.1),
        Bounds.WhereLarger(Floats(device, Odd), Floats(device, Odd), Floats(device, Odd)),
        Sigmoid.Silu(Doubles(device, Odd)),
    ]);

    [Test]
    public void A_constant_stands_for_an_operand_at_any_place() => Agree(device =>
    [
        Arithmetic.Subtract(Floats(device, Odd), 0.75),
        Arithmetic.Subtract(0.75, Floats(device, Odd)),
        Bounds.Clamp(Doubles(device, Odd), -0.5, 0.25),
        Where.Select(Mask(device, Odd), 2, Floats(device, Odd)),
        Where.Select(Mask(device, Odd), Floats(device, Odd), 2),
    ]);

    [Test]
    public void Operands_broadcast_and_may_be_strided() => Agree(device =>
    [
        Arithmetic.Multiply(Floats(device, [3, 1, 7]), Floats(device, [5, 1])),
        Arithmetic.Divide(Floats(device, [7, 5, 3]).Permute(2, 1, 0), Floats(device, Odd)),
        Relu.Forward(Floats(device, Odd).Slice(2, 1, 3, 2)),
        Where.Select(Mask(device, [5, 1]), Floats(device, Odd), 0),
        Where.Select(Mask(device, Odd), 1, Floats(device, [1])),
        Arithmetic.Add(Floats(device, [2, 3, 2, 3, 2, 3]).Permute(5, 3, 1, 4, 2, 0), Floats(device, [3, 1, 3, 1, 2, 1])),
    ]);

    [Test]
    public void Comparisons_write_masks_and_read_them() => Agree(device =>
    [
        Compare.Less(Floats(device, Odd), Floats(device, [7])),
        Compare.Equal(Mask(device, Odd), Mask(device, Odd)),
        Compare.Equal(Mask(device, Odd), 0),
        Compare.NotEqual(device.From<int>([1, 2, 3], [3]), device.From<int>([1, 5, 3], [3])),
        Compare.Greater(1, Mask(device, [5, 1])),
    ]);

    [Test]
    public void Tensors_without_elements_and_scalars_are_fine() => Agree(device =>
    [
        Relu.Forward(Floats(device, [0, 4])),
        Relu.Forward(Floats(device, [])),
        Arithmetic.Add(Floats(device, []), Floats(device, [2, 2])),
    ]);

    private void Agree(Func<Device, TensorView[]> ops)
    {
        using var host = new HostDevice(1);
        TensorView[] expected = ops(host), actual = ops(Device);
        Assert.Multiple(() =>
        {
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.That(actual[i].Shape, Is.EqualTo(expected[i].Shape));
                Same(expected[i], actual[i], $"op {i}");
            }
        });
    }

    private protected abstract Device Device { get; }

    private protected abstract void Same(TensorView expected, TensorView actual, string op);

    private protected static double[] Numbers(TensorView tensor) => tensor.DType switch
    {
        DType.F32 => [.. tensor.ToArray<float>().Select(x => (double)x)],
        DType.F64 => tensor.ToArray<double>(),
        _ => [.. tensor.ToArray<byte>().Select(x => (double)x)],
    };

    private static TensorView Floats(Device device, Shape shape)
    {
        var random = new System.Random((int)shape.Count);
        return device.From<float>([.. Enumerable.Range(0, (int)shape.Count).Select(_ => (random.NextSingle() * 4) - 2)], shape);
    }

    private static TensorView Doubles(Device device, Shape shape)
    {
        var random = new System.Random((int)shape.Count);
        return device.From<double>([.. Enumerable.Range(0, (int)shape.Count).Select(_ => (random.NextDouble() * 4) - 2)], shape);
    }

    private static TensorView Mask(Device device, Shape shape)
    {
        var random = new System.Random((int)shape.Count);
        return device.From<byte>([.. Enumerable.Range(0, (int)shape.Count).Select(_ => (byte)random.Next(2))], shape);
    }
}
