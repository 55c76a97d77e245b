using Handmade.Analysis.Fits;
using Handmade.Kernels;

namespace Handmade.Analysis.Tests.Fits;

/// <summary>Change points of broken laws are found, with intervals that hold them as often as they say.</summary>
public sealed class CurvePhasesTests
{
    private static readonly double[] times = FitData.Times(10, 10_000, 40);

    [Test]
    public void A_broken_law_without_noise_is_recovered()
    {
        CurvePhases phases = CurvePhases.Fit(FitData.Noisy(times, Broken, 0, 0));
        Assert.Multiple(() =>
        {
            Assert.That(phases.Changes[0], Is.EqualTo(300).Within(0.5).Percent);
            Assert.That(phases.Slopes[0], Is.EqualTo(0.5).Within(1e-3));
            Assert.That(phases.Slopes[1], Is.EqualTo(1.5).Within(1e-3));
            Assert.That(phases.At(1000), Is.EqualTo(Broken(1000)).Within(0.5).Percent);
        });
    }

    [Test]
    public void Intervals_hold_change_point_and_slopes_as_often_as_they_say()
    {
        const int draws = 200;
        int[] held = new int[3];
        for (int draw = 0; draw < draws; draw++)
        {
            CurvePhases phases = CurvePhases.Fit(FitData.Noisy(times, Broken, 0.1, (ulong)draw));
            if (phases.ChangeIntervals[0].Contains(300)) held[0]++;
            if (phases.SlopeIntervals[0].Contains(0.5)) held[1]++;
            if (phases.SlopeIntervals[1].Contains(1.5)) held[2]++;
        }
        Assert.That(held.Select(count => (double)count / draws), Has.All.InRange(0.9, 0.99));
    }

    [Test]
    public void Two_change_points_are_found_where_there_are_two()
    {
        // Flat, rise, plateau.
        CurvePhases phases = CurvePhases.OneOrTwo(FitData.Noisy(times, t => Math.Clamp(t, 100, 2000), 0.05, 3));
        Assert.Multiple(() =>
        {
            Assert.That(phases.Changes, Has.Count.EqualTo(2));
            Assert.That(phases.ChangeIntervals[0].Contains(100), $"{phases.ChangeIntervals[0]}");
            Assert.That(phases.ChangeIntervals[1].Contains(2000), $"{phases.ChangeIntervals[1]}");
            Assert.That(phases.Slopes[1], Is.EqualTo(1).Within(5).Percent);
        });
    }

    [Test]
    public void One_change_point_suffices_where_there_is_one() =>
        Assert.That(Enumerable.Range(0, 20).Count(seed => CurvePhases.OneOrTwo(FitData.Noisy(times, Broken, 0.05, (ulong)seed)).Changes.Count == 1), Is.GreaterThanOrEqualTo(17));

    [Test]
    public void A_curve_that_turns_negative_is_split_without_logarithms()
    {
        // −0.1 until 200, then down by 0.3 for each e-fold.
        CurvePhases phases = CurvePhases.Fit(new Curve(times, times.Select((t, i) => -0.1 - (0.3 * Math.Max(0, Math.Log(t / 200))) + (0.02 * Philox.Normal(1, 1, (ulong)i).First))), logValue: false);
        Assert.Multiple(() =>
        {
            Assert.That(phases.ChangeIntervals[0].Contains(200), $"{phases.ChangeIntervals[0]}");
            Assert.That(phases.SlopeIntervals[1].Contains(-0.3), $"{phases.SlopeIntervals[1]}");
        });
    }

    [Test]
    public void Runs_that_change_at_different_times_widen_the_interval()
    {
        Curve[] alike = [.. Enumerable.Range(0, 5).Select(run => FitData.Noisy(times, Broken, 0.05, (ulong)run))];
        Curve[] apart = [.. Enumerable.Range(0, 5).Select(run => FitData.Noisy(times, t => Broken(t * Math.Pow(2, (run - 2) / 2.0)), 0.05, (ulong)run))];
        Assert.That(Width(apart), Is.GreaterThan(3 * Width(alike)));

        static double Width(Curve[] runs) => CurvePhases.Fit(runs).ChangeIntervals[0] is var interval ? Math.Log(interval.High / interval.Low) : 0;
    }

    [Test]
    public void Too_few_points_are_one_sentence() =>
        Assert.That(() => CurvePhases.Fit(new Curve([1, 2, 3], [1, 2, 3])), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("phases: 3 points for 1 change points; give 8 or more"));

    [Test]
    public void The_order_of_two_change_points_is_told_where_there_is_one()
    {
        Order order = Order.Of(Runs(0, 1), Runs(10, 2));
        Assert.Multiple(() =>
        {
            Assert.That(order.Earlier, Is.EqualTo(5));
            Assert.That(order.Ratio, Is.EqualTo(2).Within(10).Percent);
            Assert.That(order.P, Is.EqualTo(1 / 16.0), "the least of five runs");
        });
    }

    [Test]
    public void Change_points_at_the_same_time_are_seldom_told_apart()
    {
        Order[] orders = [.. Enumerable.Range(0, 20).Select(k => Order.Of(Runs(100 * k, 1), Runs((100 * k) + 50, 1)))];
        Assert.Multiple(() =>
        {
            Assert.That(orders.Count(order => order.P < 0.1), Is.LessThanOrEqualTo(4), "of 20");
            Assert.That(orders.Count(order => order.RatioInterval.Contains(1)), Is.GreaterThanOrEqualTo(17), "of 20");
        });
    }

    private static CurvePhases[] Runs(int seed, double delay) =>
        [.. Enumerable.Range(seed, 5).Select(run => CurvePhases.Fit(FitData.Noisy(times, t => Broken(t / delay), 0.05, (ulong)run), bootstrap: new BootstrapOptions { Draws = 100 }))];

    private static double Broken(double t) => t < 300 ? Math.Pow(t / 300, 0.5) : Math.Pow(t / 300, 1.5);
}
