namespace Handmade.Experiments;

/// <summary>
/// All that <c>report.html</c> shows, as plain data: an experiment fills it, the executable writes it. Lists that stay empty leave out their section.
/// </summary>
/// <param name="Title">Heading of the page: what was found out, in one line.</param>
/// <param name="Paper">The paper that is reproduced: authors, year, title, where to find it.</param>
/// <param name="Config">The run's configuration: experiment, preset, seeds, device, version.</param>
/// <param name="Date">When the run ended.</param>
/// <param name="Duration">How long the run took, its resumed parts added up.</param>
public sealed record ReportData(string Title, string Paper, RunConfig Config, DateTimeOffset Date, TimeSpan Duration)
{
    /// <summary>What came out, a paragraph each, plain text.</summary>
    public IReadOnlyList<string> Summary { get; init; } = [];

    /// <summary>The claims with what was measured.</summary>
    public IReadOnlyList<Claim> Claims { get; init; } = [];

    /// <summary>
    /// Result tables, the table of heads first. A column of numbers is aligned as such; one whose head says "score" and whose values lie in [0, 1] gets a bar
    /// behind each number; the words <c>true</c>, <c>partial</c> and <c>none</c> become coloured labels.
    /// </summary>
    public IReadOnlyList<Table> Tables { get; init; } = [];

    /// <summary>The figures in the order of the page.</summary>
    public IReadOnlyList<ReportFigure> Figures { get; init; } = [];

    /// <summary>Every option with the value that was used.</summary>
    public IReadOnlyList<Option> Options { get; init; } = [];

    /// <summary>
    /// <c>name=value</c> for each option in which the run departs from its preset, as <c>--set</c> takes them; with them the page tells how to repeat the run.
    /// </summary>
    public IReadOnlyList<string> Assignments { get; init; } = [];

    /// <summary>The walk through a Clock and a Pizza; null for none.</summary>
    public AdditionWalk? Walk { get; init; }

    /// <summary>The command line that made the page, where it was not <c>run</c>; null tells the run's own.</summary>
    public string? Command { get; init; }

    /// <summary>Scenes for the player; the first one is shown first.</summary>
    public IReadOnlyList<SceneRecording> Scenes { get; init; } = [];
}

/// <summary>A figure of the report.</summary>
/// <param name="Svg">The SVG text, as <c>Figure.ToSvg</c> or <c>Panels.ToSvg</c> give it.</param>
/// <param name="Caption">What the reader sees, plain text, a sentence or more.</param>
/// <param name="CsvPath">Where the numbers lie, relative to the report (<c>figures/loss.csv</c>); empty for none.</param>
public sealed record ReportFigure(string Svg, string Caption, string CsvPath = "");
