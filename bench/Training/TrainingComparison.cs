using System.Diagnostics;
using System.Text.Json;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Model;

namespace Handmade.Bench;

/// <summary>The captured training step of the particle transformer against PyTorch's eager step, one thread each, in turn.</summary>
internal static class TrainingComparison
{
    private const int Rounds = 3;

    public static void Run()
    {
        Console.WriteLine("training step, one thread, microseconds (forward, backward, clip, Adam; batch 8)");
        Console.WriteLine($"{"preset",-24}{"ours",8}{"PyTorch",10}{"ratio of best",15}{"median ratio",14}");
        Compare("tiny", particles: 16, new ParticleTransformerSizes());
        Compare("paper", particles: 40, new ParticleTransformerSizes { Width = 64, Heads = 8 });
    }

    private static void Compare(string name, int particles, ParticleTransformerSizes sizes)
    {
        using var device = new HostDevice(threads: 1);
        using CapturedStep step = TrainingStep.Capture(device, particles, sizes, replicas: 1);
        step.Replay(500);
        double bestOurs = double.MaxValue, bestRival = double.MaxValue;
        var ratios = new List<double>();
        for (int round = 0; round < Rounds; round++)
        {
            double ours = Enumerable.Range(0, 50).Min(_ => Timing.Seconds(() => step.Replay(20), 1) / 20);
            if (Torch(particles, sizes) is not { } rival)
            {
                Console.WriteLine($"{name,-24}{ours * 1e6,8:F0}  PyTorch is missing: apt-get install python3-torch");
                return;
            }
            bestOurs = Math.Min(bestOurs, ours);
            bestRival = Math.Min(bestRival, rival);
            ratios.Add(rival / ours);
        }
        ratios.Sort();
        Console.WriteLine($"{name,-24}{bestOurs * 1e6,8:F0}{bestRival * 1e6,10:F0}{bestRival / bestOurs,15:F2}{ratios[Rounds / 2],14:F2}");
    }

    /// <summary>Best seconds of a step in bench/rivals/train_step.py, run by Debian's own interpreter; null where it has no PyTorch.</summary>
    private static double? Torch(int particles, ParticleTransformerSizes sizes)
    {
        string script = Path.Combine("bench", "rivals", "train_step.py");
        var start = new ProcessStartInfo("/usr/bin/python3", [script, "--particles", $"{particles}", "--width", $"{sizes.Width}", "--heads", $"{sizes.Heads}", "--seconds", "3"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using Process process = Process.Start(start)!;
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode != 0 ? null : JsonDocument.Parse(output).RootElement.GetProperty("seconds").GetDouble();
    }
}
