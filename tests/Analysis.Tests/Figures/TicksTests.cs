using Handmade.Analysis.Figures;

namespace Handmade.Analysis.Tests.Figures;

public class TicksTests
{
    [TestCase(0, 1, 5, "0.0 0.2 0.4 0.6 0.8 1.0")]
    [TestCase(0, 10, 4, "0.0 2.5 5.0 7.5 10.0")]
    [TestCase(-3, 3, 6, "−3 −2 −1 0 1 2 3")]
    [TestCase(0, 24000, 5, "0 5000 10\u2009000 15\u2009000 20\u2009000")]
    [TestCase(0.1, 0.4, 3, "0.1 0.2 0.3 0.4")]
    [TestCase(1e-9, 4e-9, 4, "1·10⁻⁹ 2·10⁻⁹ 3·10⁻⁹ 4·10⁻⁹")]
    [TestCase(0, 5e6, 5, "0 1·10⁶ 2·10⁶ 3·10⁶ 4·10⁶ 5·10⁶")]
    [TestCase(99.9999, 100.0001, 2, "99.9999 100.0000 100.0001")]
    public void Linear_ticks_are_round_numbers(double low, double high, int count, string labels) =>
        Assert.That(string.Join(' ', Ticks.Linear(low, high, count).Major.Select(t => t.Label)), Is.EqualTo(labels));

    [Test]
    public void Linear_tick_values_are_the_doubles_that_one_would_type() =>
        Assert.That(Ticks.Linear(0, 1, 10).Major.Select(t => t.Value), Is.EqualTo(new[] { 0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1 }));

    [Test]
    public void Minor_ticks_divide_the_major_ones()
    {
        var ticks = Ticks.Linear(0, 1, 5);
        Assert.That(ticks.Minor, Is.EqualTo(new[] { 0.05, 0.1, 0.15, 0.25, 0.3, 0.35, 0.45, 0.5, 0.55, 0.65, 0.7, 0.75, 0.85, 0.9, 0.95 }).Within(1e-12));
    }

    [Test]
    public void Counts_have_whole_ticks_only() =>
        Assert.That(Ticks.Linear(0, 2, 8, whole: true).Major.Select(t => t.Label), Is.EqualTo(new[] { "0", "1", "2" }));

    [TestCase(1, 24000, 6, "1 10 100 1000 10\u2009000")]
    [TestCase(0.001, 1, 6, "0.001 0.01 0.1 1")]
    [TestCase(1e-8, 1e-2, 8, "10⁻⁸ 10⁻⁷ 10⁻⁶ 10⁻⁵ 10⁻⁴ 10⁻³ 10⁻²")]
    [TestCase(1e-30, 1e30, 6, "10⁻³⁰ 10⁻²⁰ 10⁻¹⁰ 10⁰ 10¹⁰ 10²⁰ 10³⁰")]
    [TestCase(0.13, 1.6, 6, "0.2 0.5 1")]
    [TestCase(2.1, 2.6, 5, "2.1 2.2 2.3 2.4 2.5 2.6")]
    public void Log_ticks_are_decades_or_finer_where_the_range_is_short(double low, double high, int count, string labels) =>
        Assert.That(string.Join(' ', Ticks.Log(low, high, count).Major.Select(t => t.Label)), Is.EqualTo(labels));

    [Test]
    public void Log_minor_ticks_are_two_to_nine_in_each_decade()
    {
        var minor = Ticks.Log(1, 100, 5).Minor;
        Assert.That(minor, Is.EqualTo(new double[] { 2, 3, 4, 5, 6, 7, 8, 9, 20, 30, 40, 50, 60, 70, 80, 90 }).Within(1e-12));
    }

    [Test]
    public void Any_range_has_two_to_twenty_ticks_inside_it([Random(0, 1_000_000, 40)] int seed)
    {
        var random = new Random(seed);
        var low = (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-12, 12));
        var high = low + Math.Pow(10, random.Next(-4, 4)) * (Math.Abs(low) + 1e-12) * (0.1 + random.NextDouble());
        var ticks = Ticks.Linear(low, high, 5).Major;
        Assert.That(ticks, Has.Count.InRange(2, 12));
        Assert.That(ticks.Select(t => t.Value), Has.All.InRange(low - 1e-6 * (high - low), high + 1e-6 * (high - low)));
        var positive = Math.Abs(low) + 1e-12;
        var logTicks = Ticks.Log(positive, positive * (1.5 + random.NextDouble() * Math.Pow(10, random.Next(0, 9))), 5).Major;
        Assert.That(logTicks, Has.Count.InRange(1, 20));
    }
}
