using Handmade.Analysis.Fits;
using Handmade.Kernels;

namespace Handmade.Analysis.Tests.Fits;

/// <summary>Laws that are known are found, and where there is none, none is.</summary>
public sealed class PowerLawTests
{
    [TestCase(4, -1 / 2.0)]
    [TestCase(6, -1 / 4.0)]
    [TestCase(8, -1 / 6.0)]
    public void Gradient_descent_decays_with_the_slope_of_its_potential(int power, double slope)
    {
        Curve descent = FitData.Descent(power);
        PowerLaw fromZero = PowerLaw.Fit(descent)!, fitted = PowerLaw.Fit(descent, new PowerLawOptions { FitOrigin = true })!;
        Assert.Multiple(() =>
        {
            Assert.That(fromZero.Slope, Is.EqualTo(slope).Within(3).Percent, "the clock of the decay starts before step 0, which bends the first decade");
            Assert.That(fromZero.Decades, Is.GreaterThan(2.5));
            Assert.That(fitted.Slope, Is.EqualTo(slope).Within(0.5).Percent);
            Assert.That(fitted.Decades, Is.GreaterThan(4));
        });
    }

    [TestCase(4)]
    [TestCase(6)]
    [TestCase(8)]
    public void Degree_and_Lojasiewicz_exponent_of_a_potential_lie_in_their_intervals(int power)
    {
        const int draws = 20;
        Curve descent = FitData.Descent(power);
        Degeneracy[] found = [.. Enumerable.Range(0, draws).Select(seed => Degeneracy.OfDecay(PowerLaw.Fit(
            FitData.WithNoise(descent, 0.02, (ulong)seed), new PowerLawOptions { FitOrigin = true, Bootstrap = new BootstrapOptions { Draws = 100 } })!))];
        Assert.Multiple(() =>
        {
            Assert.That(found.Count(d => d.MInterval.Contains(power)), Is.GreaterThanOrEqualTo(17), $"of {draws}");
            Assert.That(found.Count(d => d.ThetaInterval.Contains(1 - (1.0 / power))), Is.GreaterThanOrEqualTo(17), $"of {draws}");
            Assert.That(found.Select(d => d.M), Has.All.EqualTo(power).Within(5).Percent);
            Assert.That(found.Select(d => d.MInterval.High - d.MInterval.Low), Has.All.LessThan(0.15 * power), "intervals that say something");
        });
    }

    [Test]
    public void The_stretch_ends_where_the_law_does()
    {
        // Noise until 100, the law until 10,000, then a plateau.
        Curve curve = FitData.Noisy(FitData.Times(10, 100_000, 60), t => Math.Pow(Math.Clamp(t, 100, 10_000), 1.3), 0.02, 1);
        PowerLaw law = PowerLaw.Fit(curve)!;
        Assert.Multiple(() =>
        {
            Assert.That(law.From, Is.InRange(60, 160));
            Assert.That(law.To, Is.InRange(6500, 16_000));
            Assert.That(law.SlopeInterval.Contains(1.3), $"{law.SlopeInterval}");
            Assert.That(law.At(1000), Is.EqualTo(Math.Pow(1000, 1.3)).Within(3).Percent);
        });
    }

    [Test]
    public void Noise_has_no_power_law()
    {
        double[] times = FitData.Times(10, 30_000, 40);
        int found = Enumerable.Range(0, 100).Count(seed => PowerLaw.Fit(FitData.Noisy(times, _ => 1, 0.3, (ulong)seed)) is not null);
        Assert.That(found, Is.LessThanOrEqualTo(1), "of 100 draws");
    }

    [Test]
    public void An_exponential_has_no_long_power_law_and_is_told_from_one()
    {
        double[] times = FitData.Times(100, 1000, 30);
        Curve exponential = FitData.Noisy(times, t => Math.Exp(t / 200), 0.03, 2), power = FitData.Noisy(times, t => t * t, 0.03, 3), broken = FitData.Noisy(times, t => t < 300 ? t : t * t * t / 90_000, 0.03, 4);
        Assert.Multiple(() =>
        {
            Assert.That(PowerLaw.Fit(exponential), Is.Null);
            Assert.That(GrowthModels.Compare(exponential).Best, Is.EqualTo(GrowthForm.Exponential));
            Assert.That(GrowthModels.Compare(power).Best, Is.EqualTo(GrowthForm.PowerLaw));
            Assert.That(GrowthModels.Compare(broken).Best, Is.EqualTo(GrowthForm.BrokenPowerLaw));
        });
    }

    [Test]
    public void Intervals_of_one_curve_hold_the_slope_as_often_as_they_say()
    {
        double[] times = FitData.Times(10, 3000, 30);
        int held = Enumerable.Range(0, 300).Count(seed => PowerLaw.Over([FitData.Noisy(times, t => Math.Pow(t, 0.8), 0.1, (ulong)seed)]).SlopeInterval.Contains(0.8));
        Assert.That(held / 300.0, Is.InRange(0.91, 0.985));
    }

    [Test]
    public void Intervals_of_five_runs_hold_the_slope_as_often_as_they_say()
    {
        double[] times = FitData.Times(10, 3000, 30);
        int held = Enumerable.Range(0, 300).Count(draw =>
            PowerLaw.Over([.. Enumerable.Range(0, 5).Select(run => Run((ulong)((draw * 5) + run)))]).SlopeInterval.Contains(0.8));
        Assert.That(held / 300.0, Is.InRange(0.9, 0.985));

        // A run has a slope of its own, 0.8 ± 0.1.
        Curve Run(ulong seed) => FitData.Noisy(times, t => Math.Pow(t, 0.8 + (0.1 * Philox.Normal(seed, 7, 0).First)), 0.05, seed);
    }

    [Test]
    public void A_clock_that_starts_late_is_found()
    {
        Curve late = FitData.Noisy(FitData.Times(600, 30_000, 40), t => Math.Pow(t - 500, 1.2), 0.02, 6);
        PowerLaw law = PowerLaw.Over([late], new PowerLawOptions { FitOrigin = true });
        Assert.Multiple(() =>
        {
            Assert.That(law.Origin, Is.EqualTo(500).Within(5).Percent);
            Assert.That(law.SlopeInterval.Contains(1.2), $"{law.SlopeInterval}");
        });
    }

    [Test]
    public void Equal_seeds_give_equal_intervals()
    {
        Curve curve = FitData.Noisy(FitData.Times(10, 3000, 30), t => t, 0.1, 1);
        PowerLaw first = PowerLaw.Over([curve]), again = PowerLaw.Over([curve]), other = PowerLaw.Over([curve], new PowerLawOptions { Bootstrap = new BootstrapOptions { Seed = 2 } });
        Assert.That(first, Is.EqualTo(again));
        Assert.That(first.SlopeInterval, Is.Not.EqualTo(other.SlopeInterval));
    }

    [Test]
    public void What_cannot_be_fitted_is_one_sentence()
    {
        Assert.That(() => new Curve([1, 1], [1, 2]), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("curve: time 1 after 1; times must ascend"));
        Assert.That(() => PowerLaw.Over([new Curve([1, 2, 3], [1, 0, 2])]), Throws.TypeOf<HandmadeException>().With.Message.Contains("1 of 3 points are not positive"));
        Assert.That(() => PowerLaw.Fit([new Curve([1, 2], [1, 2]), new Curve([1, 3], [1, 2])]), Throws.TypeOf<HandmadeException>().With.Message.Contains("same times"));
    }
}
