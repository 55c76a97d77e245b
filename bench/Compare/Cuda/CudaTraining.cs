using Handmade.Documentation;
using Handmade.Kernels;
using Handmade.Kernels.Accelerators;
using Handmade.Kernels.Host;
using Handmade.Model;

namespace Handmade.Bench;

/// <summary>The captured training step of the particle transformer on an NVIDIA GPU against PyTorch's three ways there: eager, torch.compile, and a CUDA graph.</summary>
internal static class CudaTraining
{
    /// <summary>The ways, as <c>train_step.py --mode</c> names them.</summary>
    public static IReadOnlyList<string> Modes { get; } = ["eager", "compile", "graph"];

    // Steps between two waits for the device.
    private const int Runs = 10;

    public static IEnumerable<Comparison> Rows(Budget budget)
    {
        if (budget.Quick) yield break;
        using Device device = CudaGemm.IsThere ? Devices.Open("cuda") : new HostDevice(1);
        foreach (string mode in Modes) yield return Row(device, mode, "tiny step", 16, new ParticleTransformerSizes(), budget);
        // Without a GPU the rivals are only named; once is enough.
        if (!CudaGemm.IsThere) yield break;
        foreach (string mode in Modes) yield return Row(device, mode, "paper step", 40, new ParticleTransformerSizes { Width = 64, Heads = 8 }, budget);
    }

    /// <summary>PyTorch on the GPU, or what is missing for it.</summary>
    public static ScriptRival Rival(string mode, int particles, ParticleTransformerSizes sizes) => ScriptRival.Start("train_step.py", 1,
        "--particles", $"{particles}", "--width", $"{sizes.Width}", "--heads", $"{sizes.Heads}", "--blocks", $"{sizes.Blocks}", "--device", "cuda", "--mode", mode);

    private static Comparison Row(Device device, string mode, string name, int particles, ParticleTransformerSizes sizes, Budget budget)
    {
        using CapturedStep step = TrainingStep.Capture(device, particles, sizes, replicas: 1);
        using ScriptRival torch = Rival(mode, particles, sizes);
        var contest = new Contest($"{name}, {mode}", $"batch 8, N {particles}, d {sizes.Width} on {device.Name}", 1, Unit.Microseconds);
        Burst ours = seconds => Bursts.Of(() =>
        {
            step.Replay(Runs);
            if (device is Accelerator gpu) gpu.Synchronize();
        })(seconds) / Runs;
        return torch.Missing is { } package ? contest.Without(torch.Name, package, ours, budget) : contest.Against(torch.Name, torch.Burst, ours, budget);
    }
}
