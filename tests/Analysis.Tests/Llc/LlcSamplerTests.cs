using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Analysis.Tests.Llc;

/// <summary>What the sampler promises beside its numbers.</summary>
public sealed class LlcSamplerTests : IDisposable
{
    private static readonly LlcSettings few = new() { StepSize = 1e-3, NBeta = 20, Localization = 30, Chains = 3, Draws = 12 };
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    [Test]
    public void A_chain_draws_the_same_whatever_runs_beside_it()
    {
        LlcSettings other = few with { NBeta = 5, Localization = 100, StepSize = 2e-3 };
        ulong[] first = LlcSampler.Seeds(3, 3, 10), second = LlcSampler.Seeds(3, 3, 20), both = [.. first, .. second];
        IReadOnlyList<LlcTrace> together = Run(new Landscapes.Quadratic(device, 6, [1, 2, 3], 0.5, both), [few, other], both);
        Assert.That(together[0].ToArray(), Is.EqualTo(Run(new Landscapes.Quadratic(device, 3, [1, 2, 3], 0.5, first), [few], first)[0].ToArray()));
        Assert.That(together[1].ToArray(), Is.EqualTo(Run(new Landscapes.Quadratic(device, 3, [1, 2, 3], 0.5, second), [other], second)[0].ToArray()));
        Assert.That(first.Concat(second).Distinct().Count(), Is.EqualTo(6));
    }

    [Test]
    public void A_chain_that_diverges_is_named_with_its_draw_and_spoils_no_other()
    {
        // The second point's steps are unstable from the start: ε·a/4 is 25 there.
        LlcSettings wild = few with { StepSize = 1 };
        ulong[] seeds = LlcSampler.Seeds(8, 6);
        LlcSettings Long(LlcSettings s) => s with { Draws = 400 };
        IReadOnlyList<LlcTrace> traces = Run(new Landscapes.Quadratic(device, 6, [3], dtype: DType.F32), [Long(few), Long(wild)], seeds);
        LlcEstimate sound = LlcEstimate.Of(traces[0], Long(few), 1), broken = LlcEstimate.Of(traces[1], Long(wild), 1);
        Assert.Multiple(() =>
        {
            Assert.That(sound.Failures, Is.Empty);
            Assert.That(double.IsFinite(sound.Value));
            Assert.That(broken.Failures.Select(failure => failure.Chain), Is.EqualTo([1, 2, 3]));
            Assert.That(broken.Value, Is.NaN);
            Assert.That(broken.Doubt, Does.Match("^chain 1 diverged at draw [0-9]+$"));
            (int chain, int draw) = broken.Failures[0];
            Assert.That(double.IsFinite(traces[1].Loss(chain - 1, draw - 2)) && !double.IsFinite(traces[1].Loss(chain - 1, draw - 1)), "the first draw that is not finite");
        });
    }

    [Test]
    public void One_diverging_chain_of_a_point_leaves_the_estimate_to_the_others()
    {
        var trace = new LlcTrace(3, 6, [.. Enumerable.Range(0, LlcTrace.Length(3, 6)).Select(i => i / 5 == 9 ? double.NaN : i % 5 == 0 ? 1 + (0.1 * (i / 5 % 4)) : 0)]);
        LlcEstimate estimate = LlcEstimate.Of(trace, few with { Draws = 6 }, 10);
        Assert.That(estimate.Failures, Is.EqualTo([(2, 4)]));
        Assert.That(estimate.Chains[1], Is.NaN);
        Assert.That(estimate.Value, Is.EqualTo((estimate.Chains[0] + estimate.Chains[2]) / 2));
        Assert.That(double.IsFinite(estimate.RHat) && double.IsFinite(estimate.Error));
    }

    [Test]
    public void What_does_not_move_keeps_its_bits()
    {
        var target = new Masked(device);
        using var sampler = new LlcSampler(target, [few with { Chains = 2 }], LlcSampler.Seeds(1, 2));
        LlcTrace trace = sampler.Run()[0];
        float[] w = target.Parameters[0].ToArray<float>(), frozen = target.Parameters[1].ToArray<float>();
        Assert.Multiple(() =>
        {
            for (int i = 0; i < w.Length; i++) Assert.That(w[i] == Masked.Start(i), Is.EqualTo(i % 6 % 3 != 1), $"element {i}");
            Assert.That(frozen, Is.Not.EqualTo(Enumerable.Repeat(0.25f, 4)), "the parameter without a mask moves as a whole");
            Assert.That(sampler.FreeParameters, Is.EqualTo(2 + 2));
            double distance = w.Take(6).Select((x, i) => Math.Pow(x - Masked.Start(i), 2)).Sum();
            Assert.That(trace.SquaredDistance(0, few.Draws - 1), Is.GreaterThan(0).And.Not.NaN);
            Assert.That(distance, Is.GreaterThan(0));
        });
    }

