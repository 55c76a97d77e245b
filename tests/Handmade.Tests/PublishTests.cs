using System.Diagnostics;
using Handmade.Experiments.Tests;

namespace Handmade.Tests;

/// <summary>The published file, started with no environment at all: no SDK, no PATH, no HOME.</summary>
[Category("slow")]
[Platform("Linux")]
public class PublishTests
{
    private static readonly Lazy<string> File = new(Publish);

    [TestCase("--version", "handmade 0.")]
    [TestCase("list", "experiment")]
    [TestCase("run --help", "Examples")]
    public void The_single_file_runs_with_an_empty_environment(string arguments, string shown)
    {
        Answer answer = Run(arguments);
        Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((0, "")));
        Assert.That(answer.Out, Does.Contain(shown));
    }

    [Test]
    public void The_single_file_answers_wrong_input_with_one_sentence() =>
        Assert.That(Run("rnu"), Is.EqualTo(new Answer(2, "", "There is no verb rnu (did you mean run?); \"handmade --help\" lists them.\n")));

    [Test]
    public void The_single_file_simulates_trains_and_reports()
    {
        using var folder = new TemporaryFolder();
        string run = folder["run"];
        Answer answer = Run($"run collisions --preset smoke --set train.steps=200 --set data.trajectories=200 --quiet --out {run}");
        Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((0, "")));
        Assert.That(answer.Out, Does.Contain("Heads (true: S ≥ 0.85").And.Contain("contact score").And.Contain("Claims: ").And.Contain($"Report: {run}/report.html"));
        Assert.That(System.IO.File.ReadAllText(Path.Combine(run, "report.html")), Does.StartWith("<!doctype html>").And.Contain("<svg").And.Not.Contain("{{"));
        Assert.That(System.IO.File.ReadAllText(Path.Combine(run, "tables.json")), Does.Contain("\"Heads (true: S ≥ 0.85"));
    }

    [Test]
    public void The_single_file_is_small() =>
        Assert.That(new FileInfo(File.Value).Length, Is.LessThanOrEqualTo(40_000_000));

    private static Answer Run(string arguments)
    {
        var start = new ProcessStartInfo(File.Value, arguments.Split(' ')) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Clear();
        using Process process = Process.Start(start)!;
        return process.Answer();
    }

    // A file that is newer than everything it is made of need not be made again.
    private static string Publish()
    {
        string file = Path.Combine(Repository.Root, "out", "handmade");
        DateTime newest = Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*", SearchOption.AllDirectories)
            .Where(f => Path.GetExtension(f) is ".cs" or ".csproj" && !f.Contains("/obj/"))
            .Concat(Directory.EnumerateFiles(Repository.Root, "Directory.*.props"))
            .Max(System.IO.File.GetLastWriteTimeUtc);
        if (System.IO.File.Exists(file) && System.IO.File.GetLastWriteTimeUtc(file) > newest) return file;
        using Process publish = Process.Start(new ProcessStartInfo(Path.Combine(Repository.Root, "publish"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Answer answer = publish.Answer();
        Assert.That(answer.ExitCode, Is.Zero, answer.Out + answer.Error);
        return file;
    }
}
