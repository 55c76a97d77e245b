using System.Globalization;
using Handmade.Autograd;
using Handmade.Experiments;
using Handmade.Kernels.Host;

namespace Handmade.Documentation;

/// <summary>The block <c>ops</c>: what is supported where, with bounds of the measured errors: the host's, and those recorded of other devices.</summary>
internal static class OpsBlock
{
    // Below these the last bits of the reference's own functions show, which differ between systems.
    private const double FloorF32 = 1e-8, FloorF64 = 1e-14, FloorGradient = 1e-7;

    // A sample of the elements settles a power of ten; the tests and the verb move every one.
    private static readonly GradcheckOptions Sample = new() { ElementsPerInput = 16 };

    /// <summary>
    /// The table as Markdown. Every figure is rounded up to a power of ten, so that it is the same on every machine. The host is measured here, other
    /// devices by <c>handmade selftest --device NAME --out docs/ops/NAME.json</c>: not every machine has them.
    /// </summary>
    public static string Text(Page page)
    {
        using var device = new HostDevice();
        OpReport[] reports = OpCheck.RunAll(device, OpCases.All, Sample);
        (string Name, RecordedOps Ops)[] others = [.. Files(page.Repository).Select(path => (Path.GetFileNameWithoutExtension(path), RecordedOps.Read(path)))];
        string table = ExperimentBlocks.Markdown(new Table("", ["op", "gradient", "second gradient", "host f32", "host f64", .. others.SelectMany(other => new[] { $"{other.Name} f32", $"{other.Name} f64" })],
        [
            .. reports.Select(report => (IReadOnlyList<string>)
            [
                report.Name, Gradient(report.First), Gradient(report.Second),
                .. Errors(new(report.ErrorF32, report.ErrorF64, report.Passed)),
                .. others.SelectMany(other => other.Ops.Rows.TryGetValue(report.Name, out RecordedOps.Row row) ? Errors(row) : ["not measured", "not measured"]),
            ]),
        ]));
        return others.Length == 0 ? table : $"{table}\n{string.Join("; ", others.Select(other => $"{other.Name}: {other.Ops.Device}"))}.\n";
    }

    /// <summary>The records of a repository.</summary>
    public static IEnumerable<string> Files(string repository) => Path.Combine(repository, "docs", "ops") is var folder && Directory.Exists(folder)
        ? Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal)
        : [];

    private static string[] Errors(RecordedOps.Row row) => row.Passed ? [Exact(row.F32, FloorF32), Exact(row.F64, FloorF64)] : ["FAILS", "FAILS"];

    private static string Exact(double error, double floor) => error == 0 ? "exact" : Bound(error, floor);

    private static string Gradient(GradcheckResult? result) => result is null ? "" : Bound(result.Error, FloorGradient);

    private static string Bound(double error, double floor) => double.IsFinite(error)
        ? string.Create(CultureInfo.InvariantCulture, $"≤ 1e{Math.Ceiling(Math.Log10(Math.Max(error, floor)) - 1e-9)}")
        : "∞";
}
