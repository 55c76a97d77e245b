using System.Globalization;
using Handmade.Analysis;
using Handmade.Analysis.Fits;
using Handmade.Experiments.Collisions;
using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Experiments.Tests.Collisions;

/// <summary>Laws and phases of emergence, from histories whose truth is planted.</summary>
public class EmergenceTests
{
    private const double Null = 0.08;

    private static readonly string[] threeBins = ["train.control-steps=0", "analysis.height-bins=3"];
    private static readonly CollisionsOptions options = new() { Blocks = 1, Heads = 2, HeightBins = 4 };

    [Test]
    public void A_planted_power_law_is_found_with_its_slope_and_its_change_points()
    {
        // From 0.01 at step 100 as t^1.2 to a plateau of 0.85.
        Emergence head = Emergence.Of(Planted((step, _) => Math.Min(0.85, 0.01 * Math.Pow(step / 100, 1.2))), options)[0];
        Assert.Multiple(() =>
        {
            Assert.That(head.Label, Is.EqualTo(HeadLabel.True));
            Assert.That(head.Score.RiseLaw!.SlopeInterval.Contains(1.2), $"{head.Score.RiseLaw}");
            Assert.That(head.Score.Law!.Slope, Is.EqualTo(1.2).Within(5).Percent);
            Assert.That(head.Score.Models!.Best, Is.EqualTo(GrowthForm.PowerLaw));
            Assert.That(head.Step, Is.InRange(350, 460), "0.05 is passed at step 382");
            Assert.That(head.Score.Turns!.Changes[1], Is.EqualTo(4059).Within(30).Percent, "where the plateau begins, as far as a straight piece can follow a power law");
        });
    }

    [Test]
    public void A_planted_exponential_is_not_taken_for_a_power_law()
    {
        Emergence head = Emergence.Of(Planted((step, _) => Math.Min(0.85, 0.005 * Math.Exp(step / 1500))), options)[0];
        Assert.That(head.Score.Models!.Best, Is.EqualTo(GrowthForm.Exponential));
    }

    [Test]
    public void A_head_that_stays_at_the_null_is_no_detector() => Assert.That(Emergence.Of(Planted((_, _) => 0), options), Is.Empty);

    [Test]
    public void Detection_that_begins_low_is_told_by_the_halves_of_the_box()
    {
        SeedHistory low = Planted((step, bin) => step > (bin < 2 ? 1000 : 4000) ? 0.8 : 0), everywhere = Planted((step, _) => step > 1000 ? 0.8 : 0);
        Assert.Multiple(() =>
        {
            Assert.That(HeightPhases.LowerOverUpper(low, 0, 0), Is.EqualTo(0.25).Within(20).Percent);
            Assert.That(HeightPhases.LowerOverUpper(everywhere, 0, 0), Is.EqualTo(1));
        });
    }

    [Test]
    public void Scores_by_height_of_a_run_make_up_its_scores()
    {
        using var temporary = new TemporaryFolder();
        using var device = new HostDevice(2);
        SmallRun.Go(temporary.Root, device, device.Workers, threeBins);
        string[][] metrics = Rows("metrics.csv"), heights = Rows("heights.csv");
        int contact = Array.IndexOf(metrics[0], "block2_head1_contact");
        foreach (string[] row in metrics.Skip(1))
        {
            string[][] bins = [.. heights.Where(bin => bin[0] == row[0] && bin[1] == row[1] && bin[2] == "2" && bin[3] == "1" && bin[6] != "0")];
            double touching = bins.Sum(bin => Number(bin[6]));
            Assert.That(bins.Sum(bin => Number(bin[6]) * Number(bin[7])) / touching, Is.EqualTo(Number(row[contact])).Within(1e-12), $"{row[0]}, step {row[1]}");
        }

        string[][] Rows(string name) => [.. File.ReadAllLines(temporary[name]).Select(line => line.Split(','))];
    }

