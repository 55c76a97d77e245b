using System.CommandLine;
using Handmade.Autograd;
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
        OpCase[] chosen = OpRows.Named(rows, input.GetValue(ops) ?? []);
        using Device taken = DeviceChoice.Open(input.GetValue(device) ?? "auto", Environment.ProcessorCount);
        OpReport[] reports = OpCheck.RunAll(taken, chosen);
        OpTable.Write(terminal, taken, reports);
        return reports.All(report => report.Passed) ? 0 : ErrorBoundary.Refused;
    }
}
