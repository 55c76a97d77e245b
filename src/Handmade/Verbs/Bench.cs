using System.CommandLine;
using System.Globalization;
using Handmade.Autograd;
using Handmade.Documentation;
using Handmade.Experiments;
using Handmade.Kernels;
using Handmade.Output;
using Handmade.Profiling;

namespace Handmade.Verbs;

/// <summary><c>handmade bench OP</c>: how fast an op of the table is on a device, against what the device's memory and arithmetic allow.</summary>
internal sealed class Bench : Verb
{
    private const string All = "all", Kernels = "kernels";

    // Each factor is off by 2⁻¹¹, and the checked sums are of a few products of some units.
    private const double ToleranceTf32 = 1e-2;

    private readonly IReadOnlyList<OpCase> rows;
    private readonly Terminal terminal;
    private readonly Argument<string[]> ops = new("OP") { Arity = ArgumentArity.ZeroOrMore, Description = "what to time; all times every op, kernels those of docs/performance.md; without one, the ops are listed" };
    private readonly Option<string?> shape = new("--shape") { HelpName = "AxB", Description = "the sizes of the inputs, such as 512x512x512; \"handmade bench\" shows what they mean" };
    private readonly Option<string?> dtype = new("--dtype") { HelpName = "TYPE", Description = "f32 or f64 (default: f32)" };
    private readonly Option<string?> device = new("--device") { HelpName = "NAME", Description = DeviceChoice.Help };
    private readonly Option<bool> allowTf32 = new("--allow-tf32") { Description = DeviceChoice.HelpTf32 };
    private readonly Option<bool> backward = new("--backward") { Description = "times the gradients instead of the op" };
    private readonly Option<string?> time = new("--time") { HelpName = "MS", Description = "milliseconds for each op (default: 500)" };
    private readonly Option<string?> record = new("--out") { HelpName = "FILE", Description = "writes the table as JSON too; docs/performance/NAME.json stands in docs/performance.md" };
    private readonly Option<string?> threads = new("--threads") { HelpName = "N", Description = "worker threads of the host (default: every core)" };

    /// <summary>The verb over these rows of the op table.</summary>
    public Bench(IReadOnlyList<OpCase> rows, Terminal terminal)
        : base("bench", "Times ops: replays of a captured step, with bytes and operations per second and the share of what the device allows.")
    {
        (this.rows, this.terminal) = (rows, terminal);
        Add(ops);
        foreach (System.CommandLine.Option option in (System.CommandLine.Option[])[shape, dtype, device, allowTf32, backward, time, threads, record]) Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "bench",
        "bench matmul --shape 512x512x512 --dtype f64",
        "bench softmax layer_norm --shape 8192x512 --device opencl --backward",
        "bench all --time 200",
        "bench kernels --device opencl --out docs/performance/opencl.json",
    ];

    /// <inheritdoc/>
    protected override int Execute(ParseResult input)
    {
        string[] names = input.GetValue(ops) ?? [];
        if (names.Length == 0)
        {
            List();
            return 0;
        }
        if (names is [Kernels] && (input.GetValue(shape) is not null || input.GetValue(backward)))
            throw new HandmadeException("bench kernels has shapes and gradients of its own; leave out --shape and --backward");
        Measurement[] chosen = names is [Kernels] ? KernelShapes.Of(rows) : Chosen(names, input.GetValue(shape) is { } text ? Sizes(text) : null, input.GetValue(backward));
        DType type = (input.GetValue(dtype) ?? "f32") switch
        {
            "f32" => DType.F32,
            "f64" => DType.F64,
            var other => throw new HandmadeException($"There is no type {other} to bench; use f32 or f64."),
        };
        double seconds = WholeNumber.Read(input, time, 1, 3_600_000, 500) / 1000.0;
        string? path = input.GetValue(record);
        if (path is not null) AtomicFile.CheckPlace(path);
        using Device taken = DeviceChoice.Open(input.GetValue(device) ?? "auto", (int)WholeNumber.Read(input, threads, 1, 1024, (ulong)Environment.ProcessorCount), input.GetValue(allowTf32));
        Roofline roof = Roofline.Of(taken) ?? throw new HandmadeException($"{taken.Name}: its times say nothing about a device; bench on host, opencl or cuda");
        return Time(taken, chosen, type, roof, seconds, path);
    }

