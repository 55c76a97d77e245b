using System.CommandLine;
using System.Globalization;
using Handmade.Analysis.ModularAddition;
using Handmade.Experiments;
using Handmade.Kernels;
using Handmade.Model;
using Handmade.Model.Data;
using Handmade.Output;

namespace Handmade.Verbs;

/// <summary><c>handmade analyse clock-pizza</c>: measures networks that were trained elsewhere, as the experiment measures its own.</summary>
internal sealed class Analyse : Verb
{
    private const string ClockPizza = "clock-pizza";
    private readonly Terminal terminal;

    private readonly Argument<string> experiment = new("EXPERIMENT") { Description = "whose measures to take: clock-pizza" };
    private readonly Option<string?> weights = Valued("--weights", "FILE", "the network, a safetensors file; docs/experiments/clock-pizza/weights.md has the names");
    private readonly Option<string?> rate = Valued("--attention-rate", "A", "α, 0 to 1 (default: as the file says)");
    private readonly Option<string?> modulus = Valued("--modulus", "P", "the modulus p (default: as the file says, or all tokens)");
    private readonly Option<string?> task = Valued("--task", "NAME", "sum, difference or product (default: as the file says, or sum)");
    private readonly Option<string?> heads = Valued("--heads", "N", "attention heads, where shapes do not tell (default: 4)");
    private readonly Option<string?> activation = Valued("--activation", "NAME", "relu, gelu or gelu_tanh (default: as the file says, or relu)");
    private readonly Option<string?> kind = Valued("--kind", "NAME", "of a linear model: alpha, alpha-prime, beta, gamma or delta (default: as the file says, or shapes tell)");
    private readonly Option<string?> device = Valued("--device", "NAME", DeviceChoice.Help);
    private readonly Option<string?> threads = Valued("--threads", "N", "worker threads (default: every core); the results do not depend on it");
    private readonly Option<string?> folder = Valued("--out", "FOLDER", "where to write tables and figures (default: nowhere)");

    /// <summary>The verb.</summary>
    public Analyse(Terminal terminal)
        : base("analyse", "Measures a network from a file: which algorithm it adds by, and what says so.")
    {
        this.terminal = terminal;
        Add(experiment);
        foreach (System.CommandLine.Option option in (System.CommandLine.Option[])[weights, rate, modulus, task, heads, activation, kind, device, threads, folder]) Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "analyse clock-pizza --weights network.safetensors --attention-rate 0",
        "analyse clock-pizza --weights network.safetensors --out analysed",
    ];

    /// <inheritdoc/>
    protected override int Execute(ParseResult input)
    {
        if (input.GetValue(experiment) is var name && name != ClockPizza)
            throw new HandmadeException($"There is nothing to analyse for {name}{Nearest.Hint(name!, [ClockPizza])}; use {ClockPizza}.");
        string path = input.GetValue(weights) ?? throw new HandmadeException("analyse needs --weights FILE; \"handmade analyse --help\" shows examples.");
        var hints = new AdderHints(Rate(input), Whole(input, modulus, 3, 997), input.GetValue(task), Whole(input, heads, 1, 1024), input.GetValue(activation), input.GetValue(kind));
        using Device taken = DeviceChoice.Open(input.GetValue(device) ?? "auto", (int)WholeNumber.Read(input, threads, 1, 1024, (ulong)Environment.ProcessorCount));
        var (network, ofTask, names) = ModularAdditionLinearFile.Holds(path) ? Linear(path, taken, hints) : Transformer(path, taken, hints);
        AdditionFindings[] found = AdditionFindings.Of(network, ofTask);
        for (int r = 0; r < found.Length; r++)
        {
            terminal.WriteLine($"{(found.Length == 1 ? path : $"{path}, replica {r}")}: {ofTask.Name}s modulo {ofTask.P}, {names[r]}");
            Show(found[r]);
            if (input.GetValue(folder) is { } place) Write(found.Length == 1 ? place : Path.Combine(place, $"replica-{r}"), found[r]);
        }
        if (ofTask.Caution is { } caution) terminal.WriteLine($"Note: {caution}.");
        return 0;
    }

    private static (PairNetwork Network, ModularTask Task, string[] Names) Transformer(string path, Device device, AdderHints hints)
    {
        var (model, task) = ModularAdditionFile.Read(path, device, hints);
        ModularAdditionSizes sizes = model.Sizes;
        return (model.Pairs(task.P), task,
        [
            .. model.AttentionRates.Select(rate =>
                string.Create(CultureInfo.InvariantCulture, $"width {sizes.Width}, {sizes.Heads} heads, {sizes.Layers} {(sizes.Layers == 1 ? "layer" : "layers")}, attention rate {rate}")),
        ]);
    }

    private static (PairNetwork Network, ModularTask Task, string[] Names) Linear(string path, Device device, AdderHints hints)
    {
        var (model, task) = ModularAdditionLinearFile.Read(path, device, hints);
        return (model.Pairs(), task, [$"linear model {model.Variant.Name()}, width {model.Unembedding.Shape[^1]}"]);
    }

    private void Show(AdditionFindings found)
    {
        terminal.WriteLine();
        terminal.Write(AdditionTables.Measures(found));
        terminal.Write(AdditionTables.Circles(found));
        terminal.WriteLine($"Verdict: {found.Verdict.Algorithm}");
        foreach (string reason in found.Verdict.Reasons) terminal.WriteLine($"  {reason}");
    }

    private void Write(string place, AdditionFindings found)
    {
        AdditionTables.WriteCsv(Path.Combine(place, "measures.csv"), AdditionTables.Measures(found));
        AdditionTables.WriteCsv(Path.Combine(place, "circles.csv"), AdditionTables.Circles(found));
        AtomicFile.WriteText(Path.Combine(place, "verdict.txt"), string.Join('\n', [found.Verdict.Algorithm.ToString(), .. found.Verdict.Reasons, ""]));
        AdditionFigures.CorrectLogits(found.Logits, "Logit of the right class").Write(Path.Combine(place, "correct-logits.svg"));
        AdditionFigures.AccuracyByDifference(found).Write(Path.Combine(place, "accuracy-by-difference.svg"));
        if (found.Circles.Count > 0)
        {
            AdditionFigures.Circles(found).Write(Path.Combine(place, "circles.svg"));
            AdditionFigures.IsolatedCircles(found).Write(Path.Combine(place, "isolated-circles.svg"));
        }
        terminal.WriteLine($"Tables and figures: {place}");
    }

    private double? Rate(ParseResult input)
    {
        if (input.GetValue(rate) is not { } text) return null;
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) && value is >= 0 and <= 1
            ? value
            : throw new HandmadeException($"{rate.Name} {text} is not possible: it must be a number from 0 to 1.");
    }

    private static int? Whole(ParseResult input, Option<string?> option, ulong min, ulong max) => input.GetValue(option) is null ? null : (int)WholeNumber.Read(input, option, min, max, min);

    private static Option<string?> Valued(string name, string value, string description) => new(name) { HelpName = value, Description = description };
}
