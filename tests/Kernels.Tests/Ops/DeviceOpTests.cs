using Handmade.Kernels.Emulation;
using Handmade.Kernels.Host;
using Handmade.Testing;

namespace Handmade.Kernels.Tests.Ops;

/// <summary>Kernels of ops against the host's twins, on the emulator and on the machine's devices.</summary>
[TestFixtureSource(typeof(DeviceOpTests), nameof(Words))]
public abstract class DeviceOpTests(string word)
{
    private static readonly EmulatorDevice emulator = new();

    /// <summary>As <c>--device</c> names them.</summary>
    public static IEnumerable<string> Words => ["emulator", .. NeedsDevice.Words];

    /// <summary>The device under test; all fixtures share it, because it keeps what it has compiled.</summary>
    protected Device Device => IsEmulator ? emulator : NeedsDevice.Shared(word);

    /// <summary>True where a thread of the kernel is a call in C#: keep shapes small.</summary>
    protected bool IsEmulator => word == "emulator";

    /// <summary>Runs the ops on the host and on the device. Results must have the same bits, floats within the tolerance if one is given.</summary>
    protected void Agree(Func<Device, TensorView[]> ops, double within = 0)
    {
        using var host = new HostDevice(1);
        TensorView[] expected = ops(host), actual = ops(Device);
        Assert.That(actual, Has.Length.EqualTo(expected.Length));
        using (Assert.EnterMultipleScope())
        {
            for (int i = 0; i < expected.Length; i++)
            {
                Assert.That(actual[i].Shape, Is.EqualTo(expected[i].Shape), $"result {i}");
                Assert.That(actual[i].DType, Is.EqualTo(expected[i].DType), $"result {i}");
                double[] wanted = Numbers(expected[i]), got = Numbers(actual[i]);
                Assert.That(got, within == 0 ? Is.EqualTo(wanted) : Is.EqualTo(wanted).Within(within), $"result {i}");
            }
        }
    }

    protected static double[] Numbers(TensorView tensor) => tensor.DType switch
    {
        DType.F32 => [.. tensor.ToArray<float>().Select(x => (double)x)],
        DType.F64 => tensor.ToArray<double>(),
        DType.I32 => [.. tensor.ToArray<int>().Select(x => (double)x)],
        _ => [.. tensor.ToArray<byte>().Select(x => (double)x)],
    };

    /// <summary>Numbers of any type that differ from each other, some below zero.</summary>
    protected static TensorView Some(Device device, Shape shape, DType dtype = DType.F32)
    {
        var random = new Random(17 + (int)shape.Count);
        double[] numbers = [.. Enumerable.Range(0, (int)shape.Count).Select(_ => (random.NextDouble() * 200) - 100)];
        return dtype switch
        {
            DType.F32 => device.From<float>([.. numbers.Select(x => (float)x)], shape),
            DType.F64 => device.From<double>(numbers, shape),
            DType.I32 => device.From<int>([.. numbers.Select(x => (int)x)], shape),
            _ => device.From<byte>([.. numbers.Select(x => x > 0 ? (byte)1 : (byte)0)], shape),
        };
    }

    protected static readonly DType[] AllTypes = [DType.F32, DType.F64, DType.I32, DType.Bool];
}