    [Test]
    public void Acceptance_is_that_of_the_adjusted_algorithm_by_plain_loops([Values] bool metric)
    {
        const double H = 4;
        LlcSettings settings = few with { StepSize = 0.02, Chains = 1, Draws = 40 }, inMetric = settings with { StepSize = settings.StepSize * settings.Localization, MetricBatches = 3 };
        // Without noise slopes at w* are 0, and the metric is 1/γ.
        LlcSettings used = metric ? inMetric : settings;
        LlcEstimate estimate = LlcEstimate.Of(Run(new Landscapes.Quadratic(device, 1, [H]), [used], LlcSampler.Seeds(2, 1))[0], used, 1);
        // The same chain again, by its formula.
        double a = (settings.NBeta * H) + settings.Localization, w = 0, sum = 0;
        var noise = new RandomStream(device, LlcSampler.Seeds(2, 1), 0x5617D);
        var at = new List<double>();
        for (int step = 0; step <= settings.Draws; step++)
        {
            w += (-settings.StepSize / 2 * a * w) + (Math.Sqrt(settings.StepSize) * noise.Normal([1, 1], dtype: DType.F64).ToArray<double>()[0]);
            at.Add(w);
        }
        for (int draw = 1; draw < settings.Draws; draw++)
        {
            double x = at[draw - 1], y = at[draw], keep = 1 - (settings.StepSize * a / 2);
            double LogDensity(double from, double to) => -Math.Pow(to - (keep * from), 2) / (2 * settings.StepSize);
            sum += Math.Min(1, Math.Exp((a / 2 * ((x * x) - (y * y))) + LogDensity(y, x) - LogDensity(x, y)));
        }
        Assert.That(estimate.Acceptance, Is.EqualTo(sum / (settings.Draws - 1)).Within(1e-9));
        Assert.That(estimate.Acceptance, Is.InRange(0.3, 0.999), "a step this long is not always accepted");
    }

    [Test]
    public void A_plain_baseline_is_the_mean_over_its_batches()
    {
        ulong[] seeds = LlcSampler.Seeds(4, 3);
        LlcTrace trace = Run(new Landscapes.Quadratic(device, 3, [1], 0.5, seeds), [few with { IsPaired = false }], seeds)[0];
        Assert.That(Enumerable.Range(0, few.Draws).Select(draw => trace.Baseline(1, draw)).Distinct(), Is.EqualTo([0.0]));
    }

    [Test]
    public void Settings_name_everything_that_changes_the_number()
    {
        Assert.That(new LlcSettings().ToString(), Is.EqualTo("nβ 30, γ 200, ε 0.001, 4 chains of 200 draws, burn-in 0, no preconditioner, paired baseline"));
        Assert.That((new LlcSettings() with { StepsPerDraw = 5, BurnIn = 7, IsPaired = false, Preconditioner = new() }).ToString(),
            Is.EqualTo("nβ 30, γ 200, ε 0.001, 4 chains of 200 draws 5 steps apart, burn-in 7, RMSprop (α 0.99, λ 0.1), baseline of 16 batches"));
        Assert.That((new LlcSettings() with { MetricBatches = 16 }).ToString(), Is.EqualTo("nβ 30, γ 200, ε 0.001, 4 chains of 200 draws, burn-in 0, metric of 64 batches at w*, paired baseline"));
        Assert.That(() => Run(new Landscapes.Quadratic(device, 3, [1]), [few with { MetricBatches = 1, Localization = 0 }], new ulong[3]), Throws.TypeOf<HandmadeException>().With.Message.Contains("γ above 0"));
        Assert.That(() => Run(new Landscapes.Quadratic(device, 6, [1]), [few, few with { Draws = 3 }], new ulong[6]), Throws.TypeOf<HandmadeException>());
    }

    private static IReadOnlyList<LlcTrace> Run(LlcTarget target, LlcSettings[] points, ulong[] seeds)
    {
        using var sampler = new LlcSampler(target, points, seeds);
        return sampler.Run();
    }

    /// <summary>Two parameters of two replicas; of each row of the first only the middle element moves.</summary>
    private sealed class Masked(Device device) : LlcTarget
    {
        private readonly Tensor w = Tensor.From<float>(device, [.. Enumerable.Range(0, 12).Select(Start)], [2, 2, 3], requiresGrad: true);
        private readonly Tensor other = new(Copy.Full(device, [2, 2], DType.F32, 0.25), requiresGrad: true);
        private readonly TensorView mask = device.From<bool>([.. Enumerable.Range(0, 12).Select(i => i % 3 == 1)], [2, 2, 3]);

        public override IReadOnlyList<Tensor> Parameters => [w, other];

        public override IReadOnlyList<TensorView?> Moving => [mask, null];

        public static float Start(int i) => 0.1f * (i + 1);

        public override Tensor Loss() => (w * w).Sum([1, 2]) + (other * other).Sum([1]);

        public override Tensor LossAtCenter() => new(Copy.Full(device, [2], DType.F32, 0));
    }
}
