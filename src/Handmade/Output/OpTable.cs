using System.Globalization;
using Handmade.Autograd;
using Handmade.Experiments;
using Handmade.Kernels;

namespace Handmade.Output;

/// <summary>What the checks of the op table found, as selftest and gradcheck show it.</summary>
internal static class OpTable
{
    /// <summary>Writes the table, and a sentence for each row that failed.</summary>
    public static void Write(Terminal terminal, Device device, OpReport[] reports)
    {
        terminal.Write(new Table($"Ops on {device.Name}: {reports.Count(report => report.Passed)} of {reports.Length} pass",
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
            if (report.Failure is { } sentence) terminal.Error.WriteLine($"{report.Name}: {sentence}");
            foreach (GradcheckResult? result in (GradcheckResult?[])[report.First, report.Second])
                if (result is { Passed: false }) terminal.Error.WriteLine($"{report.Name}: {result.Message}");
        }
        if (failed.Length > 0) terminal.Error.WriteLine($"These fail: {string.Join(", ", failed.Select(report => report.Name))}.");
    }

    private static string Text(double? error) => error switch
    {
        null or double.NaN => "–",
        0 => "0",
        { } value => value.ToString("0.0e-0", CultureInfo.InvariantCulture),
    };
}
