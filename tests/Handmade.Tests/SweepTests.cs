using Handmade.Experiments.Tests;

namespace Handmade.Tests;

/// <summary>The verb <c>sweep</c> over the test's experiment.</summary>
public class SweepTests
{
    [Test]
    public void A_sweep_shows_every_point_and_leaves_a_report_that_tells_how_to_repeat_it()
    {
        using var temporary = new TemporaryFolder();
        string[] command = ["sweep", "walk", "--preset", "smoke", "--grid", "rate=0.1,0.2", "layers=2,3", "--seeds", "1", "--out", temporary.Root];
        Answer answer = Cli.Run(command);
        string report = File.ReadAllText(temporary["report.html"]);
        Assert.Multiple(() =>
        {
            Assert.That(answer.ExitCode, Is.Zero, answer.Error);
            Assert.That(answer.Out, Does.Contain("4 points of 2 rate × 2 layers, 1 seed each").And.Contain("4 done, 0 broken"));
            Assert.That(report, Does.Contain("handmade " + string.Join(' ', command)));
            Assert.That(File.ReadAllLines(temporary["sweep.csv"])[0], Is.EqualTo("rate,layers,state,near"));
        });
    }

    [Test]
    public void A_sweep_without_a_grid_is_refused()
    {
        Answer answer = Cli.Run("sweep", "walk");
        Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((2, "A sweep needs --grid NAME=VALUES; \"handmade list walk\" shows the options.\n")));
    }
}
