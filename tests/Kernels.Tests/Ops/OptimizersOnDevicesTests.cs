using Handmade.Kernels.Ops;
using static Handmade.Kernels.Ops.OptimizerSteps;

namespace Handmade.Kernels.Tests.Ops;

public sealed class OptimizersOnDevicesTests(string word) : DeviceOpTests(word)
{
    private const int Replicas = 3;

    // More than one call takes, one longer than a group, one without elements.
    private static readonly Shape[] shapes = [[3, 2, 5], [3, 7], [3, 0, 4], [3, 301], [3, 1], [3, 4, 4], [3], [3, 9], [3, 2, 2], [3, 33], [3, 0]];

    [Test]
    public void Adam_goes_as_on_the_host([Values(DType.F32, DType.F64)] DType dtype, [Values] bool decoupled) => Agree(
        device => Steps(device, dtype, new Schedule([0.1, 0.2, 0.3], WarmUpSteps: 2, CosineSteps: 9, Floor: 0.1, WarmUpStart: 0), (p, g, m, v, rates, factors, steps) =>
            Adam(p, g, m, v, rates, factors, steps, new AdamConstants(0.9, 0.99, 1e-8, [0.01, 0, 0.1], decoupled))),
        within: dtype == DType.F32 ? 2e-4 : 1e-12);

    [Test]
    public void Sgd_goes_as_on_the_host([Values(DType.F32, DType.F64)] DType dtype, [Values(0, 1, 2)] int rule) => Agree(
        device => Steps(device, dtype, new Schedule([0.1], DecaySteps: 2, Decay: 0.5), (p, g, m, v, rates, factors, steps) =>
            Sgd(p, g, rule == 0 ? [] : m, rates, factors, 0.9, nesterov: rule == 2, [0.01])),
        within: dtype == DType.F32 ? 2e-4 : 1e-12);

    [Test]
    public void Sgld_goes_as_on_the_host([Values(DType.F32, DType.F64)] DType dtype) => Agree(
        device =>
        {
            var noise = new RandomStream(device, [5, 1UL << 40, 7]);
            double[] nbeta = [0.3, 2, 1], localization = [5];
            return [.. Steps(device, dtype, new Schedule([0.1, 0.2, 0.3]), (p, g, m, v, rates, factors, _) => Sgld(p, g, m, rates, factors, noise, nbeta, localization)), noise.State];
        },
        within: dtype == DType.F32 ? 2e-4 : 1e-12);

    [Test]
    public void Sgld_in_a_metric_goes_as_on_the_host([Values(DType.F32, DType.F64)] DType dtype) => Agree(
        device =>
        {
            var noise = new RandomStream(device, [5, 1UL << 40, 7]);
            return
            [
                .. Steps(device, dtype, new Schedule([0.1, 0.2, 0.3]), (p, g, m, v, rates, factors, steps) => Sgld(p, g, m, rates, factors, noise, [0.3, 2, 1], [5], new RmsMetric(v, steps, 0.9, 0.1))),
                noise.State,
            ];
        },
        within: dtype == DType.F32 ? 2e-4 : 1e-12);

    [Test]
    public void Langevin_noise_is_what_the_stream_draws_for_one_parameter_after_the_other([Values(DType.F32, DType.F64)] DType dtype)
    {
        var s = new State(Device, dtype, zeros: true);
        RandomStream noise = new(Device, [5, 9, 11], 3), same = new(Device, [5, 9, 11], 3);
        for (int step = 0; step < 2; step++)
        {
            Sgld(s.P, s.G, s.M, Copy.Full(Device, [Replicas], DType.F64, 4), s.Factors, noise, [0], [0]);
            TensorView[] drawn = [.. shapes.Select(shape => same.Normal(shape, dtype: dtype))];
            for (int i = 0; i < shapes.Length; i++)
            {
                Assert.That(Numbers(s.P[i]), Is.EqualTo(Numbers(drawn[i]).Select(x => 2 * x)).Within(dtype == DType.F32 ? 1e-5 : 1e-14), $"parameter {i} of step {step}");
                Copy.Fill(s.P[i], 0);
            }
        }
        Assert.That(noise.State.ToArray<int>(), Is.EqualTo(same.State.ToArray<int>()));
    }

