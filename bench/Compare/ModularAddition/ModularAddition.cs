using Handmade.Autograd;
using Handmade.Documentation;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;
using Handmade.Model;
using Handmade.Model.Data;

namespace Handmade.Bench;

/// <summary>
/// The full-batch step of "The clock and the pizza" (p = 59, d = 128, 2784 pairs) against PyTorch's: with the arithmetic of the authors' program on
/// both sides, then what <see cref="ModularAdditionTransformer.ForwardPairs"/> makes of it.
/// </summary>
internal static class ModularAddition
{
    private const int Threads = 2;

    public static IEnumerable<Comparison> Rows(Budget budget)
    {
        yield return Row("every pair", isPlain: true, rate: 1, form: "official", goal: 2, budget);
        yield return Row("by tables", isPlain: false, rate: 1, form: "official", goal: 5, budget);
        if (budget.Quick) yield break;
        yield return Row("every pair", isPlain: true, rate: 0, form: "official", goal: null, budget);
        yield return Row("by tables", isPlain: false, rate: 0, form: "official", goal: null, budget);
        yield return Row("by tables", isPlain: false, rate: 1, form: "tables", goal: null, budget);
        yield return Row("by tables", isPlain: false, rate: 0, form: "tables", goal: null, budget);
    }

    private static Comparison Row(string name, bool isPlain, double rate, string form, double? goal, Budget budget)
    {
        using var device = new HostDevice(Threads);
        using CapturedStep step = Capture(device, isPlain, rate);
        using ScriptRival torch = ScriptRival.Start("modular_step.py", Threads, "--form", form, "--rate", $"{rate}");
        var contest = new Contest(name, $"p 59, d 128, rate {rate}", Threads, Unit.Milliseconds, goal);
        Burst ours = Bursts.Of(() => step.Replay());
        return torch.Missing is { } package ? contest.Without(torch.Name, package, ours, budget) : contest.Against(torch.Name, torch.Burst, ours, budget);
    }

    private static CapturedStep Capture(HostDevice device, bool isPlain, double rate)
    {
        var sizes = new ModularAdditionSizes();
        var model = new ModularAdditionTransformer(new Init(device, new RandomStream(device, [1UL])), sizes, rate);
        var (pairs, _) = TokenPairs.ModularAddition(device, sizes.Vocabulary, 0.8, 1);
        var adam = new AdamW(model.Parameters(), new Schedule([1e-3], WarmUpSteps: 10, WarmUpStart: 0), 0.9, 0.98, weightDecay: [2]);
        return device.Capture(() =>
        {
            adam.ZeroGrad();
            Tensor loss = Loss.CrossEntropyInDouble(isPlain ? model.Forward(pairs.Tokens) : model.ForwardPairs(pairs), pairs.Classes);
            loss.Backward();
            adam.Step();
            return [loss.View];
        });
    }
}
