using Handmade.Analysis.ModularAddition;

namespace Handmade.Analysis.Tests.ModularAddition;

/// <summary>Distance irrelevance of tables and nets whose value is known.</summary>
public sealed class DistanceIrrelevanceTests
{
    private const int P = 59;

    private static double F(int x) => Math.Cos(2 * Math.PI * x / P);

    private static double Of(int p, Func<int, int, double> table)
    {
        var m = new double[p, p];
        for (int s = 0; s < p; s++)
            for (int d = 0; d < p; d++) m[s, d] = table(s, d);
        return DistanceIrrelevance.OfTable(m).Value;
    }

    [Test]
    public void Tables_that_add_up_have_the_ratio_of_their_deviations()
    {
        Assert.That(Of(P, (s, d) => F(s) + F(d)), Is.EqualTo(Math.Sqrt(0.5)).Within(1e-12));
        Assert.That(Of(P, (s, d) => (2 * F(s)) + F(d)), Is.EqualTo(2 / Math.Sqrt(5)).Within(1e-12));
        Assert.That(Of(P, (s, d) => F(s) + (2 * F(d))), Is.EqualTo(1 / Math.Sqrt(5)).Within(1e-12));
        Assert.That(Of(P, (s, d) => F(s)), Is.EqualTo(1).Within(1e-12));
        Assert.That(Of(P, (s, d) => F(d)), Is.EqualTo(0).Within(1e-12));
    }

    [Test]
    public void A_product_of_waves_has_root_two_times_the_mean_size_of_one()
    {
        Assert.That(Of(P, (s, d) => F(s) * F(d)), Is.EqualTo(0.9004226852649).Within(1e-12));
        Assert.That(Of(P, (s, d) => s * d % P), Is.EqualTo(0.9679850998).Within(1e-9));
    }

    [Test]
    public void A_table_of_nine_numbers_has_the_value_worked_out_by_hand()
    {
        int[,] m = { { 0, 1, 2 }, { 3, 4, 5 }, { 6, 8, 10 } };
        Assert.That(Of(3, (s, d) => m[s, d]), Is.EqualTo(0.9291694659).Within(1e-9));
    }

    [TestCase(59, 0.98750, 0.0017)]
    [TestCase(31, 0.97672, 0.0047)]
    public void Noise_has_almost_one(int p, double mean, double deviation)
    {
        var random = new Random(1);
        double[] values = [.. Enumerable.Range(0, 50).Select(_ => Of(p, (_, _) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble())))];
        Assert.That(values.Average(), Is.EqualTo(mean).Within(deviation), "four standard errors would be more than half of this");
        Assert.That(values, Is.All.EqualTo(mean).Within(5 * deviation));
    }

    [Test]
    public void A_pizza_of_any_circles_has_zero()
    {
        Assert.That(DistanceIrrelevance.Of(AdditionFormulas.Pizza(P, 17)).Value, Is.EqualTo(0).Within(1e-12));
        Assert.That(DistanceIrrelevance.Of(AdditionFormulas.Pizza(P, 17, 3, 15)).Value, Is.EqualTo(0).Within(1e-12));
    }

    [Test]
    public void An_exact_clock_has_none_and_says_so()
    {
        LogitCube clock = AdditionFormulas.Clock(P, 17, 3, 15);
        Assert.That(clock.CorrectMoments().Mean, Is.EqualTo(3).Within(1e-12));
        Assert.That(DistanceIrrelevance.Of(clock), Is.EqualTo(new DistanceIrrelevance(double.NaN, false)));
    }

    [Test]
    public void A_clock_whose_classes_rise_and_fall_with_the_sum_has_one()
    {
        LogitCube clock = AdditionFormulas.Clock(P, 17);
        LogitCube wavy = LogitCube.Of(P, (x, y, z) => clock[x, y, z] + (0.01 * F(x + y)));
        DistanceIrrelevance value = DistanceIrrelevance.Of(wavy);
        Assert.That((value.Value, value.IsDefined), Is.EqualTo((1.0, true)).Within(1e-9));
    }

    [Test]
    public void The_largest_wrong_logit_gives_another_number()
    {
        LogitCube logits = LogitCube.Of(P, (x, y, z) => z == (x + y) % P ? 10 + F(x + y) : F(x - y));
        Assert.That(DistanceIrrelevance.Of(logits).Value, Is.EqualTo(1).Within(1e-12));
        Assert.That(DistanceIrrelevance.OfTopWrong(logits).Value, Is.EqualTo(0).Within(1e-12));
    }

    [Test]
    public void On_an_even_circle_differences_still_group_all_pairs()
    {
        LogitCube logits = LogitCube.Of(10, (x, y, _) => Math.Cos(2 * Math.PI * (x + y) / 10) + Math.Cos(2 * Math.PI * (x - y) / 10));
        Assert.That(DistanceIrrelevance.Of(logits).Value, Is.GreaterThan(0.6).And.LessThan(0.8));
        LogitCube ofDifference = LogitCube.Of(10, (x, y, _) => Math.Cos(2 * Math.PI * (x - y) / 10));
        Assert.That(DistanceIrrelevance.Of(ofDifference).Value, Is.EqualTo(0).Within(1e-12));
    }
}
