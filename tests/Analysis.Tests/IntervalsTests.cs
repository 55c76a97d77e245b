using Handmade.Kernels;

namespace Handmade.Analysis.Tests;

/// <summary>Intervals against known values and against how often they hold.</summary>
public class IntervalsTests
{
    [TestCase(0, 10, 0, 0.2775)]
    [TestCase(10, 10, 0.7225, 1)]
    [TestCase(5, 10, 0.2366, 0.7634)]
    [TestCase(81, 263, 0.2553, 0.3662)]
    [TestCase(0, 0, 0, 1)]
    public void A_share_has_the_interval_of_Wilsons_score(int hits, int trials, double low, double high)
    {
        var interval = Intervals.Share(hits, trials);
        Assert.That(interval.Low, Is.EqualTo(low).Within(1e-4));
        Assert.That(interval.High, Is.EqualTo(high).Within(1e-4));
    }

    [Test]
    public void The_bootstrap_of_many_runs_has_the_width_of_the_normal_interval()
    {
        double[] runs = [.. Enumerable.Range(0, 400).Select(i => Philox.Normal(3, 1, (ulong)i).First)];
        var (low, high) = Intervals.Mean(runs, 7);
        double mean = runs.Average(), error = 1.96 * Math.Sqrt(runs.Average(x => (x - mean) * (x - mean)) / runs.Length);
        Assert.That(low, Is.EqualTo(mean - error).Within(0.06 * error));
        Assert.That(high, Is.EqualTo(mean + error).Within(0.06 * error));
    }

    [Test]
    public void Equal_runs_and_a_single_one_leave_no_width()
    {
        Assert.That(Intervals.Mean([2, 2, 2, 2], 1), Is.EqualTo((2.0, 2.0)));
        Assert.That(Intervals.Mean([3], 1), Is.EqualTo((3.0, 3.0)));
    }
}
