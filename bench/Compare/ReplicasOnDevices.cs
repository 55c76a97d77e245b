using Handmade.Documentation;
using Handmade.Kernels;
using Handmade.Kernels.Accelerators;
using Handmade.Kernels.Host;
using Handmade.Model;

namespace Handmade.Bench;

/// <summary>
/// Many addition toys on a device against our own fastest lone run by model steps per second: a captured step on one thread of the host, or on the same device, whichever
/// is faster. In whole steps, a replica in each multiprocessor's shared memory, where it fits: there the goal is a GPU's. And in batched launches at the paper's width.
/// </summary>
internal static class ReplicasOnDevices
{
    private const double Goal = 100;
    private const string What = "whole steps, width";
    private const int PapersWidth = 200, LoneSteps = 16, BatchedSteps = 4;

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
                if (many.WholeStepsRefusal is null) yield return Whole(device, many, width, budget);
            }
            if (!budget.Quick) yield return Batched(device, budget);
        }
        foreach (Accelerator device in devices) device.Dispose();
    }

    private static Comparison Whole(Accelerator device, AdditionTraining many, int width, Budget budget) => AgainstLone(
        new Contest($"{What} {width}", $"R {Many(device)}, {Steps(device)} steps, {device.Name}", 1, PerSecond, device.IsProcessor ? null : Goal), device, width, Advances(device, many), budget);

    private static Comparison Batched(Accelerator device, Budget budget)
    {
        using AdditionTraining toys = Toy(device, Many(device), PapersWidth);
        using CapturedStep step = device.Capture(() => [toys.Step().View]);
        Burst burst = Replays(device, step, BatchedSteps);
        var contest = new Contest($"batched launches, width {PapersWidth}", $"R {Many(device)}, {device.Name}", 1, PerSecond);
        return AgainstLone(contest, device, PapersWidth, seconds => burst(seconds) / Many(device), budget);
    }

    private static Comparison AgainstLone(Contest contest, Accelerator device, int width, Burst ours, Budget budget)
    {
        using var host = new HostDevice(threads: 1);
        using AdditionTraining onHost = Toy(host, 1, width), onDevice = Toy(device, 1, width);
        using CapturedStep lone = host.Capture(() => [onHost.Step().View]), loneThere = device.Capture(() => [onDevice.Step().View]);
        Burst fromHost = Bursts.Of(() => lone.Replay(LoneSteps));
        return contest.AgainstBest(
            [("a lone run on one host thread", seconds => fromHost(seconds) / LoneSteps), ($"a lone run on {device.Name}", Replays(device, loneThere, LoneSteps))], ours, budget);
    }

    // Seconds of one replay.
    private static Burst Replays(Accelerator device, CapturedStep step, int times)
    {
        Burst burst = Bursts.Of(() =>
        {
            step.Replay(times);
            device.Synchronize();
        });
        return seconds => burst(seconds) / times;
    }

    private static Comparison WithoutGpu(Accelerator? device, Budget budget)
    {
        const int width = 64;
        if (device is not null)
        {
            using AdditionTraining many = Toy(device, Many(device), width);
            return new Contest($"{What} {width}", $"R {Many(device)}, {Steps(device)} steps, {device.Name}", 1, PerSecond, Goal).Without("our lone run, on a GPU", "a GPU", Advances(device, many), budget);
        }
        using var host = new HostDevice(threads: 1);
        using AdditionTraining one = Toy(host, 1, width);
        using CapturedStep lone = host.Capture(() => [one.Step().View]);
        return new Contest($"{What} {width}", "R 1, host", 1, PerSecond, Goal).Without("our lone run, on a GPU", "a GPU", Bursts.Of(() => lone.Replay()), budget);
    }

    private static Burst Advances(Accelerator device, AdditionTraining many)
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
