using System.Globalization;
using Handmade.Experiments;
using Handmade.Kernels;

namespace Handmade.Documentation;

/// <summary>The blocks <c>scaling TOPIC</c>: the drawing of a topic's curves, and with which powers they grow.</summary>
internal static class ScalingBlocks
{
    /// <summary>The curves on every machine that has measured them.</summary>
    /// <exception cref="HandmadeException">No machine has.</exception>
    public static string Text(Page page, string topic)
    {
        string[] parts = [.. Measured.All(page.Repository, topic).Where(found => Curve.Of(found).Any()).Select(found => Text(page, found))];
        return parts.Length > 0
            ? string.Join('\n', parts)
            : throw new HandmadeException($"{page.Name}: bench/results has no curves of {topic}: \"./bench/compare {topic} --write\" measures them.");
    }

    private static string Text(Page page, Measured topic) => $"""
        ![{topic.Topic}]({page.LinkTo(Path.Combine(page.Repository, ScalingFigures.NameOf(topic, "svg")))})

        {topic.Machine}; {topic.Date}, commit {topic.Commit}

        {ExperimentBlocks.Markdown(new Table("", ["against", "from", "to", "figures", "power at the upper end", "power of the operations", "operations a second, first and last"],
        [
            .. Curve.Of(topic).Select(curve => (IReadOnlyList<string>)
            [
                curve.Name, $"{curve.At.First()}", $"{curve.At.Last()}",
                $"{Comparison.Three(curve.Rows[0].Ours)} to {Comparison.Three(curve.Rows[^1].Ours)} {curve.Rows[0].Unit}",
                Digits(curve.MeasuredPower), curve.WorkPower is { } power ? Digits(power) : "", Rates(curve),
            ]),
        ]))}
        """;

    // Microseconds: operations a microsecond are a thousandth of GFLOP/s.
    private static string Rates(Curve curve) => curve.ByWork.Count > 0 ? $"{Rate(curve.Rows[0])} and {Rate(curve.Rows[^1])} GFLOP/s" : "";

    private static string Rate(Comparison row) => Comparison.Three(row.Work!.Value / row.Ours / 1e3);

    private static string Digits(double power) => power.ToString("F2", CultureInfo.InvariantCulture);
}
