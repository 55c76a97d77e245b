using Handmade.Experiments;

namespace Handmade.Documentation;

/// <summary>The blocks <c>performance TOPIC</c>: the tables that <c>./bench/compare</c> measured, one for each machine.</summary>
internal static class PerformanceBlocks
{
    /// <summary>The table of a topic on every machine that has measured it, or the command that would fill it.</summary>
    public static string Text(Page page, string topic)
    {
        string[] tables = [.. Measured.All(page.Repository, topic).Select(Table)];
        return tables.Length > 0 ? string.Join('\n', tables) : $"No machine has measured this yet: `./bench/compare {topic} --write` does.";
    }

    private static string Table(Measured topic) =>
        $"{topic.Machine}; {topic.Date}, commit {topic.Commit}\n\n" + ExperimentBlocks.Markdown(new Table("", ["what", "shape", "threads", "ours", "rival", "rival's", "ratio", "goal", ""],
        [
            .. topic.Rows.Select(row => (IReadOnlyList<string>)
            [
                row.What, row.Shape, $"{row.Threads}", $"{Comparison.Three(row.Ours)} {row.Unit}", row.Rival,
                row.RivalFigure is { } figure ? Comparison.Three(figure) : "", row.RatioText, row.Goal, row.Verdict,
            ]),
        ]));
}
