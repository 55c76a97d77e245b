using Handmade.Analysis.ModularAddition;

namespace Handmade.Analysis.Tests.ModularAddition;

/// <summary>The formulas of Clock and Pizza: accuracies, moments, margins, identities, and how well one explains another.</summary>
public sealed class AdditionFormulasTests
{
    private const int P = 59;
    private static readonly int[] Three = [17, 3, 15];

    [Test]
    public void Three_circles_of_each_algorithm_are_always_right()
    {
        Assert.That(AdditionFormulas.Clock(P, Three).Accuracy(), Is.EqualTo(1));
        Assert.That(AdditionFormulas.Pizza(P, Three).Accuracy(), Is.EqualTo(1));
        Assert.That(AdditionFormulas.TwoAbsolutePizza(P, Three).Accuracy(), Is.EqualTo(1));
        Assert.That(AdditionFormulas.EightSidedPizza(P, Three).Accuracy(), Is.EqualTo(1));
    }

    [Test]
    public void Correct_logits_have_the_moments_of_their_closed_forms()
    {
        AssertMoments(AdditionFormulas.Pizza(P, Three), 1.9100849601, 0.5382098190);
        AssertMoments(AdditionFormulas.Clock(P, Three), 3, 0);
        AssertMoments(AdditionFormulas.Pizza(P, 1), 1 / (P * Math.Sin(Math.PI / (2 * P))), 0.3076028185);
        Assert.That(AdditionFormulas.AccompanyingPizza(P, Three).CorrectMoments().Deviation, Is.EqualTo(1.2247448714).Within(1e-9));

        static void AssertMoments(LogitCube logits, double mean, double deviation)
        {
            Assert.That(logits.CorrectMoments().Mean, Is.EqualTo(mean).Within(1e-9));
            Assert.That(logits.CorrectMoments().Deviation, Is.EqualTo(deviation).Within(1e-9));
        }
    }

    [Test]
    public void Accompanying_circles_alone_are_right_where_the_main_ones_are_weak()
    {
        Assert.That(AdditionFormulas.AccompanyingPizza(P, Three).Accuracy(), Is.EqualTo(12.0 / 59).Within(1e-12));
        LogitCube alone = AdditionFormulas.AccompanyingPizza(P, 1);
        Assert.That(alone.Accuracy(), Is.EqualTo(30.0 / 59).Within(1e-12));
        Assert.That(alone.AccuracyByDifference()[29], Is.EqualTo(1));
        Assert.That(alone.AccuracyByDifference()[0], Is.EqualTo(0));
    }

    [Test]
    public void Margins_are_one_step_of_the_wave_times_the_amplitude()
    {
        double step = 1 - Math.Cos(2 * Math.PI / P);
        Assert.That(step, Is.EqualTo(0.0056651998).Within(1e-9));
        Assert.That(AdditionFormulas.Clock(P, 17).SmallestMargin(), Is.EqualTo(step).Within(1e-12));
        Assert.That(AdditionFormulas.Pizza(P, 17).SmallestMargin(), Is.EqualTo(Math.Sin(Math.PI / 118) * step).Within(1e-12).And.EqualTo(0.0001508106).Within(1e-9));
    }

    [Test]
    public void Formulas_explain_each_other_by_known_fractions()
    {
        LogitCube clock = AdditionFormulas.Clock(P, 17), pizza = AdditionFormulas.Pizza(P, 17), twoAbsolute = AdditionFormulas.TwoAbsolutePizza(P, 17);
        AssertExplained(clock, pizza, 0.8008453705);
        AssertExplained(pizza, clock, 0.8008453705);
        AssertExplained(AdditionFormulas.Clock(P, Three), AdditionFormulas.Pizza(P, Three), 0.8008453705);
        AssertExplained(twoAbsolute, pizza, 0.99131667, 1e-8);
        AssertExplained(twoAbsolute, clock, 0.79302670, 1e-8);
        AssertExplained(AdditionFormulas.TwoAbsolutePizza(P, Three), AdditionFormulas.Pizza(P, Three), 0.99088894, 1e-8);
        AssertExplained(AdditionFormulas.TwoAbsolutePizza(P, Three), AdditionFormulas.Clock(P, Three), 0.79785811, 1e-8);
        AssertExplained(AdditionFormulas.AccompanyingPizza(P, 17), pizza, -1.84852521, 1e-8);
        AssertExplained(LogitCube.Of(P, (x, y, z) => (-3 * pizza[x, y, z]) + 8), pizza, -3);
        AssertExplained(LogitCube.Of(P, (x, y, z) => (3 * pizza[x, y, z]) + 8), pizza, 1);
        AssertExplained(clock, AdditionFormulas.Clock(P, 3), -1);
        Assert.That(AdditionFormulas.Explained(LogitCube.Of(P, (_, _, _) => 2), clock), Is.NaN);

        static void AssertExplained(LogitCube logits, LogitCube formula, double expected, double tolerance = 1e-9) =>
            Assert.That(AdditionFormulas.Explained(logits, formula), Is.EqualTo(expected).Within(tolerance));
    }

