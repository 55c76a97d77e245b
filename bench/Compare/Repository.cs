using System.Diagnostics;

namespace Handmade.Bench;

/// <summary>The clone that this program was built in.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The short hash of what is checked out, with a plus if files differ from it.</summary>
    public static string Commit => Git("rev-parse", "--short", "HEAD") is { Length: > 0 } hash
        ? hash + (Git("status", "--porcelain", "--untracked-files=no").Length > 0 ? "+" : "")
        : "unknown";

    private static string Git(params string[] words)
    {
        try
        {
            using Process git = Process.Start(new ProcessStartInfo("git", words) { WorkingDirectory = Root, RedirectStandardOutput = true, RedirectStandardError = true })!;
            return git.StandardOutput.ReadToEnd().Trim();
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return "";
        }
    }

    private static string Find()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (File.Exists(Path.Combine(folder.FullName, "Handmade.sln"))) return folder.FullName;
        throw new InvalidOperationException($"there is no Handmade.sln above {AppContext.BaseDirectory}: build bench/Compare inside the repository");
    }
}
