using Handmade.Experiments.Tests;

namespace Handmade.Tests;

/// <summary>The verb <c>simulate</c>, with few discs.</summary>
public class SimulateTests
{
    private static readonly string[] small = ["simulate", "--particles", "300", "--steps", "50", "--threads", "1", "--out"];

    [Test]
    public void Each_frame_leaves_a_picture_and_a_row_and_the_gas_cools()
    {
        using var folder = new TemporaryFolder();
        Answer answer = Cli.Run([.. small, folder.Root, "--frames", "3"]);
        string[] rows = File.ReadAllLines(folder["frames.csv"]);
        double[] energies = [.. rows.Skip(1).Select(row => double.Parse(row.Split(',')[2], System.Globalization.CultureInfo.InvariantCulture))];
        using (Assert.EnterMultipleScope())
        {
            Assert.That((answer.ExitCode, answer.Error), Is.EqualTo((0, "")));
            Assert.That(answer.Out, Does.Contain("300 discs").And.Contain("GB of memory"));
            Assert.That(Directory.GetFiles(folder.Root, "*.png"), Has.Length.EqualTo(4));
            Assert.That(energies, Is.Ordered.Descending.And.All.InRange(0.1, 1.2));
        }
    }

    [Test]
    public void A_simulation_that_goes_on_has_the_bits_of_one_that_never_stopped()
    {
        using TemporaryFolder whole = new(), parts = new();
        Cli.Run([.. small, whole.Root, "--frames", "4", "--spread", "0.3"]);
        Cli.Run([.. small, parts.Root, "--frames", "2", "--spread", "0.3"]);
        Answer second = Cli.Run([.. small, parts.Root, "--frames", "4", "--spread", "0.3"]);
        using (Assert.EnterMultipleScope())
        {
            Assert.That(second.Out, Does.Contain("Frame 2 of 4 is there already"));
            Assert.That(File.ReadAllBytes(parts["frame-0004.png"]), Is.EqualTo(File.ReadAllBytes(whole["frame-0004.png"])));
            Assert.That(Numbers(parts), Is.EqualTo(Numbers(whole)));
        }

        // The last column is wall time.
        static string[] Numbers(TemporaryFolder folder) => [.. File.ReadAllLines(folder["frames.csv"]).Select(row => row[..row.LastIndexOf(',')])];
    }

    [Test]
    public void What_is_not_possible_is_one_sentence()
    {
        using var folder = new TemporaryFolder();
        Cli.Run([.. small, folder.Root, "--frames", "1"]);
        using (Assert.EnterMultipleScope())
        {
            Says("--particles 5 is not possible: it must be a whole number from 10 to 16777216.", "simulate", "--particles", "5");
            Says("--covered 0.9 is not possible: it must be above 0 and at most 0.8.", "simulate", "--covered", "0.9");
            Says("--restitution 2 is not possible: it must be a number from 0.1 to 1.", "simulate", "--restitution", "2");
            Says("--spread 0.95 is not possible: it must be a number from 0 to 0.9.", "simulate", "--spread", "0.95");
            Says("state.bin is from another simulation (particles 300,", [.. small, folder.Root, "--seed", "7"]);
        }

        static void Says(string sentence, params string[] args)
        {
            Answer answer = Cli.Run(args);
            Assert.That((answer.ExitCode, answer.Out), Is.EqualTo((2, answer.Out)));
            Assert.That(answer.Error, Does.Contain(sentence));
        }
    }
}
