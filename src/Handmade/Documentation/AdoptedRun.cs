using Handmade.Experiments;
using Handmade.Kernels;

namespace Handmade.Documentation;

/// <summary>
/// The results of a finished run, kept in the repository so that the docs can show them: <c>config.json</c>, <c>claims.json</c>,
/// <c>tables.json</c> and <c>figures/*.svg</c> in <c>docs/experiments/EXPERIMENT/PRESET</c>.
/// </summary>
internal sealed class AdoptedRun
{
    private const string ConfigName = "config.json", ClaimsName = "claims.json", TablesName = "tables.json", FiguresName = "figures";

    // The last thing that a run writes.
    private const string ReportName = "report.html";

    private AdoptedRun(string folder)
    {
        Folder = folder;
        Config = RunConfig.Read(Path.Combine(folder, ConfigName));
        Claims = Results.ReadClaims(Path.Combine(folder, ClaimsName));
        Tables = Results.ReadTables(Path.Combine(folder, TablesName));
        Figures = FiguresOf(folder);
    }

    /// <summary>Where it lies.</summary>
    public string Folder { get; }

    /// <summary>What was run, and by which version.</summary>
    public RunConfig Config { get; }

    /// <summary>The claims with their measured values.</summary>
    public IReadOnlyList<Claim> Claims { get; }

    /// <summary>The tables of the run.</summary>
    public IReadOnlyList<Table> Tables { get; }

    /// <summary>Paths of the figures, by name.</summary>
    public IReadOnlyList<string> Figures { get; }

    /// <summary>Reads what was adopted for a preset.</summary>
    /// <exception cref="HandmadeException">Nothing was, or its files are damaged.</exception>
    public static AdoptedRun Read(string repository, string experiment, string preset)
    {
        string folder = FolderOf(repository, experiment, preset);
        if (!File.Exists(Path.Combine(folder, ConfigName)))
            throw new HandmadeException($"There are no results of {experiment} {preset} to show: \"handmade docs --adopt RUNFOLDER\" takes over those of a finished run.");
        try
        {
            return new AdoptedRun(folder);
        }
        catch (HandmadeException e)
        {
            throw new HandmadeException($"The results in {folder} are damaged: \"handmade docs --adopt RUNFOLDER\" takes over those of a finished run again.", e);
        }
    }

    /// <summary>Takes over a finished run, in place of the one that was there.</summary>
    /// <exception cref="HandmadeException">The folder is no run, the run is not finished, or this version lacks its experiment or preset.</exception>
    public static AdoptedRun Adopt(string repository, string run, Catalogue catalogue)
    {
        if (!File.Exists(Path.Combine(run, ConfigName)))
            throw new HandmadeException($"{run} is no run folder, it has no {ConfigName}: name one that \"handmade run\" has made.");
        RunConfig config = RunConfig.Read(Path.Combine(run, ConfigName));
        string preset = catalogue[config.Experiment].Preset(config.Preset).Name;
        foreach (string needed in (string[])[ClaimsName, TablesName, ReportName])
            if (!File.Exists(Path.Combine(run, needed)))
                throw new HandmadeException($"The run in {run} is not finished, it has no {needed} yet: let it finish with the command that began it.");

        string folder = FolderOf(repository, config.Experiment, preset);
        IReadOnlyList<string> figures = FiguresOf(run);
        foreach (string old in FiguresOf(folder))
            if (figures.All(f => Path.GetFileName(f) != Path.GetFileName(old))) File.Delete(old);
        foreach (string path in figures.Concat(((string[])[ClaimsName, TablesName, ConfigName]).Select(name => Path.Combine(run, name))))
            AtomicFile.Write(Path.Combine(folder, Path.GetRelativePath(run, path)), stream => stream.Write(File.ReadAllBytes(path)));
        return new AdoptedRun(folder);
    }

    private static string FolderOf(string repository, string experiment, string preset) =>
        Path.Combine(repository, "docs", "experiments", experiment, preset);

    private static IReadOnlyList<string> FiguresOf(string folder) => !Directory.Exists(Path.Combine(folder, FiguresName)) ? [] :
        [.. Directory.EnumerateFiles(Path.Combine(folder, FiguresName), "*.svg").Order(StringComparer.Ordinal)];
}
