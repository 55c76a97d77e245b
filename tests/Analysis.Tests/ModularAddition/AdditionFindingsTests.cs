using Handmade.Analysis.ModularAddition;
using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Model;
using Handmade.Model.Data;

namespace Handmade.Analysis.Tests.ModularAddition;

/// <summary>Networks built by hand are found to be what they were built as.</summary>
public sealed class AdditionFindingsTests : IDisposable
{
    private const int P = 59;
    private static readonly AdditionThresholds Thresholds = new();
    private readonly HostDevice device = new(threads: 2);

    public void Dispose() => device.Dispose();

    private static AdditionFindings Find(PairNetwork network, ModularTask? task = null) => AdditionFindings.Of(network, task ?? ModularTask.Sum(P))[0];

    [TestCase(1)]
    [TestCase(17)]
    public void Four_hidden_units_a_class_make_a_pizza_of_two_absolute_values(int k)
    {
        PairLogits logits = PairLogits.Of(Ideal.Pizza(device, P, k), ModularTask.Sum(P))[0];
        Assert.That(logits.Cube.Values, Is.EqualTo(AdditionFormulas.TwoAbsolutePizza(P, k).Values).Within(1e-13));
        Assert.That(logits.Accuracy, Is.EqualTo(1));
        Assert.That(logits.Cube.Accuracy(), Is.EqualTo(1));
    }

    [Test]
    public void A_pizza_built_by_hand_is_found_to_be_one()
    {
        AdditionFindings found = Find(Ideal.Pizza(device, P, 17));
        IsolatedCircle circle = found.Circles.Single();
        Assert.That((circle.Circle.Frequency, circle.Circle.Step, circle.Role(Thresholds)), Is.EqualTo((17, 7, CircleRole.Pizza)));
        Assert.That(circle.TwoAbsolutePizza, Is.EqualTo(1).Within(1e-9));
        Assert.That(circle.AmplitudeSpread, Is.EqualTo(0.483).Within(5e-4));
        Assert.That(found.ComponentCircles.Single().Pizza, Is.EqualTo(circle.Pizza).Within(1e-9), "the plane of the components is that of the waves");
        Assert.That((found.Circularity, found.Symmetricity.Value, found.Irrelevance.Value), Is.EqualTo((1.0, 1.0, 0.0)).Within(1e-9));
        Assert.That(found.Verdict.Algorithm, Is.EqualTo(AdditionAlgorithm.Pizza), string.Join("; ", found.Verdict.Reasons));
        Assert.That(found.Verdict.Reasons, Has.Some.Contains("gradient symmetricity 1, at least 0.98: Pizza"));
    }

    [Test]
    public void A_clock_built_by_hand_is_found_to_be_one()
    {
        AdditionFindings found = Find(Ideal.Clock(device, P, 13, 16, 21));
        Assert.That(found.Circles.Select(circle => circle.Circle.Frequency), Is.EquivalentTo(new[] { 13, 16, 21 }));
        foreach (IsolatedCircle circle in found.Circles)
        {
            Assert.That((circle.Clock, circle.Pizza), Is.EqualTo((1.0, 0.8008453705)).Within(1e-9));
            Assert.That(circle.AmplitudeSpread, Is.EqualTo(0).Within(1e-9));
            Assert.That(circle.Circle.Share, Is.EqualTo(1.0 / 3).Within(1e-9));
        }
        Assert.That(found.Irrelevance.IsDefined, Is.False);
        Assert.That(found.Verdict.Algorithm, Is.EqualTo(AdditionAlgorithm.Clock), string.Join("; ", found.Verdict.Reasons));
        Assert.That(found.Verdict.Reasons, Has.Some.Contains("undefined"));
        Assert.That(found.Together.Values, Is.EqualTo(found.Logits.Values).Within(1e-9), "nothing of the embedding lies outside its circles");
    }

    [Test]
    public void An_accompanying_circle_is_told_from_the_main_one()
    {
        AdditionFindings found = Find(Ideal.AccompaniedPizza(device, P, 17));
        IsolatedCircle main = found.Circles.Single(circle => circle.Circle.Frequency == 17), other = found.Circles.Single(circle => circle.Circle.Frequency == 25);
        Assert.That((main.Role(Thresholds), other.Role(Thresholds)), Is.EqualTo((CircleRole.Pizza, CircleRole.Accompanying)));
        Assert.That(other.AccompanyingPizza, Is.EqualTo(1).Within(1e-9));
        Assert.That(found.MainCircle(Thresholds), Is.SameAs(main));
    }

    [TestCase(0.7)]
    [TestCase(-2.9)]
    public void A_pizza_whose_summands_stand_turned_against_each_other_is_found_with_its_angle(double turn)
    {
        PairNetwork turned = Ideal.Pizza(device, P, 17) with { First = Ideal.Turned(device, P, (17, turn / 2)), Second = Ideal.Turned(device, P, (17, -turn / 2)) };
        AdditionFindings found = Find(turned);
        IsolatedCircle circle = found.Circles.Single();
        Assert.That((circle.Circle.Turn.Angle, circle.Circle.Turn.Alignment, circle.Circle.IsShared), Is.EqualTo((turn, 1.0, false)).Within(1e-12));
        Assert.That(circle.TwoAbsolutePizza, Is.EqualTo(1).Within(1e-9));
        Assert.That(circle.Pizza, Is.EqualTo(Find(Ideal.Pizza(device, P, 17)).Circles.Single().Pizza).Within(1e-3), "as well as where nothing is turned");
        Assert.That(AdditionFormulas.Explained(circle.Logits, AdditionFormulas.Pizza(P, 17)), Is.LessThan(0.98), "the formula without the angle misses the weak spot");
        Assert.That(found.Verdict.Algorithm, Is.EqualTo(AdditionAlgorithm.Pizza), string.Join("; ", found.Verdict.Reasons));
        Assert.That(found.Verdict.Reasons, Has.Some.Contains(FormattableString.Invariant($"turned by {turn * 180 / Math.PI:0}° between the summands")));
    }

