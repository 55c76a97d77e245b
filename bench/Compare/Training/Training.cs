using Handmade.Documentation;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Model;

namespace Handmade.Bench;

/// <summary>The captured training step of the particle transformer (forward, backward, clip, Adam; batch 8) against PyTorch's.</summary>
internal static class Training
{
    public static IEnumerable<Comparison> Rows(Budget budget)
    {
        var tiny = new ParticleTransformerSizes();
        var paper = new ParticleTransformerSizes { Width = 64, Heads = 8 };
        yield return Row("tiny step", 16, tiny, 1, 5, budget);
        yield return Row("paper step", 40, paper, 1, 4, budget);
        if (budget.Quick) yield break;
        yield return Row("tiny step", 16, tiny, 2, null, budget);
        yield return Row("paper step", 40, paper, 2, null, budget);
    }

    private static Comparison Row(string name, int particles, ParticleTransformerSizes sizes, int threads, double? goal, Budget budget)
    {
        using var device = new HostDevice(threads);
        using CapturedStep step = TrainingStep.Capture(device, particles, sizes, replicas: 1);
        using ScriptRival torch = ScriptRival.Start("train_step.py", threads,
            "--particles", $"{particles}", "--width", $"{sizes.Width}", "--heads", $"{sizes.Heads}", "--blocks", $"{sizes.Blocks}");
        var contest = new Contest(name, $"batch 8, N {particles}, d {sizes.Width}", threads, Unit.Microseconds, goal);
        Burst ours = Bursts.Of(() => step.Replay());
        return torch.Missing is { } package ? contest.Without(torch.Name, package, ours, budget) : contest.Against(torch.Name, torch.Burst, ours, budget);
    }
}
