using Handmade.Autograd;
using Handmade.Documentation;
using Handmade.Experiments;
using Handmade.Output;
using Handmade.Verbs;

namespace Handmade;

/// <summary>The executable: a table of verbs.</summary>
internal static class Program
{
    /// <summary>Runs the verb that the arguments name; returns the exit code.</summary>
    public static int Main(string[] args) => Start(args, Catalogue.Product, Terminal.OfProcess());

    /// <summary>The same with other experiments or another terminal, as tests do it.</summary>
    public static int Start(IReadOnlyList<string> args, Catalogue catalogue, Terminal terminal) =>
        Verbs(catalogue, terminal).Invoke(args, terminal);

    private static CommandLine Verbs(Catalogue catalogue, Terminal terminal)
    {
        var blocks = new Blocks();
        var verbs = new CommandLine(
            new Run(catalogue, terminal),
            new Verbs.Sweep(catalogue, terminal),
            new List(catalogue, terminal),
            new Analyse(terminal),
            new Simulate(terminal),
            new Profile(catalogue, terminal),
            new Devices(terminal),
            new Verbs.Kernels(terminal),
            new Verbs.Gradcheck(OpCases.All, terminal),
            new Selftest(OpCases.All, terminal),
            new Bench(OpCases.All, terminal),
            new Docs(blocks, catalogue, terminal));
        blocks.Add("help", () => HelpBlock.Text(verbs));
        blocks.Add("ops", OpsBlock.Text);
        RecordedTable.AddTo(blocks);
        ExperimentBlocks.AddTo(blocks, catalogue);
        ResultsBlocks.AddTo(blocks, catalogue);
        blocks.AddFamily("performance", PerformanceBlocks.Text);
        blocks.AddFamily("scaling", ScalingBlocks.Text);
        return verbs;
    }
}
