using Handmade.Kernels.Host;

namespace Handmade.Analysis.Tests.Llc;

/// <summary>Estimates of λ where it is known: quadratic losses, singular potentials, deep linear networks.</summary>
public sealed class LlcOraclesTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    [TestCase(1e-3, 0)]
    [TestCase(5e-3, 0)]
    [TestCase(1e-3, 2)]
    [TestCase(5e-3, 1)]
    public void A_quadratic_loss_with_noisy_slopes_has_the_exact_excess_and_equipartition(double rate, double noise)
    {
        const double NBeta = 30, Gamma = 40, H = 3;
        const int Copies = 2000;
        var settings = new LlcSettings { StepSize = rate, NBeta = NBeta, Localization = Gamma, Chains = 2, Draws = 200, BurnIn = 200 };
        ulong[] seeds = LlcSampler.Seeds(5, 2);
        LlcEstimate estimate = Estimate(new Landscapes.Quadratic(device, 2, [.. Enumerable.Repeat(H, Copies)], noise, seeds), settings, seeds);
        double a = (NBeta * H) + Gamma, variance = (1 + (rate * NBeta * NBeta * noise * noise / 4)) / (a * (1 - (rate * a / 4)));
        Assert.Multiple(() =>
        {
            Assert.That(estimate.Value / Copies, Is.EqualTo(NBeta * H * variance / 2).Within(0.02).Percent.Or.EqualTo(NBeta * H * variance / 2).Within(0.01), "λ̂ = nβ·h·v/2");
            Assert.That(estimate.Equipartition, Is.EqualTo(a * variance).Within(0.02), "E[w·∂U]: 1 as ε goes to 0");
            Assert.That(estimate.Distance * estimate.Distance / Copies, Is.EqualTo(variance).Within(0.02 * variance));
            Assert.That(estimate.Parameters, Is.EqualTo(Copies));
        });
    }

    [TestCase(2, 1, 0.2249)]
    [TestCase(2, 100, 0.0027)]
    [TestCase(1, 1, 0.3903)]
    public void Strong_pull_hides_what_a_singular_potential_is_worth(int b, double gamma, double expected)
    {
        // The same integral over a grid of both coordinates.
        const int Points = 1500;
        double step = 8 / Math.Sqrt(gamma) / Points, sum = 0, weights = 0;
        for (int i = 0; i < Points; i++)
        {
            for (int j = 0; j < Points; j++)
            {
                double x = (i + 0.5) * step, y = (j + 0.5) * step, excess = 1000 * x * x * (b == 1 ? y * y : y * y * y * y), weight = Math.Exp(-excess - (gamma / 2 * ((x * x) + (y * y))));
                sum += weight * excess;
                weights += weight;
            }
        }
        Assert.That(Landscapes.Crossing.Expected(b, 1000, gamma), Is.EqualTo(expected).Within(1e-4).And.EqualTo(sum / weights).Within(1e-3 * expected), $"λ is {1.0 / (2 * b)}");
    }

    [TestCase(2, 100, 2e-4, 10)]
    [TestCase(2, 10, 3e-4, 20)]
    [TestCase(1, 10, 4e-4, 20)]
    [TestCase(2, 1, 2e-5, 200, Category = "slow")]
    [TestCase(1, 1, 1e-4, 50, Category = "slow")]
    public void Chains_on_a_singular_potential_find_what_quadrature_finds(int b, double gamma, double rate, int apart)
    {
        const int Copies = 128, Chains = 8, Draws = 100;
        var settings = new LlcSettings { StepSize = rate, NBeta = 1000, Localization = gamma, Chains = Chains, Draws = Draws, StepsPerDraw = apart, BurnIn = (int)(6 / (rate * gamma)) };
        LlcEstimate estimate = Estimate(new Landscapes.Crossing(device, Chains, Copies, b), settings);
        double expected = Landscapes.Crossing.Expected(b, 1000, gamma), error = estimate.Error / Copies;
        Assert.That(estimate.Value / Copies, Is.EqualTo(expected).Within((4 * error) + (0.02 * expected)), $"± {error} from {Chains} chains of {Copies} copies");
        Assert.That(error, Is.LessThan(0.05 * expected));
    }

    // λ is what nβ → ∞ gives. At these nβ the exact mean lies a few percent below it (up to 8, measured by long runs), as λ̂ always does near a singular point.
    [TestCase(new[] { 2, 2, 2 }, 0, 1.5, 100, 1e-3, 64)]
    [TestCase(new[] { 5, 3, 5 }, 0, 6.5, 100, 4e-4, 32)]
    [TestCase(new[] { 5, 4, 5 }, 0, 8, 100, 4e-4, 32)]
    [TestCase(new[] { 3, 3, 3, 3 }, 1, 4, 300, 1e-4, 64, Category = "slow")]
    [TestCase(new[] { 10, 10, 10 }, 3, 44, 300, 5e-5, 8, Category = "slow")]
    public void Deep_linear_networks_have_their_known_coefficient(int[] widths, int rank, double known, double nbeta, double rate, int chains)
    {
        var settings = new LlcSettings { StepSize = rate, NBeta = nbeta, Localization = 1, Chains = chains, Draws = 60, StepsPerDraw = (int)(0.04 / rate), BurnIn = (int)(3 / rate) };
        LlcEstimate estimate = Estimate(new Landscapes.LinearNetwork(device, chains, widths, rank), settings);
        TestContext.Out.WriteLine($"λ̂ {estimate.Value:F3} ± {estimate.Error:F3}, known {known}");
        Assert.That(estimate.Value, Is.InRange((0.9 * known) - (3 * estimate.Error), known + (3 * estimate.Error)), $"± {estimate.Error:F3}");
        Assert.That(estimate.Error, Is.LessThan(0.04 * known));
    }

    [Test]
    public void A_metric_samples_steep_and_flat_directions_alike_where_one_step_size_cannot()
    {
        // Slopes are mostly noise, of the size that makes V nearly constant: then G is, and the stationary variance is that of steps ε·G.
        const double NBeta = 100, Gamma = 0.01, Noise = 2, Damping = 0.01, Rate = 4.2e-6;
        const int Copies = 600;
        double[] curvatures = [.. new[] { 1000.0, 100, 10 }.SelectMany(h => Enumerable.Repeat(h, Copies))], spread = [.. curvatures.Select(h => h / Math.Sqrt(NBeta * h))];
        LlcEstimate Run(double rate, Model.RmsPreconditioner? metric)
        {
            var settings = new LlcSettings { StepSize = rate, NBeta = NBeta, Localization = Gamma, Chains = 4, Draws = 300, BurnIn = 1000, Preconditioner = metric };
            return Estimate(new Landscapes.Quadratic(device, 4, curvatures, Noise, LlcSampler.Seeds(9, 4), scales: spread), settings);
        }
        double excess = 0, virial = 0;
        for (int i = 0; i < curvatures.Length; i++)
        {
            double h = curvatures[i], a = (NBeta * h) + Gamma, noise = Noise * spread[i], step = Rate / (Math.Sqrt((noise * noise) + (h * h / a)) + Damping);
            double variance = (1 + (step * NBeta * NBeta * noise * noise / 4)) / (a * (1 - (step * a / 4)));
            excess += NBeta * h * variance / 2;
            virial += a * variance / curvatures.Length;
        }
        LlcEstimate metric = Run(Rate, new Model.RmsPreconditioner(Decay: 0.999, Damping)), plain = Run(6e-7, null);
        Assert.Multiple(() =>
        {
            Assert.That(metric.Value, Is.EqualTo(excess).Within(0.04 * excess));
            Assert.That(metric.Equipartition, Is.EqualTo(virial).Within(0.04));
            Assert.That(metric.Acceptance, Is.NaN, "not defined in a metric");
            Assert.That(plain.Value, Is.LessThan(0.92 * excess), "the flattest are still on their way");
            Assert.That(plain.Equipartition, Is.LessThan(0.92), "which equipartition tells without knowing λ");
        });
    }

    [Test]
    public void A_metric_taken_at_the_centre_settles_steep_and_flat_directions_at_one_pace()
    {
        // Curvature over four decades; slopes are noisier than the chain's own noise would be at one step size for all.
        const double NBeta = 100, Gamma = 10, Rate = 0.2;
        const int Copies = 600;
        double[] curvatures = [.. new[] { 1000.0, 10, 0.1 }.SelectMany(h => Enumerable.Repeat(h, Copies))], noises = [.. curvatures.Select(h => Math.Sqrt(2 * h / NBeta))];
        var settings = new LlcSettings { StepSize = Rate, NBeta = NBeta, Localization = Gamma, Chains = 4, Draws = 200, BurnIn = 100, MetricBatches = 50 };
        LlcEstimate estimate = Estimate(new Landscapes.Quadratic(device, 4, curvatures, 1, LlcSampler.Seeds(9, 4), scales: noises), settings, LlcSampler.Seeds(9, 4));
        double excess = 0, virial = 0;
        foreach (var (h, noise) in curvatures.Zip(noises))
        {
            double a = (NBeta * h) + Gamma, slopes = NBeta * NBeta * noise * noise, step = Rate / (Gamma + slopes), variance = (1 + (step * slopes / 4)) / (a * (1 - (step * a / 4)));
            Assert.That(step * slopes / 4, Is.LessThan(Rate / 4), "what noise of batches adds is bounded whatever the direction");
            excess += NBeta * h * variance / 2;
            virial += a * variance / curvatures.Length;
        }
        Assert.Multiple(() =>
        {
            Assert.That(estimate.Value, Is.EqualTo(excess).Within(2).Percent);
            Assert.That(estimate.Equipartition, Is.EqualTo(virial).Within(0.02));
            Assert.That(estimate.RHat, Is.LessThan(1.05));
            Assert.That(estimate.Acceptance, Is.InRange(0, 1));
        });
    }

    private static LlcEstimate Estimate(LlcTarget target, LlcSettings settings, ulong[]? seeds = null)
    {
        using var sampler = new LlcSampler(target, [settings], seeds ?? LlcSampler.Seeds(1, settings.Chains));
        return LlcEstimate.Of(sampler.Run()[0], settings, sampler.FreeParameters);
    }
}
