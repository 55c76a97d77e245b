using Handmade.Analysis.ModularAddition;
using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Model;

namespace Handmade.Analysis.Tests.ModularAddition;

/// <summary>Gradient symmetricity of nets whose gradients are known, and of fresh networks.</summary>
public sealed class GradientSymmetricityTests : IDisposable
{
    private const int P = 59;
    private readonly HostDevice device = new(threads: 2);

    public void Dispose() => device.Dispose();

    [Test]
    public void A_clock_has_the_cosine_of_the_difference_whatever_the_class()
    {
        double[] cosines = GradientSymmetricity.Cosines(Ideal.Clock(device, P, 17))[0];
        for (int c = 0; c < P; c++)
        {
            Assert.That(cosines[(((5 * P) + 2) * P) + c], Is.EqualTo(0.6585113791).Within(1e-9), $"class {c}");
            Assert.That(cosines[(((8 * P) + 8) * P) + c], Is.EqualTo(1).Within(1e-12), $"class {c}");
        }
    }

    [TestCase(17)]
    [TestCase(17, 3, 15)]
    public void A_clock_of_any_circles_has_zero_over_all_triples(params int[] frequencies)
    {
        GradientSymmetricity symmetricity = GradientSymmetricity.Of(Ideal.Clock(device, P, frequencies))[0];
        Assert.That(symmetricity.Value, Is.EqualTo(0).Within(1e-9));
        Assert.That((symmetricity.Triples, symmetricity.Skipped), Is.EqualTo((P * P * P, 0)));
    }

    [Test]
    public void A_function_of_the_sum_has_one()
    {
        double[] units = [1, 0, 0.3, -1, -0.7, 0.2, 0.1, 0.9], readOut = [.. Enumerable.Range(0, 11 * 4).Select(i => Math.Sin(i))];
        GradientSymmetricity symmetricity = GradientSymmetricity.Of(Ideal.OfSum(device, 11, 3, units, readOut))[0];
        Assert.That(symmetricity.Value, Is.EqualTo(1).Within(1e-9));
    }

    [Test]
    public void Triples_without_a_gradient_are_skipped_and_counted()
    {
        Tensor table = Ideal.Circles(device, 7, 1);
        var deaf = new PairNetwork(table, table, (a, b) => Tensor.Concat(-1, (a * 3) + b, a + b, (a * 0) + (b * 0), a.Slice(-1, 0, 1)));
        GradientSymmetricity symmetricity = GradientSymmetricity.Of(deaf)[0];
        // Classes 4 and 5 see neither token, class 6 only the first.
        Assert.That((symmetricity.Triples, symmetricity.Skipped), Is.EqualTo((49 * 4, 49 * 3)));
    }

    [Test]
    public void Drawn_triples_give_nearly_the_value_of_all()
    {
        ModularAdditionTransformer model = Fresh([0.5], [1], new ModularAdditionSizes { Vocabulary = 31, Width = 64 });
        double all = GradientSymmetricity.Of(model.Pairs(31))[0].Value, drawn = GradientSymmetricity.Sampled(model.Pairs(31), 1000)[0].Value;
        Assert.That(drawn, Is.EqualTo(all).Within(0.02));
        Assert.That(drawn, Is.Not.EqualTo(all));
    }

    [Test]
    public void Replicas_have_the_values_that_they_have_alone()
    {
        var sizes = new ModularAdditionSizes { Vocabulary = 11, Width = 16 };
        double[] rates = [0, 1];
        GradientSymmetricity[] together = GradientSymmetricity.Of(Fresh(rates, [4, 9], sizes).Pairs(11));
        for (int r = 0; r < 2; r++)
            Assert.That(together[r].Value, Is.EqualTo(GradientSymmetricity.Of(Fresh([rates[r]], [new ulong[] { 4, 9 }[r]], sizes).Pairs(11))[0].Value).Within(1e-6), $"replica {r}");
    }

    [TestCase(59, 128, 0, 0.70)]
    [TestCase(59, 128, 0.5, 0.59)]
    [TestCase(59, 128, 1, 0.44)]
    [TestCase(59, 64, 0, 0.70)]
    [TestCase(59, 64, 1, 0.44)]
    [TestCase(31, 64, 0, 0.71)]
    [TestCase(31, 64, 0.5, 0.61)]
    [TestCase(31, 64, 1, 0.45)]
    public void Fresh_networks_have_the_value_of_the_authors_initialisation(int p, int width, double rate, double expected)
    {
        ModularAdditionTransformer model = Fresh([rate], [1, 2, 3, 4, 5, 6, 7, 8], new ModularAdditionSizes { Vocabulary = p, Width = width });
        double[] values = [.. GradientSymmetricity.Sampled(model.Pairs(p)).Select(symmetricity => symmetricity.Value)];
        // The references are means of three networks, which scatter by 0.03 at p = 31: two standard errors of the difference are 0.04 there.
        Assert.That(values.Average(), Is.EqualTo(expected).Within(p == 31 ? 0.045 : 0.03));
        Assert.That(values, Is.All.EqualTo(expected).Within(0.08));
    }

    [TestCase(59, 0.993)]
    [TestCase(31, 0.986)]
    public void Fresh_networks_have_a_distance_irrelevance_of_nearly_one(int p, double expected)
    {
        ModularAdditionTransformer model = Fresh([0], [1, 2, 3], new ModularAdditionSizes { Vocabulary = p, Width = 64 });
        foreach (PairLogits logits in PairLogits.Of(model.Pairs(p), Model.Data.ModularTask.Sum(p)))
            Assert.That(DistanceIrrelevance.Of(logits.Cube).Value, Is.EqualTo(expected).Within(0.01));
    }

    [Test]
    public void Separate_tokens_and_an_equals_sign_are_seen_as_pairs_too()
    {
        ModularAdditionTransformer model = Fresh([1], [1], new ModularAdditionSizes { Vocabulary = 23, Positions = 3, Width = 16 });
        PairNetwork pairs = model.Pairs(11);
        Assert.That((pairs.Tokens, pairs.IsShared), Is.EqualTo((11, false)));
        float[] actual, expected;
        using (Tape.NoGrad())
        {
            actual = pairs.ForwardAll().ToArray<float>();
            int[] tokens = [.. Enumerable.Range(0, 121).SelectMany(pair => new[] { pair / 11, 11 + (pair % 11), 22 })];
            expected = model.Forward(Tensor.From<int>(device, tokens, [1, 121, 3])).ToArray<float>();
        }
        Assert.That(actual, Is.EqualTo(expected).Within(1e-5));
        Assert.That(() => model.Pairs(12), Throws.TypeOf<HandmadeException>().With.Message.Contains("12 or 24 tokens"));
    }

    private ModularAdditionTransformer Fresh(double[] rates, ulong[] seeds, ModularAdditionSizes sizes) =>
        new(new Init(device, new RandomStream(device, seeds)), sizes, rates);
}
