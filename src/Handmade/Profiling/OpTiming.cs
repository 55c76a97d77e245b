using System.Diagnostics;
using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Accelerators;
using Handmade.Kernels.Ops;

namespace Handmade.Profiling;

/// <summary>How long a captured step takes to replay, with what its launches move and compute.</summary>
/// <param name="Launches">Launches of the step.</param>
/// <param name="Best">Seconds of the best round's replay.</param>
/// <param name="Median">Seconds of the median round's replay.</param>
/// <param name="Spread">Half of the rounds lie within this share of the median.</param>
/// <param name="Bytes">Bytes that the launches move.</param>
/// <param name="Flops">Operations of the launches.</param>
/// <param name="Least">Seconds that the bound of each launch allows, together.</param>
/// <param name="IsMemoryBound">True where bytes, not operations, make up more of that.</param>
internal sealed record OpTiming(int Launches, double Best, double Median, double Spread, long Bytes, long Flops, double Least, bool IsMemoryBound)
{
    private const double LongestRound = 0.02;
    private const int LeastRounds = 5;

    /// <summary>Times an op on inputs, or its gradients with <paramref name="backward"/>; null where it launches nothing, because it only makes a view.</summary>
    public static OpTiming? Of(Device device, OpCase row, OpInput[] inputs, DType dtype, bool backward, Roofline roof, double seconds)
    {
        OpCase sized = row with { Variants = [inputs] };
        using Scope scope = device.Scope();
        Tensor[] leaves = OpCheck.Leaves(device, sized, 0, dtype);
        using CapturedStep step = backward ? Backward(device, sized, leaves) : Forward(device, sized, leaves);
        return step.Launches.Count == 0 ? null : Of(device, step, roof, seconds);
    }

    /// <summary>Seconds that the least launch takes in a replay: what each launch costs beside its work.</summary>
    public static double Overhead(Device device, Roofline roof)
    {
        const int Launches = 64;
        using Scope scope = device.Scope();
        TensorView one = device.Empty([1], DType.F32);
        using CapturedStep step = device.Capture(() =>
        {
            for (int i = 0; i < Launches; i++) Copy.Fill(one, i);
            return [one];
        });
        return Of(device, step, roof, seconds: 0.2).Best / Launches;
    }

    private static CapturedStep Forward(Device device, OpCase row, Tensor[] leaves)
    {
        using IDisposable paused = Tape.NoGrad();
        return device.Capture(() => [OpCheck.Apply(row, 0, leaves).View]);
    }

    // The forward pass is run before; the step is the gradients alone.
    private static CapturedStep Backward(Device device, OpCase row, Tensor[] leaves)
    {
        Tensor y = OpCheck.Apply(row, 0, leaves), dy = new(Copy.Full(device, y.Shape, y.DType, 1));
        Tensor[] wanted = [.. leaves.Where(leaf => leaf.RequiresGrad)];
        return device.Capture(() => Tensor.Gradients(y, wanted, dy).OfType<Tensor>().Select(gradient => gradient.View));
    }

    private static OpTiming Of(Device device, CapturedStep step, Roofline roof, double seconds)
    {
        // The first replays compile, load and warm up.
        _ = Replay(device, step, 1);
        double one = Math.Max(Replay(device, step, 1), 1e-7);
        int times = (int)Math.Clamp(Math.Min(LongestRound, seconds / LeastRounds) / one, 1, 20_000);
        var rounds = new List<double>();
        long start = Stopwatch.GetTimestamp();
        while (rounds.Count < LeastRounds || Stopwatch.GetElapsedTime(start).TotalSeconds < seconds) rounds.Add(Replay(device, step, times) / times);
        rounds.Sort();
        double median = rounds[rounds.Count / 2], bytesTime = step.Launches.Sum(launch => launch.Bytes / roof.Bandwidth), least = step.Launches.Sum(roof.Seconds);
        return new OpTiming(step.Launches.Count, rounds[0], median, (rounds[rounds.Count * 3 / 4] - rounds[rounds.Count / 4]) / median,
            step.Launches.Sum(launch => launch.Bytes), step.Launches.Sum(launch => launch.Flops), least, bytesTime > 0.5 * least);
    }

    private static double Replay(Device device, CapturedStep step, int times)
    {
        var accelerator = device as Accelerator;
        accelerator?.Synchronize();
        long start = Stopwatch.GetTimestamp();
        step.Replay(times);
        accelerator?.Synchronize();
        return (Stopwatch.GetTimestamp() - start) / (double)Stopwatch.Frequency;
    }
}
