using System.Globalization;
using Handmade.Autograd;
using Handmade.Experiments;
using Handmade.Kernels.Host;

namespace Handmade.Documentation;

/// <summary>The block <c>ops</c>: what is supported, with bounds of the measured errors.</summary>
internal static class OpsBlock
{
    // Below these the last bits of the reference's own functions show, which differ between systems.
    private const double FloorF32 = 1e-8, FloorF64 = 1e-14, FloorGradient = 1e-7;

    // A sample of the elements settles a power of ten; the tests and the verb move every one.
    private static readonly GradcheckOptions Sample = new() { ElementsPerInput = 16 };

    /// <summary>The table as Markdown. Every figure is rounded up to a power of ten, so that it is the same on every machine.</summary>
    public static string Text()
    {
        using var device = new HostDevice();
        OpReport[] reports = OpCheck.RunAll(device, OpCases.All, Sample);
        return ExperimentBlocks.Markdown(new Table("", ["op", "f32", "f64", "gradient", "second gradient", "host"],
        [
            .. reports.Select(report => (IReadOnlyList<string>)
            [
                report.Name, Exact(report.ErrorF32, FloorF32), Exact(report.ErrorF64, FloorF64),
                Gradient(report.First), Gradient(report.Second), report.Passed ? "yes" : "FAILS",
            ]),
        ]));
    }

    private static string Exact(double error, double floor) => error == 0 ? "exact" : Bound(error, floor);

    private static string Gradient(GradcheckResult? result) => result is null ? "" : Bound(result.Error, FloorGradient);

    private static string Bound(double error, double floor) => double.IsFinite(error)
        ? string.Create(CultureInfo.InvariantCulture, $"≤ 1e{Math.Ceiling(Math.Log10(Math.Max(error, floor)) - 1e-9)}")
        : "∞";
}
