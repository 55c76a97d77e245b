namespace Handmade.Analysis.Tests;

/// <summary>Where outcomes turn, from simulated and from exact ones.</summary>
public class LogisticBoundaryTests
{
    [Test]
    public void Separated_outcomes_give_the_gap_and_no_more()
    {
        var boundary = LogisticBoundary.Of([(0, true), (0.25, true), (0.5, false), (1, false)]);
        Assert.Multiple(() =>
        {
            Assert.That(boundary.IsSeparated);
            Assert.That((boundary.Low, boundary.At, boundary.High), Is.EqualTo((0.25, 0.375, 0.5)));
        });
    }

    [Test]
    public void Outcomes_that_all_agree_or_turn_the_other_way_have_no_boundary()
    {
        Assert.That(LogisticBoundary.Of([(0, true), (1, true)]).Exists, Is.False);
        Assert.That(LogisticBoundary.Of([(0, false), (1, false)]).Exists, Is.False);
        Assert.That(LogisticBoundary.Of([(0, false), (1, true)]).Exists, Is.False);
    }

    [Test]
    public void Symmetric_outcomes_that_overlap_turn_in_their_middle()
    {
        var boundary = LogisticBoundary.Of([(0, true), (0.2, true), (0.4, false), (0.6, true), (0.8, false), (1, false)]);
        Assert.Multiple(() =>
        {
            Assert.That(boundary.IsSeparated, Is.False);
            Assert.That(boundary.At, Is.EqualTo(0.5).Within(2e-3));
            Assert.That(boundary.Low, Is.LessThan(0.4));
            Assert.That(boundary.Low + boundary.High, Is.EqualTo(1).Within(5e-3));
        });
    }

    [Test]
    public void The_interval_holds_the_true_boundary_of_drawn_outcomes_in_most_draws()
    {
        var random = new Random(7);
        int held = 0;
        const int draws = 40;
        for (int draw = 0; draw < draws; draw++)
        {
            (double, bool)[] outcomes = [.. Enumerable.Range(0, 60).Select(i => i / 59.0).Select(x => (x, random.NextDouble() < 1 / (1 + Math.Exp(12 * (x - 0.4)))))];
            LogisticBoundary boundary = LogisticBoundary.Of(outcomes);
            if (boundary.Low <= 0.4 && 0.4 <= boundary.High) held++;
            Assert.That(boundary.At, Is.EqualTo(0.4).Within(0.25));
        }
        // 38 are expected; fewer than 33 have a chance of about one in a hundred.
        Assert.That(held, Is.GreaterThanOrEqualTo(33));
    }
}
