using System.CommandLine;
using System.Diagnostics;
using Handmade.Autograd;
using Handmade.Documentation;
using Handmade.Experiments;
using Handmade.Kernels;
using Handmade.Output;

namespace Handmade.Verbs;

/// <summary><c>handmade selftest</c>: whether a device computes right: every op of the table, in both types, with its gradients.</summary>
internal sealed class Selftest : Verb
{
    // Each moved element is four runs of an op and two waits for a device.
    private const int QuickElements = 3;
    private readonly IReadOnlyList<OpCase> rows;
    private readonly Terminal terminal;
    private readonly Argument<string[]> ops = new("OP") { Arity = ArgumentArity.ZeroOrMore, Description = "checks these ops only (default: all)" };
    private readonly Option<string?> device = new("--device") { HelpName = "NAME", Description = DeviceChoice.Help };
    private readonly Option<bool> quick = new("--quick") { Description = "compares gradients at a few elements of each input instead of all" };
    private readonly Option<string?> record = new("--out") { HelpName = "FILE", Description = "writes the results as JSON; docs/ops/DEVICE.json becomes a column of docs/ops.md" };

    /// <summary>The verb over these rows of the op table.</summary>
    public Selftest(IReadOnlyList<OpCase> rows, Terminal terminal)
        : base("selftest", "Checks every op on a device, f32 and f64, against a plain double reference, and its gradients. Exit code 1 when one fails.")
    {
        (this.rows, this.terminal) = (rows, terminal);
        Add(ops);
        Add(device);
        Add(quick);
        Add(record);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["selftest", "selftest --device opencl --quick", "selftest softmax attention --device cuda"];

    /// <inheritdoc/>
    protected override int Execute(ParseResult input)
    {
        OpCase[] chosen = OpRows.Named(rows, input.GetValue(ops) ?? []);
        string? path = input.GetValue(record);
        if (path is not null && chosen.Length < rows.Count) throw new HandmadeException("selftest --out takes the whole table: leave out the names of ops.");
        // The checks take minutes.
        if (path is not null) AtomicFile.CheckPlace(path);
        using Device taken = DeviceChoice.Open(input.GetValue(device) ?? "auto", Environment.ProcessorCount);
        GradcheckOptions options = input.GetValue(quick) ? new() { ElementsPerInput = QuickElements } : new();
        OpReport[] reports = Watched(chosen.Length, done => OpCheck.RunAll(taken, chosen, options, done));
        OpTable.Write(terminal, taken, reports);
        if (path is not null)
        {
            RecordedOps.Of(taken, reports).Write(path);
            terminal.WriteLine($"Results: {path}");
        }
        return reports.All(report => report.Passed) ? 0 : ErrorBoundary.Fault;
    }

    private OpReport[] Watched(int count, Func<Action<OpReport>, OpReport[]> check)
    {
        OpReport[] Go(IProgressSink sink)
        {
            var gate = new Lock();
            int done = 0;
            long start = Stopwatch.GetTimestamp();
            sink.Begin(Name);
            return check(_ =>
            {
                // The host checks several rows at once.
                lock (gate) sink.Report(new Progress(Name, ++done, count, done / Stopwatch.GetElapsedTime(start).TotalSeconds, double.NaN));
            });
        }
        return terminal.Live is { } console ? LiveProgress.Show(console, Go) : Go(new PlainProgress(terminal.Out, TimeSpan.FromSeconds(5), TimeProvider.System));
    }
}