    [TestCase(0.4)]
    [TestCase(2.5)]
    public void An_accompanying_circle_is_turned_twice_as_far_as_the_main_one(double turn)
    {
        // Twice 2.5 is more than half a turn round: its half lies at −0.64 or at 2.5, and the main circle says which.
        PairNetwork turned = Ideal.AccompaniedPizza(device, P, 17) with { First = Ideal.Turned(device, P, (17, turn / 2), (34, turn)), Second = Ideal.Turned(device, P, (17, -turn / 2), (34, -turn)) };
        AdditionFindings found = Find(turned);
        IsolatedCircle main = found.Circles.Single(circle => circle.Circle.Frequency == 17), other = found.Circles.Single(circle => circle.Circle.Frequency == 25);
        Assert.That((main.Role(Thresholds), other.Role(Thresholds)), Is.EqualTo((CircleRole.Pizza, CircleRole.Accompanying)));
        Assert.That((main.TwoAbsolutePizza, other.AccompanyingPizza), Is.EqualTo((1.0, 1.0)).Within(1e-9));
    }

    [Test]
    public void A_network_that_has_not_learned_is_undecided_and_says_why()
    {
        var model = new ModularAdditionTransformer(new Init(device, new RandomStream(device, [1])), new ModularAdditionSizes { Vocabulary = 11, Width = 16 }, 1);
        AdditionVerdict verdict = Find(model.Pairs(11), ModularTask.Sum(11)).Verdict;
        Assert.That(verdict.Algorithm, Is.EqualTo(AdditionAlgorithm.Undecided));
        Assert.That(verdict.Reasons.Single(), Does.EndWith("the task is not learned"));
    }

    [TestCase("difference")]
    [TestCase("product")]
    public void Differences_and_products_are_clocks_on_circles_of_their_own(string name)
    {
        ModularTask task = ModularTask.Named(name, 31);
        // The clock of the task's places, its rows put where the tokens are; 0 of products says nothing.
        double[] Row(IReadOnlyList<int> tokens, int t) => [.. new[] { 7, 4 }.SelectMany(k => Place(tokens, t) is var x && x < 0 ? [0.0, 0] : new[] { Math.Cos(Ideal.Angle(task.Order, k, x)), Math.Sin(Ideal.Angle(task.Order, k, x)) })];
        Tensor Table(IReadOnlyList<int> tokens) => Tensor.From<double>(device, [.. Enumerable.Range(0, 31).SelectMany(t => Row(tokens, t))], [1, 31, 4]);
        PairNetwork clock = Ideal.Clock(device, task.Order, 7, 4), network = new(Table(task.First), Table(task.Second), (a, b) =>
        {
            Tensor places = clock.Forward(a, b);
            int[] classes = [.. Enumerable.Range(0, 31).Select(c => Math.Max(Place(task.Classes, c), 0))];
            Tensor silent = Tensor.From<double>(device, [.. Enumerable.Range(0, 31).Select(c => Place(task.Classes, c) < 0 ? 0.0 : 1)], [1, 1, 31]);
            return places.IndexSelect(-1, Tensor.From<int>(device, classes, [31])) * silent;
        });
        AdditionFindings found = Find(network, task);
        Assert.That(found.Logits.Accuracy(), Is.EqualTo(1));
        Assert.That(found.Circles.Select(circle => circle.Circle.Frequency), Is.EquivalentTo(new[] { 7, 4 }));
        Assert.That(found.Circles.Select(circle => circle.Clock), Is.All.EqualTo(1).Within(1e-9));
        Assert.That(found.Irrelevance.IsDefined, Is.False);

        static int Place(IReadOnlyList<int> tokens, int token) => tokens.ToList().IndexOf(token);
    }

    [Test]
    public void Replicas_are_measured_together_and_stand_alone()
    {
        var sizes = new ModularAdditionSizes { Vocabulary = 11, Width = 16 };
        AdditionFindings[] together = AdditionFindings.Of(Fresh(5, 6).Pairs(11), ModularTask.Sum(11));
        for (int r = 0; r < 2; r++)
        {
            AdditionFindings alone = AdditionFindings.Of(Fresh(5 + (ulong)r).Pairs(11), ModularTask.Sum(11))[0];
            Assert.That(together[r].Circles.Select(circle => circle.Circle.Frequency), Is.EqualTo(alone.Circles.Select(circle => circle.Circle.Frequency)));
            Assert.That(together[r].Circles.Select(circle => circle.Clock), Is.EqualTo(alone.Circles.Select(circle => circle.Clock)).Within(1e-4));
            Assert.That(together[r].Irrelevance.Value, Is.EqualTo(alone.Irrelevance.Value).Within(1e-5));
        }

        ModularAdditionTransformer Fresh(params ulong[] seeds) => new(new Init(device, new RandomStream(device, seeds)), sizes, 1);
    }

    [Test]
    public void Linear_networks_are_symmetric_untrained_but_for_the_one_that_sums_nothing([Values] LinearVariant variant)
    {
        var model = new ModularAdditionLinear(new Init(device, new RandomStream(device, [1])), variant, 31, 64);
        double value = GradientSymmetricity.Of(model.Pairs())[0].Value;
        if (variant == LinearVariant.Delta) Assert.That(value, Is.EqualTo(0).Within(0.1));
        else Assert.That(value, Is.EqualTo(1).Within(1e-6));
    }
}
