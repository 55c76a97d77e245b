using System.Diagnostics;
using System.Globalization;
using Handmade.Experiments.Tests;

namespace Handmade.Tests;

[Platform("Linux,MacOsX")]
public sealed class ProcessTests : IDisposable
{
    private const string Slow = "exec $HANDMADE run walk --preset smoke --out x --set train.steps=60 --set train.pause=20 --quiet";
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Process Start(string shell) => Cli.Start(shell, folder.Root);

    private Answer Run(string shell)
    {
        using Process process = Start(shell);
        return process.Answer();
    }

    // "STEP POSITION", as the walk writes it.
    private string Checkpoint(string run) => File.Exists(folder[run, "checkpoints", "resume.safetensors"]) ? File.ReadAllText(folder[run, "checkpoints", "resume.safetensors"]) : "0 0";

    private int StepsDone() => int.Parse(Checkpoint("x").Split(' ')[0], CultureInfo.InvariantCulture);

    private void WaitForSteps(int steps)
    {
        var clock = Stopwatch.StartNew();
        while (StepsDone() < steps)
        {
            Assert.That(clock.Elapsed.TotalSeconds, Is.LessThan(60), "the run does not come along");
            Thread.Sleep(5);
        }
    }

    private void FinishesLikeOneThatWasLeftAlone()
    {
        Assert.That(Run(Slow).ExitCode, Is.Zero);
        Assert.That(Run(Slow.Replace("--out x", "--out whole").Replace("pause=20", "pause=0")).ExitCode, Is.Zero);
        Assert.That(Checkpoint("x"), Is.EqualTo(Checkpoint("whole")).And.StartsWith("60 "));
    }

    [TestCase("INT", 130)]
    [TestCase("TERM", 143)]
    public void An_interrupted_run_says_how_to_go_on_and_does(string signal, int code)
    {
        using Process process = Start(Slow);
        WaitForSteps(5);
        Process.Start("kill", [$"-{signal}", $"{process.Id}"])!.WaitForExit();
        Answer answer = process.Answer();
        Assert.That(answer.ExitCode, Is.EqualTo(code), answer.Error);
        Assert.That(answer.Error, Does.Contain("Stopping: ").And.Contain(
            "Stopped at a checkpoint. To go on: handmade run walk --preset smoke --out x --set train.steps=60 --set train.pause=20 --quiet"));
        Assert.That(StepsDone(), Is.LessThan(60));
        FinishesLikeOneThatWasLeftAlone();
    }

    [Test]
    public void A_killed_run_leaves_no_lock_and_goes_on_with_the_same_bits()
    {
        using Process process = Start(Slow);
        WaitForSteps(7);
        process.Kill();
        process.WaitForExit();
        FinishesLikeOneThatWasLeftAlone();
    }

    [Test]
    public void Two_processes_do_not_share_a_folder()
    {
        using Process process = Start(Slow);
        WaitForSteps(1);
        Answer second = Run(Slow);
        process.Kill();
        process.WaitForExit();
        Assert.That(second.ExitCode, Is.EqualTo(2));
        Assert.That(second.Error, Does.StartWith("Another process is working on the run in x"));
    }

    [Test]
    public void Without_out_a_run_goes_where_its_name_says()
    {
        Assert.That(Run("$HANDMADE run walk --preset smoke").ExitCode, Is.Zero);
        Assert.That(File.Exists(folder["runs", "walk-smoke-1", "report.html"]));
    }

    [Test]
    public void Wrong_input_ends_with_2_and_leaves_nothing()
    {
        Answer answer = Run("$HANDMADE run walk --set model.layers=0");
        Assert.That((answer.ExitCode, answer.Out), Is.EqualTo((2, "")));
        Assert.That(Directory.EnumerateFileSystemEntries(folder.Root), Is.Empty);
    }

    [Test]
    public void A_reader_that_leaves_early_is_no_error() =>
        Assert.That(Run("{ $HANDMADE list walk; echo \"code $?\" >&2; } | true").Error, Is.EqualTo("code 0\n"));

    [Test]
    [Platform("Linux")]
    public void A_full_disk_gets_one_sentence() =>
        Assert.That(Run("$HANDMADE list walk > /dev/full"),
            Is.EqualTo(new Answer(2, "", "The disk is full: free some space and give the same command again.\n")));
}