    [Test]
    public void Two_absolute_values_are_a_product_of_waves()
    {
        double w = 2 * Math.PI * 3 / P;
        LogitCube pizza = AdditionFormulas.TwoAbsolutePizza(P, 3);
        LogitCube product = LogitCube.Of(P, (a, b, c) =>
            2 * Math.Abs(Math.Cos(w * (a - b) / 2)) * (Math.Abs(Math.Cos(w * (a + b - c) / 2)) - Math.Abs(Math.Sin(w * (a + b - c) / 2))));
        Assert.That(pizza.Values, Is.EqualTo(product.Values).Within(1e-14));
    }

    [Test]
    public void The_accompanying_pizza_is_a_sum_over_the_doubled_circle()
    {
        // −cos w(2a − c) − cos w(2b − c): the tokens stand on a circle of twice the frequency, and are read out at the single one.
        double w = 2 * Math.PI * 3 / P;
        LogitCube sum = LogitCube.Of(P, (a, b, c) => -Math.Cos(w * ((2 * a) - c)) - Math.Cos(w * ((2 * b) - c)));
        LogitCube formula = AdditionFormulas.AccompanyingPizza(P, 3);
        Assert.That(sum.Values, Is.EqualTo(LogitCube.Of(P, (a, b, c) => 2 * formula[a, b, c]).Values).Within(1e-13));
    }

    [Test]
    public void A_turned_pizza_is_thin_at_another_difference_and_right_about_the_same_sum()
    {
        double w = 2 * Math.PI * 17 / P, turn = 1.1;
        LogitCube twoAbsolute = AdditionFormulas.TwoAbsolutePizza(P, 17, turn), product = LogitCube.Of(P, (a, b, c) =>
            2 * Math.Abs(Math.Cos(((w * (a - b)) + turn) / 2)) * (Math.Abs(Math.Cos(w * (a + b - c) / 2)) - Math.Abs(Math.Sin(w * (a + b - c) / 2))));
        Assert.That(twoAbsolute.Values, Is.EqualTo(product.Values).Within(1e-13));
        Assert.That(AdditionFormulas.Pizza(P, 17, turn).Amplitudes(17), Is.EqualTo(Enumerable.Range(0, P).Select(d => Math.Abs(Math.Cos(((w * d) + turn) / 2)))).Within(1e-12));
        Assert.That(AdditionFormulas.Explained(AdditionFormulas.EightSidedPizza(P, 17, turn), AdditionFormulas.Pizza(P, 17, turn)), Is.GreaterThan(0.97));
        Assert.That(AdditionFormulas.AccompanyingPizza(P, 17, turn)[5, 3, 1], Is.EqualTo(-Math.Cos((w * 2) + turn) * Math.Cos(w * 7)).Within(1e-12));
    }

    [Test]
    public void A_turn_of_nothing_changes_no_bit()
    {
        Assert.That(AdditionFormulas.Pizza(P, 17, 0.0).Values, Is.EqualTo(AdditionFormulas.Pizza(P, 17).Values));
        Assert.That(AdditionFormulas.TwoAbsolutePizza(P, 17, 0.0).Values, Is.EqualTo(AdditionFormulas.TwoAbsolutePizza(P, 17).Values));
    }

    [Test]
    public void Eight_sides_are_nearly_a_round_pizza() =>
        Assert.That(AdditionFormulas.Explained(AdditionFormulas.EightSidedPizza(P, 17), AdditionFormulas.Pizza(P, 17)), Is.GreaterThan(0.97).And.LessThan(1));

    [Test]
    public void Amplitudes_over_the_difference_tell_a_pizza_from_a_clock()
    {
        double[] pizza = AdditionFormulas.Pizza(P, 17).Amplitudes(17), clock = AdditionFormulas.Clock(P, 17).Amplitudes(17);
        Assert.That(pizza, Is.EqualTo(Enumerable.Range(0, P).Select(d => Math.Abs(Math.Cos(Math.PI * 17 * d / P)))).Within(1e-12));
        Assert.That(clock, Is.All.EqualTo(1).Within(1e-12));
        var (mean, deviation) = LogitCube.Moments(pizza);
        Assert.That(deviation / mean, Is.EqualTo(0.483).Within(5e-4));
    }
}