    private int Time(Device taken, Measurement[] chosen, DType type, Roofline roof, double seconds, string? path)
    {
        double overhead = OpTiming.Overhead(taken, roof);
        var lines = new List<string[]>();
        var failed = new List<string>();
        foreach (Measurement one in chosen)
        {
            try
            {
                Check(taken, one.Row, type);
                lines.Add(Cells(one, OpTiming.Of(taken, one.Row, one.Inputs, type, one.Gradients, roof, seconds)));
            }
            catch (HandmadeException e) when (chosen.Length > 1)
            {
                failed.Add(e.Message.StartsWith(one.Row.Name, StringComparison.Ordinal) ? e.Message : $"{one.Row.Name}: {e.Message}");
            }
        }
        string what = chosen.All(one => one.Gradients) ? "Gradients of ops" : chosen.Any(one => one.Gradients) ? "Ops and gradients" : "Ops";
        var table = new Table($"{what} in {type.ToString().ToLowerInvariant()} on {DeviceChoice.Recorded(taken)} ({taken.Description})",
            ["op", "shape", "launches", "best µs", "median µs", "spread", "GB/s", "GFLOP/s", "of bound", "bound by"], lines);
        string note = $"Bounds, measured: {roof}. A launch costs {Number(overhead * 1e6, "0.00")} µs beside its work. More than 100 % of a bound: the data stay in a cache.";
        terminal.Write(table);
        terminal.WriteLine(note);
        foreach (string sentence in failed) terminal.Error.WriteLine(sentence);
        if (path is not null && failed.Count == 0) new RecordedTable(table, note).Write(path);
        return failed.Count == 0 ? 0 : ErrorBoundary.Refused;
    }

    // A fast wrong answer is not worth timing.
    private static void Check(Device taken, OpCase row, DType type)
    {
        double error = OpCheck.Error(taken, row, 0, type), allowed = type == DType.F64 ? row.ToleranceF64 : taken.AllowTf32 ? Math.Max(row.ToleranceF32, ToleranceTf32) : row.ToleranceF32;
        if (!(error <= allowed))
            throw new HandmadeException($"{row.Name}: its results on {taken.Name} are off by {error:0.0e-0}, {allowed:0.0e-0} allowed; \"handmade selftest {row.Name.Split(' ')[0]} --device {taken.Name}\" says more");
    }

    private static string[] Cells(Measurement one, OpTiming? timing) => timing is null
        ? [one.Name, one.Shape, "0", "–", "–", "–", "–", "–", "–", "a view"]
        :
        [
            one.Name, one.Shape, $"{timing.Launches}", Number(timing.Best * 1e6, "0.0"), Number(timing.Median * 1e6, "0.0"), Number(100 * timing.Spread, "0") + " %",
            Number(timing.Bytes / timing.Best / 1e9, "0.0"), Number(timing.Flops / timing.Best / 1e9, "0.0"), Number(100 * timing.Least / timing.Best, "0") + " %",
            timing.IsMemoryBound ? "memory" : "arithmetic",
        ];

    private void List() => terminal.Write(new Table("The ops and the sizes that --shape takes", ["op", "sizes", "default"],
        [.. rows.Select(row => (row.Name, row.Bench)).Where(pair => pair.Bench is not null).Select(pair => (IReadOnlyList<string>)[pair.Name, pair.Bench!.Axes, string.Join('x', pair.Bench.Default)])]));

    // A shape is meant for the ops that were named: variants of them that take other sizes stand aside, and so does what has no gradients where these are wanted.
    private Measurement[] Chosen(string[] names, int[]? sizes, bool gradients)
    {
        bool isAll = names.Contains(All);
        OpCase[] named = isAll ? [.. rows] : OpRows.Named(rows, names), timed = [.. named.Where(row => row.Bench is not null)];
        if (timed.Length == 0) throw new HandmadeException($"{named[0].Name} has no shape to choose and is not timed; \"handmade bench\" shows the ops that are.");
        OpCase[] able = [.. timed.Where(row => !gradients || row.IsDifferentiable)];
        if (able.Length == 0) throw new HandmadeException($"{timed[0].Name} has no gradients; bench it without --backward");
        OpCase[] fitting = [.. able.Where(row => isAll || sizes is null || sizes.Length == row.Bench!.Default.Length || names.Contains(row.Name))];
        return [.. (fitting.Length > 0 ? fitting : able).Select(row => new Measurement(row, sizes ?? row.Bench!.Default, gradients))];
    }

    private static int[] Sizes(string text)
    {
        string[] words = text.Split('x', '×');
        int[] sizes = [.. words.Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size > 0 ? size : 0)];
        return sizes.Contains(0) ? throw new HandmadeException($"--shape {text} is not possible: it takes whole numbers with x between them, such as 512x512.") : sizes;
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
