namespace Handmade.Documentation;

/// <summary>A page of the docs: what a block may need to know about the place it is written into.</summary>
/// <param name="Repository">The folder of the repository.</param>
/// <param name="Name">The page's path in it: <c>docs/cli.md</c>.</param>
internal sealed record Page(string Repository, string Name)
{
    /// <summary>The page's path.</summary>
    public string Path => System.IO.Path.Combine(Repository, Name);

    /// <summary>How a link on this page names a file of the repository.</summary>
    public string LinkTo(string path) =>
        System.IO.Path.GetRelativePath(System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!, path).Replace('\\', '/');
}
