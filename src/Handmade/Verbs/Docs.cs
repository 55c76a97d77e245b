using System.CommandLine;
using Handmade.Documentation;
using Handmade.Experiments;
using Handmade.Kernels;
using Handmade.Output;

namespace Handmade.Verbs;

/// <summary><c>handmade docs</c>: fills the generated parts of the README and the docs, and draws their figures.</summary>
internal sealed class Docs : Verb
{
    private readonly Blocks blocks;
    private readonly Catalogue catalogue;
    private readonly Terminal terminal;
    private readonly Option<bool> check = new("--check") { Description = "writes nothing; exits with 2 and the difference if a page is out of date" };
    private readonly Option<string?> adopt = new("--adopt") { HelpName = "RUNFOLDER", Description = "takes over the results of a finished run into docs/experiments" };
    private readonly Option<string?> root = new("--root") { HelpName = "FOLDER", Description = "the repository (default: the one around the current folder)" };

    /// <summary>The verb over these blocks, for runs of these experiments.</summary>
    public Docs(Blocks blocks, Catalogue catalogue, Terminal terminal)
        : base("docs", "Fills the generated parts of README.md and docs/*.md, and draws the figures of docs/performance.")
    {
        (this.blocks, this.catalogue, this.terminal) = (blocks, catalogue, terminal);
        Add(check);
        Add(adopt);
        Add(root);
    }

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["docs", "docs --check", "docs --adopt runs/collisions-tiny-1to5"];

    /// <inheritdoc/>
    protected override int Execute(ParseResult input)
    {
        string repository = input.GetValue(root) ?? Repository();
        if (input.GetValue(adopt) is { } run)
        {
            if (input.GetValue(check)) throw new HandmadeException("docs takes --check or --adopt, not both: --check writes nothing.");
            terminal.WriteLine($"{Path.GetRelativePath(repository, AdoptedRun.Adopt(repository, run, catalogue).Folder)} has the results of {run}");
        }
        int stale = 0;
        foreach (var (name, filled) in Pages(repository).Select(page => (page.Name, blocks.Fill(page, File.ReadAllText(page.Path)))).Concat(ScalingFigures.Of(repository)))
        {
            string path = Path.Combine(repository, name), old = File.Exists(path) ? File.ReadAllText(path) : "";
            if (filled == old) continue;
            stale++;
            if (input.GetValue(check))
            {
                terminal.WriteLine($"{name} is out of date:");
                foreach (string line in LineDifference.Of(old, filled)) terminal.WriteLine(line);
            }
            else
            {
                AtomicFile.WriteText(path, filled);
                terminal.WriteLine($"{name} is new");
            }
        }
        if (stale == 0) terminal.WriteLine("The docs are up to date.");
        if (stale == 0 || !input.GetValue(check)) return 0;
        terminal.Error.WriteLine($"{stale} of the pages {(stale == 1 ? "is" : "are")} out of date: \"dotnet run -c Release --project src/Handmade -- docs\" repairs that.");
        return ErrorBoundary.Refused;
    }

    private static IEnumerable<Page> Pages(string repository)
    {
        string readme = Path.Combine(repository, "README.md"), docs = Path.Combine(repository, "docs");
        IEnumerable<string> pages = Directory.Exists(docs) ? Directory.EnumerateFiles(docs, "*.md", SearchOption.AllDirectories).Order(StringComparer.Ordinal) : [];
        return (File.Exists(readme) ? pages.Prepend(readme) : pages).Select(path => new Page(repository, Path.GetRelativePath(repository, path)));
    }

    private static string Repository()
    {
        for (DirectoryInfo? folder = new(Environment.CurrentDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Handmade.sln"))) return folder.FullName;
        throw new HandmadeException($"docs works on a clone of the repository, and there is no Handmade.sln in or above {Environment.CurrentDirectory}: change there, or name it with --root.");
    }
}
