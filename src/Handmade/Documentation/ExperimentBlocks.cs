using Handmade.Experiments;

namespace Handmade.Documentation;

/// <summary>Blocks about the experiments: <c>experiments</c>, and <c>options-NAME</c> for each.</summary>
internal static class ExperimentBlocks
{
    /// <summary>Registers them.</summary>
    public static void AddTo(Blocks blocks, Catalogue catalogue)
    {
        blocks.Add("experiments", () => Markdown(ExperimentTables.All(catalogue)));
        foreach (Experiment experiment in catalogue.Experiments)
        {
            blocks.Add($"options-{experiment.Name}", () => string.Join("\n",
                ExperimentTables.Options(experiment).Prepend(ExperimentTables.Presets(experiment)).Select(t => $"**{t.Title}**\n\n{Markdown(t)}")));
        }
    }

    /// <summary>A table as Markdown.</summary>
    public static string Markdown(Table table) => string.Join('\n',
    [
        Line(table.Columns),
        Line(table.Columns.Select(_ => "---")),
        .. table.Rows.Select(Line),
        "",
    ]);

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select(c => c.Replace("|", "\\|")))} |";
}