    [Test]
    public void The_coefficient_enters_the_order_where_every_run_has_it_and_else_stands_beside()
    {
        // S rises from step 500 on, λ̂ of the network from 3000 on; the head's own was not estimated.
        IReadOnlyList<IReadOnlyList<Emergence>> runs = [.. Enumerable.Range(1, 5).Select(seed =>
            Emergence.Of(Planted((step, _) => 0.85 * Math.Clamp(Math.Log(step / 500) / Math.Log(10), 0, 1), $"seed {seed}", (ulong)seed), options))];
        LlcPoint[] rising = [.. Milestones.Of(24_000, 1.15).Skip(1).Select(step => new LlcPoint(step, 5 + (20 * Math.Max(0, Math.Log(step / 3000.0))) + (0.1 * Philox.Normal(3, 0, (ulong)step).First), 0.1))];
        IReadOnlyList<ChangePoints> every = ChangePoints.Of(runs, (_, head) => head is null ? rising : []);
        IReadOnlyList<ChangePoints> one = ChangePoints.Of(runs, (run, head) => run == "seed 2" && head is null ? rising : []);
        IReadOnlyList<string> row = ChangePoints.Order(every).Rows.Single(row => row[0] == "S rises" && row[1] == "λ̂ of the network turns");
        Assert.Multiple(() =>
        {
            Assert.That(row[2], Is.EqualTo("5 of 5"));
            Assert.That(Number(row[3]), Is.EqualTo(6).Within(10).Percent);
            Assert.That(Number(row[5]), Is.EqualTo(1 / 16.0).Within(1e-3), "2^(1−5): no run disagrees");
            Assert.That(ChangePoints.Order(every).Rows.Select(row => row[1]), Has.None.Contains("head"));
            Assert.That(ChangePoints.Order(one).Rows.Select(row => row[1]), Has.None.Contains("network").And.Some.EqualTo("S rises"));
            Assert.That(ChangePoints.Table(one).Rows.Select(row => row[6] == "–"), Is.EqualTo(new[] { true, false, true, true, true }));
            Assert.That(every[0].Network!.ChangeIntervals[0].Contains(3000), $"{every[0].Network!.ChangeIntervals[0]}");
            Assert.That(EmergenceFigures.When(one).ToCsv().Split('\n').Count(line => line.Contains("network")), Is.EqualTo(3), "an interval's ends and the point, of one run");
        });
    }

    [Test]
    public void A_coefficient_at_few_checkpoints_has_no_change_points() =>
        Assert.That(ChangePoints.Of([.. Enumerable.Range(0, 8).Select(i => new LlcPoint(i == 0 ? 0 : 10L << i, i, 0.1))]), Is.Null, "step 0 has no place on the axis, which leaves seven");

    /// <summary>A run of one block and two heads: head 1 has this excess over the null at a step and in a bin of height, with a little noise; head 2 has none.</summary>
    private static SeedHistory Planted(Func<double, int, double> excess, string name = "seed 1", ulong noiseSeed = 8) => new(name,
        [.. Milestones.Of(24_000, 1.15).Select(step =>
        {
            double noise = 1 + (0.02 * Philox.Normal(noiseSeed, 0, (ulong)step).First);
            double[] contacts = [.. Enumerable.Range(0, 4).Select(bin => Null + (excess(step, bin) * noise))];
            HeadScore first = Score(contacts.Average(), 0.4 - contacts.Average()), second = Score(Null, 0.4);
            return new Measurement(
                step, 1, 1, 1, [[first, second]],
                [[[.. contacts.Select(contact => new HeightScore(100, 100 * contact, 100 * Null))], [.. contacts.Select(_ => new HeightScore(100, 100 * Null, 100 * Null))]]]);
        })]);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    private static HeadScore Score(double contact, double correlation) => new(contact, contact, contact, 0, contact, 0.5, 0, correlation, correlation, Null, 400);
}
