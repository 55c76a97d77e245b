using System.Diagnostics;
using Handmade.Experiments;
using Handmade.Experiments.Tests;
using Handmade.Output;

namespace Handmade.Tests;

/// <summary>What a command line left behind.</summary>
public sealed record Answer(int ExitCode, string Out, string Error);

/// <summary>Runs command lines, in this process or in one of their own.</summary>
public static class Cli
{
    /// <summary>Runs it in this process over the test's experiment.</summary>
    public static Answer Run(params string[] args) => Run(new Catalogue(new Walk()), args);

    public static Answer Run(Catalogue catalogue, params string[] args)
    {
        using StringWriter output = new(), error = new();
        int code = Program.Start(args, catalogue, new Terminal(output, error));
        return new Answer(code, output.ToString(), error.ToString());
    }

    /// <summary>Starts it as a process; <paramref name="shell"/> may end in a redirection, <c>$HANDMADE</c> is the command.</summary>
    public static Process Start(string shell, string? folder = null)
    {
        var start = new ProcessStartInfo("/bin/sh", ["-c", shell])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder ?? TestContext.CurrentContext.WorkDirectory,
        };
        start.Environment["HANDMADE"] = $"dotnet {typeof(Entry).Assembly.Location}";
        start.Environment.Remove("HANDMADE_DEBUG");
        return Process.Start(start)!;
    }

    /// <summary>Waits for a process and gathers what it wrote.</summary>
    public static Answer Answer(this Process process)
    {
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new Answer(process.ExitCode, output, error.Result);
    }
}
