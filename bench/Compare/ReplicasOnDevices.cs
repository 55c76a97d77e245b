using Handmade.Documentation;
using Handmade.Kernels;
using Handmade.Kernels.Accelerators;
using Handmade.Kernels.Host;
using Handmade.Model;

namespace Handmade.Bench;

/// <summary>
/// The addition toy in whole steps, a replica in each multiprocessor's shared memory, against our own fastest lone run by model steps per second: a captured step on one
/// thread of the host, or on the same device, whichever is faster. The goal is a GPU's.
/// </summary>
internal static class ReplicasOnDevices
{
    private const double Goal = 100;
    private const string What = "whole steps, width";

    private static readonly Unit PerSecond = new("model steps a second", seconds => 1 / seconds);

    public static IEnumerable<Comparison> Rows(Budget budget)
    {
        Accelerator[] devices = [.. Devices.All().Skip(1).Select(info => (Accelerator)Devices.Open(info.Name))];
        if (devices.All(device => device.IsProcessor)) yield return WithoutGpu(devices.FirstOrDefault(), budget);
        foreach (Accelerator device in devices)
        {
            if (device.IsProcessor && budget.Quick) continue;
            foreach (int width in (int[])[96, 64, 16])
            {
                using AdditionTraining many = Toy(device, Many(device), width);
                // An OpenCL GPU may offer less shared memory than its CUDA driver does.
                if (many.WholeStepsRefusal is null) yield return Row(device, many, width, budget);
            }
        }
        foreach (Accelerator device in devices) device.Dispose();
    }

    private static Comparison Row(Accelerator device, AdditionTraining many, int width, Budget budget)
    {
        using var host = new HostDevice(threads: 1);
        using AdditionTraining onHost = Toy(host, 1, width), onDevice = Toy(device, 1, width);
        using CapturedStep lone = host.Capture(() => [onHost.Step().View]), loneThere = device.Capture(() => [onDevice.Step().View]);
        const int steps = 16;
        Burst fromHost = Bursts.Of(() => lone.Replay(steps)), fromDevice = Bursts.Of(() =>
        {
            loneThere.Replay(steps);
            device.Synchronize();
        });
        return new Contest($"{What} {width}", $"R {Many(device)}, {Steps(device)} steps, {device.Name}", 1, PerSecond, device.IsProcessor ? null : Goal).AgainstBest(
            [("a lone run on one host thread", seconds => fromHost(seconds) / steps), ($"a lone run on {device.Name}", seconds => fromDevice(seconds) / steps)], Whole(device, many), budget);
    }

    private static Comparison WithoutGpu(Accelerator? device, Budget budget)
    {
        const int width = 64;
        if (device is not null)
        {
            using AdditionTraining many = Toy(device, Many(device), width);
            return new Contest($"{What} {width}", $"R {Many(device)}, {Steps(device)} steps, {device.Name}", 1, PerSecond, Goal).Without("our lone run, on a GPU", "a GPU", Whole(device, many), budget);
        }
        using var host = new HostDevice(threads: 1);
        using AdditionTraining one = Toy(host, 1, width);
        using CapturedStep lone = host.Capture(() => [one.Step().View]);
        return new Contest($"{What} {width}", "R 1, host", 1, PerSecond, Goal).Without("our lone run, on a GPU", "a GPU", Bursts.Of(() => lone.Replay()), budget);
    }

    private static Burst Whole(Accelerator device, AdditionTraining many)
    {
        Burst burst = Bursts.Of(() =>
        {
            many.Advance(Steps(device));
            device.Synchronize();
        });
        return seconds => burst(seconds) / (Steps(device) * (double)Many(device));
    }

    private static AdditionTraining Toy(Device device, int replicas, int width) =>
        new(device, [.. Enumerable.Range(1, replicas).Select(seed => (ulong)seed)], new AdditionOptions { Sizes = new AdditionToySizes { Width = width } });

    // Two groups for each multiprocessor: the second fills the waits of the first where both fit.
    private static int Many(Accelerator device) => device.IsProcessor ? 8 * device.Info.Units : 2 * device.Info.Units;

    private static int Steps(Accelerator device) => device.IsProcessor ? 16 : 256;
}