    [Test]
    public void A_replayed_Langevin_step_draws_anew_with_the_bits_of_the_eager_step()
    {
        State eager = new(Device, DType.F32), captured = new(Device, DType.F32);
        RandomStream eagerNoise = new(Device, [5, 9, 11]), capturedNoise = new(Device, [5, 9, 11]);
        var schedule = new Schedule([0.01, 0.02, 0.03], WarmUpSteps: 3);
        double[] nbeta = [1], localization = [1, 2, 3];
        void Step(State s, RandomStream noise)
        {
            schedule.Advance(s.Steps, s.Rates);
            Sgld(s.P, s.G, s.M, s.Rates, s.Factors, noise, nbeta, localization);
        }
        using CapturedStep step = Device.Capture(() =>
        {
            Step(captured, capturedNoise);
            return [];
        });
        for (int i = 0; i < 3; i++)
        {
            Step(eager, eagerNoise);
            step.Replay();
        }
        Assert.That(captured.P.Select(Numbers), Is.EqualTo(eager.P.Select(Numbers)));
        Assert.That(capturedNoise.State.ToArray<int>(), Is.EqualTo(eagerNoise.State.ToArray<int>()));
    }

    [Test]
    public void A_replay_gives_the_bits_of_the_eager_step()
    {
        var constants = new AdamConstants(0.9, 0.99, 1e-8, [0.01, 0, 0.1], true);
        var schedule = new Schedule([0.1, 0.2, 0.3], WarmUpSteps: 3);
        State eager = new(Device, DType.F32), captured = new(Device, DType.F32);
        void Step(State s)
        {
            schedule.Advance(s.Steps, s.Rates);
            Adam(s.P, s.G, s.M, s.V, s.Rates, s.Factors, s.Steps, constants);
        }
        using CapturedStep step = Device.Capture(() =>
        {
            Step(captured);
            return [];
        });
        for (int i = 0; i < 3; i++)
        {
            Step(eager);
            step.Replay();
        }
        Assert.That(captured.P.Select(Numbers), Is.EqualTo(eager.P.Select(Numbers)));
        Assert.That(captured.Steps.ToArray<int>(), Is.All.EqualTo(3));
        Assert.That(captured.Rates.ToArray<double>(), Is.EqualTo([0.1, 0.2, 0.3]).Within(1e-15));
    }

    private delegate void Update(TensorView[] p, TensorView[] g, TensorView[] m, TensorView[] v, TensorView rates, TensorView factors, TensorView steps);

    private TensorView[] Steps(Device device, DType dtype, Schedule schedule, Update update)
    {
        var s = new State(device, dtype);
        for (int i = 0; i < (IsEmulator ? 2 : 5); i++)
        {
            schedule.Advance(s.Steps, s.Rates);
            update(s.P, s.G, s.M, s.V, s.Rates, s.Factors, s.Steps);
        }
        return [.. s.P, .. s.M, .. s.V, s.Rates, s.Steps];
    }

    private sealed class State(Device device, DType dtype, bool zeros = false)
    {
        public TensorView[] P { get; } = [.. shapes.Select(shape => zeros ? Copy.Full(device, shape, dtype, 0) : Some(device, shape, dtype))];

        public TensorView[] G { get; } = [.. shapes.Select(shape => Flip.Over(Some(device, shape, dtype), -1))];

        public TensorView[] M { get; } = [.. shapes.Select(shape => Copy.Full(device, shape, dtype, 0))];

        public TensorView[] V { get; } = [.. shapes.Select(shape => Copy.Full(device, shape, dtype, 0))];

        public TensorView Rates { get; } = Copy.Full(device, [Replicas], DType.F64, 0);

        public TensorView Factors { get; } = device.From<double>([1, 0.5, 0.25], [Replicas]);

        public TensorView Steps { get; } = Copy.Full(device, [Replicas], DType.I32, 0);
    }
}
