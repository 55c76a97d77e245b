using Handmade.Experiments;
using Handmade.Output;
using Spectre.Console;

namespace Handmade.Tests;

public class ProgressTests
{
    [TestCase(1200, 24000, 345.4, 0.83121, "1,200/24,000", "345 steps/s  loss 0.8312  ETA 1:07")]
    [TestCase(10, 20, 0.5, double.NaN, "10/20", "0.50 steps/s  ETA 0:20")]
    [TestCase(0, 100000, 0, double.NaN, "0/100,000", "")]
    [TestCase(0, 36000, 2, 1e-9, "0/36,000", "2.00 steps/s  loss 1E-09  ETA 5:00:00")]
    public void Progress_reads_as_steps_rate_loss_and_time_left(long step, long total, double rate, double loss, string steps, string figures)
    {
        var progress = new Experiments.Progress("train", step, total, rate, loss);
        Assert.That(ProgressText.Steps(progress), Is.EqualTo(steps));
        Assert.That(ProgressText.Figures(progress), Is.EqualTo(figures));
    }

    [Test]
    public void A_log_gets_a_line_now_and_then()
    {
        using var log = new StringWriter();
        var clock = new ManualClock();
        var progress = new PlainProgress(log, TimeSpan.FromSeconds(5), clock);
        progress.Begin("train");
        for (int step = 1; step <= 30; step++)
        {
            clock.Seconds++;
            progress.Report(new Experiments.Progress("train", step, 30, 1, 0.5));
        }
        string[] lines = log.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);
        Assert.That(lines[0], Is.EqualTo("train"));
        Assert.That(lines.Length, Is.EqualTo(7));
        Assert.That(lines[1], Is.EqualTo("train  5/30  1.00 steps/s  loss 0.5  ETA 0:25"));
    }

    private sealed class ManualClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }

    [Test]
    public void A_terminal_gets_bars_and_the_result_comes_through()
    {
        using var screen = new StringWriter();
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            ColorSystem = ColorSystemSupport.NoColors,
            Interactive = InteractionSupport.Yes,
            Out = new AnsiConsoleOutput(screen),
        });
        console.Profile.Width = 120;
        RunOutcome outcome = LiveProgress.Show(console, sink =>
        {
            sink.Begin("train");
            sink.Say("goes on from step 5");
            sink.Report(new Experiments.Progress("train", 5, 10, 2, 0.25));
            sink.Begin("report");
            return RunOutcome.Done;
        });
        Assert.That(outcome, Is.EqualTo(RunOutcome.Done));
        Assert.That(screen.ToString(), Does.Contain("train").And.Contain("50%").And.Contain("5/10  2.00 steps/s  loss 0.25  ETA 0:03")
            .And.Contain("goes on from step 5").And.Contain("100%"));
    }

    [Test]
    public void Tables_are_aligned_text_in_a_log_and_drawn_on_a_terminal()
    {
        var table = new Handmade.Experiments.Table("Heads", ["head", "score"], [["0.1", "0.94"], ["1.12", "[none]"]]);
        using StringWriter log = new(), screen = new();
        new Terminal(log, log).Write(table);
        Assert.That(log.ToString().ReplaceLineEndings("\n"), Is.EqualTo("Heads\n  head  score\n  0.1   0.94\n  1.12  [none]\n\n"));
        IAnsiConsole console = AnsiConsole.Create(new AnsiConsoleSettings { Ansi = AnsiSupport.No, Out = new AnsiConsoleOutput(screen) });
        new Terminal(screen, screen, console).Write(table);
        Assert.That(screen.ToString(), Does.Contain("│ 1.12 │ [none] │"));
    }
}
