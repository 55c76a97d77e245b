using System.CommandLine;
using System.Globalization;
using Handmade.Autograd;
using Handmade.Experiments;
using Handmade.Kernels;
using Handmade.Output;

namespace Handmade.Verbs;

/// <summary><c>handmade gradcheck</c>: every op against its reference, and its gradients of both orders against differences.</summary>
internal sealed class Gradcheck : Verb
{
    private readonly IReadOnlyList<OpCase> rows;
    private readonly Terminal terminal;
    private readonly Argument<string[]> ops = new("OP") { Arity = ArgumentArity.ZeroOrMore, Description = "checks these ops only (default: all)" };
    private readonly Option<string?> device = new("--device") { HelpName = "NAME", Description = DeviceChoice.Help };

    /// <summary>The verb over these rows of the op table.</summary>
    public Gradcheck(IReadOnlyList<OpCase> rows, Terminal terminal)
        : base("gradcheck", "Checks every op against a plain double reference, its gradients and their gradients against central differences.")
    {
        (this.rows, this.terminal) = (rows, terminal);
        Add(ops);
        Add(device);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["gradcheck", "gradcheck gelu layer_norm"];

    /// <inheritdoc/>
    protected override int Execute(ParseResult input)
    {
        OpCase[] chosen = Chosen(input.GetValue(ops) ?? []);
        using Device taken = DeviceChoice.Open(input.GetValue(device) ?? "auto", Environment.ProcessorCount);
        OpReport[] reports = OpCheck.RunAll(taken, chosen);
        terminal.Write(new Table($"Ops on {taken.Name}: {reports.Count(report => report.Passed)} of {reports.Length} pass",
            ["op", "f32", "f64", "gradient", "second gradient", "verdict"],
            [.. reports.Select(report => (IReadOnlyList<string>)
            [
                report.Name, Text(report.ErrorF32), Text(report.ErrorF64), Text(report.First?.Error), Text(report.Second?.Error),
                report.Passed ? Verdict.Pass : Verdict.Fail,
            ])]));
        terminal.WriteLine("Worst |value − expected| / (1 + |expected|) over all shapes: values against a double reference, gradients (f64) against central differences.");
        OpReport[] failed = [.. reports.Where(report => !report.Passed)];
        foreach (OpReport report in failed)
        {
            foreach (GradcheckResult? result in (GradcheckResult?[])[report.First, report.Second])
                if (result is { Passed: false }) terminal.Error.WriteLine($"{report.Name}: {result.Message}");
        }
        if (failed.Length == 0) return 0;
        terminal.Error.WriteLine($"These fail: {string.Join(", ", failed.Select(report => report.Name))}.");
        return ErrorBoundary.Refused;
    }

    // "gelu" also means the variant "gelu (tanh)".
    private OpCase[] Chosen(string[] names)
    {
        if (names.Length == 0) return [.. rows];
        string[] known = [.. rows.Select(Op).Distinct()];
        foreach (string name in names)
            if (!known.Contains(name)) throw new HandmadeException($"There is no op {name}{Nearest.Hint(name, known)}; \"handmade gradcheck\" shows all.");
        return [.. rows.Where(row => names.Contains(Op(row)))];
    }

    private static string Op(OpCase row) => row.Name.Split(' ')[0];

    private static string Text(double? error) => error switch
    {
        null => "–",
        0 => "0",
        { } value => value.ToString("0.0e-0", CultureInfo.InvariantCulture),
    };
}
