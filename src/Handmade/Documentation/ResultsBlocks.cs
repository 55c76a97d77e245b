using System.Net;
using System.Text;
using Handmade.Experiments;
using Handmade.Output;

namespace Handmade.Documentation;

/// <summary>The blocks <c>results EXPERIMENT PRESET</c>: what an adopted run found.</summary>
internal static class ResultsBlocks
{
    // A longer table is folded.
    private const int MostRows = 12;

    /// <summary>Registers one for every preset.</summary>
    public static void AddTo(Blocks blocks, Catalogue catalogue)
    {
        foreach (Experiment experiment in catalogue.Experiments)
            foreach (Preset preset in experiment.Presets)
                blocks.Add($"results {experiment.Name} {preset.Name}", page => Text(page, experiment, AdoptedRun.Read(page.Repository, experiment.Name, preset.Name)));
    }

    private static string Text(Page page, Experiment experiment, AdoptedRun run)
    {
        RunConfig config = run.Config;
        var text = new StringBuilder($"Preset `{config.Preset}`, {Seeds(config.Seeds)}, device {config.Device}, {Threads(config.Threads)}, version {config.Build}.\n");
        string[] changes = [.. Changes(experiment, config)];
        if (changes.Length > 0) text.Append($"Not as the preset is today: {string.Join(", ", changes)}.\n");

        Append(text, Verdict.Table(run.Claims));
        foreach (Table table in run.Tables.OrderBy(t => t.Rows.Count > MostRows)) Append(text, table);
        if (run.Figures.Count > 0)
            text.Append($"\nFigures: {string.Join(", ", run.Figures.Select(f => $"[{Path.GetFileNameWithoutExtension(f)}]({page.LinkTo(f)})"))}\n");
        return text.ToString();
    }

    private static void Append(StringBuilder text, Table table)
    {
        string rows = ExperimentBlocks.Markdown(table);
        text.Append(table.Rows.Count <= MostRows
            ? $"\n**{table.Title}**\n\n{rows}"
            : $"\n<details>\n<summary>{WebUtility.HtmlEncode(table.Title)}</summary>\n\n{rows}\n</details>\n");
    }

    // A preset that changed after the run, or a run that was given --set.
    private static IEnumerable<string> Changes(Experiment experiment, RunConfig config)
    {
        foreach (Option option in experiment.Configure(config.Preset, []).All)
        {
            string ran = config.Options.FirstOrDefault(o => o.Name == option.Name).Json ?? "nothing";
            if (ran != option.Json) yield return $"`{option.Name}` was {ran} and is {option.Json}";
        }
    }

    private static string Seeds(IReadOnlyList<ulong> seeds) => seeds.Count == 1 ? $"seed {seeds[0]}" : $"seeds {seeds[0]} to {seeds[^1]}";

    private static string Threads(int threads) => threads == 1 ? "1 thread" : $"{threads} threads";
}
