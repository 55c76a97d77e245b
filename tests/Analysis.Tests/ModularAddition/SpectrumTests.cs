using Handmade.Analysis.ModularAddition;

namespace Handmade.Analysis.Tests.ModularAddition;

/// <summary>Circularity, frequencies and steps of embeddings that are circles by construction.</summary>
public sealed class SpectrumTests
{
    [Test]
    public void Three_circles_turned_into_64_dimensions_are_fully_circular()
    {
        double[][] axes = Orthonormal(6, 64, new Random(3));
        double[][] rows = [.. Enumerable.Range(0, 59).Select(t => Combine(axes, [.. Circle(t, 3, 2), .. Circle(t, 7, 1.5), .. Circle(t, 11, 1)]))];
        PrincipalComponents components = PrincipalComponents.Of(rows);
        Assert.That(Spectrum.Circularity(components), Is.EqualTo(1).Within(1e-9));
        Assert.That(components.Scores.Take(6).Select(score => Spectrum.Peak(score).Frequency), Is.EqualTo(new[] { 3, 3, 7, 7, 11, 11 }));

        static double[] Circle(int t, int k, double radius) => [radius * Math.Cos(Ideal.Angle(59, k, t)), radius * Math.Sin(Ideal.Angle(59, k, t))];
    }

    [TestCase(59, 128, 0.137, 0.021)]
    [TestCase(31, 64, 0.225, 0.027)]
    public void Noise_is_hardly_circular(int p, int width, double mean, double deviation)
    {
        var random = new Random(5);
        double[] values = [.. Enumerable.Range(0, 8).Select(_ => Spectrum.Circularity(PrincipalComponents.Of([.. Enumerable.Range(0, p).Select(_ => Gaussian(width, random))])))];
        Assert.That(values.Average(), Is.EqualTo(mean).Within(deviation));
        Assert.That(values, Is.All.EqualTo(mean).Within(4 * deviation));
    }

    [TestCase(17, 7)]
    [TestCase(3, 20)]
    [TestCase(15, 4)]
    public void Steps_are_folded_inverses_of_frequencies(int frequency, int step) => Assert.That(Spectrum.Step(frequency, 59), Is.EqualTo(step));

    [Test]
    public void A_frequency_that_shares_a_factor_with_the_circle_has_no_step() => Assert.That(Spectrum.Step(6, 15), Is.Null);

    [TestCase(17, 25)]
    [TestCase(3, 6)]
    [TestCase(15, 29)]
    public void Doubled_frequencies_fold(int frequency, int doubled) => Assert.That(Spectrum.Fold(2 * frequency, 59), Is.EqualTo(doubled));

    [Test]
    public void Components_rebuild_the_table_and_stand_at_right_angles()
    {
        var random = new Random(7);
        double[][] rows = [.. Enumerable.Range(0, 12).Select(_ => Gaussian(5, random))];
        PrincipalComponents components = PrincipalComponents.Of(rows);
        Assert.That(components.Scores, Has.Count.EqualTo(5));
        Assert.That(components.Shares.Sum(), Is.EqualTo(1).Within(1e-12));
        for (int i = 0; i < 12; i++)
            for (int j = 0; j < 5; j++)
                Assert.That(components.Mean[j] + Enumerable.Range(0, 5).Sum(k => components.Scores[k][i] * components.Directions[k][j]), Is.EqualTo(rows[i][j]).Within(1e-12));
        for (int a = 0; a < 5; a++)
            for (int b = 0; b < 5; b++)
                Assert.That(Dot(components.Directions[a], components.Directions[b]), Is.EqualTo(a == b ? 1 : 0).Within(1e-12));
    }

    internal static double[] Gaussian(int count, Random random) =>
        [.. Enumerable.Range(0, count).Select(_ => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()))];

    internal static double[][] Orthonormal(int count, int dimensions, Random random)
    {
        var axes = new List<double[]>();
        while (axes.Count < count)
        {
            double[] v = Gaussian(dimensions, random);
            foreach (double[] axis in axes)
            {
                double along = Dot(axis, v);
                for (int i = 0; i < dimensions; i++) v[i] -= along * axis[i];
            }
            double length = Math.Sqrt(Dot(v, v));
            axes.Add([.. v.Select(value => value / length)]);
        }
        return [.. axes];
    }

    internal static double[] Combine(double[][] axes, double[] weights) =>
        [.. Enumerable.Range(0, axes[0].Length).Select(j => axes.Select((axis, i) => axis[j] * weights[i]).Sum())];

    private static double Dot(double[] a, double[] b) => a.Zip(b, (x, y) => x * y).Sum();
}
