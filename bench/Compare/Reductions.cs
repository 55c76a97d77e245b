using Handmade.Autograd;
using Handmade.Documentation;
using Handmade.Kernels;
using Handmade.Kernels.Accelerators;

namespace Handmade.Bench;

/// <summary>
/// Reductions on OpenCL and CUDA devices against the driver's own copy, by bytes that pass in a second: a reduction computes next to nothing,
/// so it should take as long as its bytes.
/// </summary>
internal static class Reductions
{
    private const double Goal = 0.85;

    // Bytes on both sides; 64 MiB of numbers are in no cache.
    private static readonly Unit Gigabytes = Unit.Gigabytes(1);

    public static IEnumerable<Comparison> Rows(Budget budget)
    {
        string[] names = [.. Devices.All().Skip(1).Select(info => info.Name)];
        if (names.Length == 0) yield return WithoutDevice(budget);
        foreach (string name in names)
        {
            using var device = (Accelerator)Devices.Open(name);
            yield return Row(device, "sum", [4096, 4096], x => x.Sum(), budget);
            yield return Row(device, "sum of rows", [4096, 4096], x => x.Sum([1]), budget);
            yield return Row(device, "sum of columns", [4096, 4096], x => x.Sum([0]), budget);
            yield return Row(device, "mean, middle axis", [64, 256, 1024], x => x.Mean([1]), budget);
            yield return Row(device, "max of rows", [4096, 4096], x => x.Max([1]), budget);
        }
    }

    private static Comparison Row(Accelerator device, string what, Shape shape, Func<Tensor, Tensor> reduce, Budget budget)
    {
        using CapturedStep step = Capture(device, shape, reduce);
        Burst ours = Bursts.Of(() =>
        {
            step.Replay();
            device.Synchronize();
        });
        double bytes = step.Launches.Sum(launch => launch.Bytes);
        return new Contest(what, $"{shape} f32 on {device.Name}", Environment.ProcessorCount, Gigabytes, Goal)
            .Against("the driver's copy", _ => 1 / device.MeasureCopyBandwidth(), seconds => ours(seconds) / bytes, budget);
    }

    private static Comparison WithoutDevice(Budget budget)
    {
        using Device host = Devices.Open("host");
        Shape shape = [4096, 4096];
        using CapturedStep step = Capture(host, shape, x => x.Sum());
        Burst ours = Bursts.Of(() => step.Replay());
        return new Contest("sum", $"{shape} f32 on host", Environment.ProcessorCount, Gigabytes)
            .Without("an OpenCL device's copy", "pocl-opencl-icd", seconds => ours(seconds) / (4.0 * shape.Count), budget);
    }

    private static CapturedStep Capture(Device device, Shape shape, Func<Tensor, Tensor> reduce)
    {
        Tensor x = new(Handmade.Kernels.Ops.Copy.Full(device, shape, DType.F32, 1));
        return device.Capture(() => [reduce(x).View]);
    }
}
