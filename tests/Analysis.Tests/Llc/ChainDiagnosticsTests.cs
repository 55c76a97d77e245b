namespace Handmade.Analysis.Tests.Llc;

/// <summary>R̂ and effective sample size on chains whose correlations are known.</summary>
public sealed class ChainDiagnosticsTests
{
    [TestCase(0)]
    [TestCase(0.5)]
    [TestCase(0.9)]
    [TestCase(-0.4)]
    public void An_autoregressive_chain_is_worth_its_known_number_of_draws(double correlation)
    {
        const int Draws = 20_000;
        double[][] chains = [.. Enumerable.Range(0, 4).Select(seed => Chain(seed, Draws, correlation))];
        double exact = 4 * Draws * (1 - correlation) / (1 + correlation);
        Assert.That(ChainDiagnostics.EffectiveSampleSize(chains), Is.EqualTo(exact).Within(0.1 * exact));
        Assert.That(ChainDiagnostics.SplitRHat(chains), Is.EqualTo(1).Within(0.005));
    }

    [Test]
    public void R_hat_sees_a_chain_elsewhere_and_one_that_drifts()
    {
        double[][] chains = [.. Enumerable.Range(0, 4).Select(seed => Chain(seed, 1000, 0.5))];
        double[][] elsewhere = [.. chains.Take(3), [.. chains[3].Select(x => x + 3)]], drifting = [.. chains.Select(chain => chain.Select((x, i) => x + (0.005 * i)).ToArray())];
        Assert.That(ChainDiagnostics.SplitRHat(elsewhere), Is.GreaterThan(1.3));
        Assert.That(ChainDiagnostics.SplitRHat(drifting), Is.GreaterThan(1.3), "because chains are split");
        Assert.That(ChainDiagnostics.EffectiveSampleSize(elsewhere), Is.LessThan(20));
    }

    [Test]
    public void R_hat_of_a_small_table_is_what_its_formula_gives_by_hand()
    {
        // Halves (0, 2), (1, 3), (2, 4), (3, 5): means 1 2 3 4, variances 2 each. W = 2, B/n = 5/3, n = 2.
        Assert.That(ChainDiagnostics.SplitRHat([[0, 2, 1, 3], [2, 4, 3, 5]]), Is.EqualTo(Math.Sqrt((1 + (5.0 / 3)) / 2)).Within(1e-12));
    }

    [Test]
    public void Nothing_is_said_of_no_chains_or_of_constants()
    {
        Assert.That(ChainDiagnostics.SplitRHat([]), Is.NaN);
        Assert.That(ChainDiagnostics.EffectiveSampleSize([]), Is.NaN);
        Assert.That(ChainDiagnostics.SplitRHat([[1, 1, 1, 1]]), Is.NaN);
    }

    private static double[] Chain(int seed, int draws, double correlation)
    {
        var random = new Random(seed);
        double x = 0;
        var chain = new double[draws];
        for (int i = 0; i < draws; i++)
        {
            double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            chain[i] = x = (correlation * x) + (Math.Sqrt(1 - (correlation * correlation)) * normal);
        }
        return chain;
    }
}
