using System.CommandLine;
using System.Globalization;
using Handmade.Autograd;
using Handmade.Experiments;
using Handmade.Kernels;
using Handmade.Output;
using Handmade.Profiling;

namespace Handmade.Verbs;

/// <summary><c>handmade bench OP</c>: how fast an op of the table is on a device, against what the device's memory and arithmetic allow.</summary>
internal sealed class Bench : Verb
{
    private const string All = "all";
    private readonly IReadOnlyList<OpCase> rows;
    private readonly Terminal terminal;
    private readonly Argument<string[]> ops = new("OP") { Arity = ArgumentArity.ZeroOrMore, Description = "what to time; all times every op; without one, the ops are listed" };
    private readonly Option<string?> shape = new("--shape") { HelpName = "AxB", Description = "the sizes of the inputs, such as 512x512x512; \"handmade bench\" shows what they mean" };
    private readonly Option<string?> dtype = new("--dtype") { HelpName = "TYPE", Description = "f32 or f64 (default: f32)" };
    private readonly Option<string?> device = new("--device") { HelpName = "NAME", Description = DeviceChoice.Help };
    private readonly Option<bool> backward = new("--backward") { Description = "times the gradients instead of the op" };
    private readonly Option<string?> time = new("--time") { HelpName = "MS", Description = "milliseconds for each op (default: 500)" };
    private readonly Option<string?> threads = new("--threads") { HelpName = "N", Description = "worker threads of the host (default: every core)" };

    /// <summary>The verb over these rows of the op table.</summary>
    public Bench(IReadOnlyList<OpCase> rows, Terminal terminal)
        : base("bench", "Times ops: replays of a captured step, with bytes and operations per second and the share of what the device allows.")
    {
        (this.rows, this.terminal) = (rows, terminal);
        Add(ops);
        foreach (System.CommandLine.Option option in (System.CommandLine.Option[])[shape, dtype, device, backward, time, threads]) Add(option);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples =>
    [
        "bench",
        "bench matmul --shape 512x512x512 --dtype f64",
        "bench softmax layer_norm --shape 8192x512 --device opencl --backward",
        "bench all --time 200",
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
        int[]? sizes = input.GetValue(shape) is { } text ? Sizes(text) : null;
        OpCase[] chosen = Chosen(names, sizes);
        OpInput[][] inputs = [.. chosen.Select(row => row.Bench!.For(row.Name, sizes ?? row.Bench.Default))];
        DType type = (input.GetValue(dtype) ?? "f32") switch
        {
            "f32" => DType.F32,
            "f64" => DType.F64,
            var other => throw new HandmadeException($"There is no type {other} to bench; use f32 or f64."),
        };
        double seconds = WholeNumber.Read(input, time, 1, 3_600_000, 500) / 1000.0;
        using Device taken = DeviceChoice.Open(input.GetValue(device) ?? "auto", (int)WholeNumber.Read(input, threads, 1, 1024, (ulong)Environment.ProcessorCount));
        Roofline roof = Roofline.Of(taken) ?? throw new HandmadeException($"{taken.Name}: its times say nothing about a device; bench on host, opencl or cuda");
        return Time(taken, chosen, inputs, sizes, type, input.GetValue(backward), roof, seconds);
    }

    private int Time(Device taken, OpCase[] chosen, OpInput[][] inputs, int[]? sizes, DType type, bool gradients, Roofline roof, double seconds)
    {
        double overhead = OpTiming.Overhead(taken, roof);
        var lines = new List<string[]>();
        var failed = new List<string>();
        for (int i = 0; i < chosen.Length; i++)
        {
            OpCase row = chosen[i];
            if (gradients && !row.IsDifferentiable && chosen.Length > 1) continue;
            try
            {
                Check(taken, row, type, gradients);
                OpTiming? timing = OpTiming.Of(taken, row, inputs[i], type, gradients, roof, seconds);
                lines.Add(Cells(row.Name, string.Join('×', sizes ?? row.Bench!.Default), timing));
            }
            catch (HandmadeException e) when (chosen.Length > 1)
            {
                failed.Add($"{row.Name}: {e.Message}");
            }
        }
        terminal.Write(new Table($"{(gradients ? "Gradients of ops" : "Ops")} in {type.ToString().ToLowerInvariant()} on {taken.Name} ({taken.Description})",
            ["op", "shape", "launches", "best µs", "median µs", "spread", "GB/s", "GFLOP/s", "of bound", "bound by"], lines));
        terminal.WriteLine($"Bounds, measured: {roof}. A launch costs {Number(overhead * 1e6, "0.00")} µs beside its work. More than 100 % of a bound: the data stay in a cache.");
        foreach (string sentence in failed) terminal.Error.WriteLine(sentence);
        return failed.Count == 0 ? 0 : ErrorBoundary.Refused;
    }

    // A fast wrong answer is not worth timing.
    private static void Check(Device taken, OpCase row, DType type, bool gradients)
    {
        if (gradients && !row.IsDifferentiable) throw new HandmadeException($"{row.Name} has no gradients; bench it without --backward");
        double error = OpCheck.Error(taken, row, 0, type), allowed = type == DType.F32 ? row.ToleranceF32 : row.ToleranceF64;
        if (!(error <= allowed))
            throw new HandmadeException($"{row.Name}: its results on {taken.Name} are off by {error:0.0e-0}, {allowed:0.0e-0} allowed; \"handmade selftest {row.Name.Split(' ')[0]} --device {taken.Name}\" says more");
    }

    private static string[] Cells(string name, string shape, OpTiming? timing) => timing is null
        ? [name, shape, "0", "–", "–", "–", "–", "–", "–", "a view"]
        :
        [
            name, shape, $"{timing.Launches}", Number(timing.Best * 1e6, "0.0"), Number(timing.Median * 1e6, "0.0"), Number(100 * timing.Spread, "0") + " %",
            Number(timing.Bytes / timing.Best / 1e9, "0.0"), Number(timing.Flops / timing.Best / 1e9, "0.0"), Number(100 * timing.Least / timing.Best, "0") + " %",
            timing.IsMemoryBound ? "memory" : "arithmetic",
        ];

    private void List() => terminal.Write(new Table("The ops and the sizes that --shape takes", ["op", "sizes", "default"],
        [.. rows.Select(row => (row.Name, row.Bench)).Where(pair => pair.Bench is not null).Select(pair => (IReadOnlyList<string>)[pair.Name, pair.Bench!.Axes, string.Join('x', pair.Bench.Default)])]));

    // A shape is meant for the ops that were named: variants of them that take other sizes stand aside.
    private OpCase[] Chosen(string[] names, int[]? sizes)
    {
        if (names.Contains(All)) return [.. rows.Where(row => row.Bench is not null)];
        OpCase[] named = OpRows.Named(rows, names), timed = [.. named.Where(row => row.Bench is not null)];
        if (timed.Length == 0) throw new HandmadeException($"{named[0].Name} has no shape to choose and is not timed; \"handmade bench\" shows the ops that are.");
        OpCase[] fitting = [.. timed.Where(row => sizes is null || sizes.Length == row.Bench!.Default.Length || names.Contains(row.Name))];
        return fitting.Length > 0 ? fitting : timed;
    }

    private static int[] Sizes(string text)
    {
        string[] words = text.Split('x', '×');
        int[] sizes = [.. words.Select(word => int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out int size) && size > 0 ? size : 0)];
        return sizes.Contains(0) ? throw new HandmadeException($"--shape {text} is not possible: it takes whole numbers with x between them, such as 512x512.") : sizes;
    }

    private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
