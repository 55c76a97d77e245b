using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Model.Tests.Optimizers;

/// <summary>Steps of optimisers on networks: PyTorch's figures, replicas, replay, threads.</summary>
public sealed class OptimizerStepTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    // Twenty steps on Σ p·sin 3p from (0.5, −1.25, 2) at rate 0.05, gradient norm at most 1.5, by PyTorch 1.13 in double.
    private static IEnumerable<TestCaseData> PyTorch =>
    [
        Case("Adam", p => new Adam(p, Schedule.Constant(0.05), 0.9, 0.99, 1e-8, [0.1]), -0.0651402830070316, -1.5787504731354471, 1.6434808819622844),
        Case("AdamW", p => new AdamW(p, Schedule.Constant(0.05), weightDecay: [0.1]), -0.041799699507065566, -1.6014302172819732, 1.6712825014567019),
        Case("Sgd", p => new Sgd(p, Schedule.Constant(0.05)), 0.004313710535005534, -1.6377268129843532, 1.6377268132111296),
        Case("momentum", p => new Sgd(p, Schedule.Constant(0.05), momentum: 0.9, weightDecay: [0.1]), 0.05752611483327413, -1.5310613203017183, 1.6968032803380821),
        Case("Nesterov", p => new Sgd(p, Schedule.Constant(0.05), momentum: 0.9, nesterov: true), -0.007557506563052455, -1.6377259123918946, 1.637727430925458),
    ];

    private static TestCaseData Case(string name, Func<Tensor[], Optimizer> make, params double[] expected) => new TestCaseData(make, expected).SetArgDisplayNames(name);

    [TestCaseSource(nameof(PyTorch))]
    public void Twenty_steps_end_where_PyTorch_ends(Func<Tensor[], Optimizer> make, double[] expected)
    {
        Tensor p = Tensor.From<double>(device, [0.5, -1.25, 2], [1, 3], requiresGrad: true);
        Optimizer optimizer = make([p]);
        var clip = new ClipNorm(optimizer, 1.5);
        for (int step = 0; step < 20; step++)
        {
            optimizer.ZeroGrad();
            (p * (p * 3).Sin()).Sum().Backward();
            optimizer.Step(clip.Factor());
        }
        Assert.That(p.ToArray<double>(), Is.EqualTo(expected).Within(1e-12));
    }

    [Test]
    public void Each_replica_has_its_own_rate_decay_and_clip_factor()
    {
        double[] rates = [1e-2, 3e-3, 1e-3], decays = [0, 0.1, 0.5];
        var run = new Run(device, 3, rates, decays);
        for (int step = 0; step < 20; step++) run.Step();
        for (int r = 0; r < 3; r++)
        {
            var alone = new Run(device, replicas: 1, [rates[r]], [decays[r]], first: r);
            for (int step = 0; step < 20; step++) alone.Step();
            for (int i = 0; i < run.Parameters.Length; i++)
                Assert.That(Copy.Contiguous(run.Parameters[i].View.Slice(0, r, 1)).ToArray<float>(), Is.EqualTo(alone.Parameters[i].ToArray<float>()), $"replica {r}, parameter {i}");
        }
    }

    [Test]
    public void A_captured_step_replays_the_bits_of_the_eager_one_and_allocates_nothing()
    {
        Run eager = new(device, 2, [1e-2], [0.1]), replayed = new(device, 2, [1e-2], [0.1]);
        for (int step = 0; step < 30; step++) eager.Step();
        using CapturedStep captured = device.Capture(() =>
        {
            replayed.Step();
            return [];
        });
        captured.Replay(10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        captured.Replay(20);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero, "bytes allocated by 20 replays");
        for (int i = 0; i < eager.Parameters.Length; i++)
            Assert.That(replayed.Parameters[i].ToArray<float>(), Is.EqualTo(eager.Parameters[i].ToArray<float>()), $"parameter {i}");
        Assert.That(replayed.Optimizer.Steps.ToArray<int>(), Is.EqualTo([30, 30]));
    }

    [Test]
    public void Threads_change_no_bit()
    {
        using var shared = new HostDevice(threads: 3);
        Run one = new(device, 2, [1e-2], [0.1]), three = new(shared, 2, [1e-2], [0.1]);
        for (int step = 0; step < 5; step++)
        {
            one.Step();
            three.Step();
        }
        Assert.That(three.Clip.Norm.ToArray<double>(), Is.EqualTo(one.Clip.Norm.ToArray<double>()));
        for (int i = 0; i < one.Parameters.Length; i++) Assert.That(three.Parameters[i].ToArray<float>(), Is.EqualTo(one.Parameters[i].ToArray<float>()), $"parameter {i}");
    }

    [Test]
    public void A_replica_whose_gradient_is_not_finite_leaves_the_others_alone()
    {
        Tensor p = Tensor.Ones(device, [2, 20], requiresGrad: true), scale = Tensor.Ones(device, [2, 1]);
        var sgd = new Sgd([p], Schedule.Constant(0.1));
        var clip = new ClipNorm(sgd, 1);
        void Step(params float[] scales)
        {
            scale.View.CopyFrom<float>(scales);
            sgd.ZeroGrad();
            (p * scale).Sum().Backward();
            sgd.Step(clip.Factor());
        }
        Step(1, 1);
        Step(1, 1);
        Assert.That(clip.FailedStep(), Is.Zero);
        Step(1, float.NaN);
        Step(1, float.PositiveInfinity);
        Assert.That(clip.FailedStep(), Is.EqualTo(3));
        Assert.That(p.ToArray<float>()[..20], Is.All.GreaterThan(0), "the healthy replica goes on");
        clip.Reset();
        Assert.That(clip.FailedStep(), Is.Zero);
    }

    [Test]
    public void Rates_fall_in_stairs()
    {
        Schedule stairs = new([1], DecaySteps: 10, Decay: 0.5);
        Assert.That(new[] { 9, 10, 35 }.Select(step => stairs.At(0, step)), Is.EqualTo([1, 0.5, 0.125]));
    }

    [Test]
    public void Parameters_that_do_not_fit_are_one_sentence()
    {
        Tensor a = Tensor.Zeros(device, [2, 3], requiresGrad: true), b = Tensor.Zeros(device, [3], requiresGrad: true);
        var adam = new Adam([a, b], Schedule.Constant(0.1));
        (a.Sum() + b.Sum()).Backward();
        Assert.That(() => adam.Step(), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("adam: parameter 1 has shape [3]; it must be dense and its first axis the 2 replicas"));
    }

    /// <summary>AdamW on parameters whose rows end in and on vectors, one of them longer than a piece.</summary>
    private sealed class Run
    {
        private readonly Tensor[] targets;

        public Run(HostDevice device, int replicas, double[] rates, double[] decays, int first = 0)
        {
            int[][] shapes = [[3, 7], [33], [64], [90, 100]];
            Tensor Make(int[] shape, int seed, bool requiresGrad)
            {
                var views = Enumerable.Range(first, replicas).Select(r =>
                {
                    var random = new Random((10 * r) + seed);
                    return Tensor.From<float>(device, [.. Enumerable.Range(0, (int)new Shape(shape).Count).Select(_ => (float)random.NextDouble())], new Shape([1, .. shape]));
                });
                return new Tensor(Copy.Clone(Tensor.Concat(0, [.. views]).View), requiresGrad);
            }
            Parameters = [.. shapes.Select((shape, i) => Make(shape, i, requiresGrad: true))];
            targets = [.. shapes.Select((shape, i) => Make(shape, i + 5, requiresGrad: false))];
            Optimizer = new AdamW(Parameters, new Schedule(rates, WarmUpSteps: 5), weightDecay: decays);
            Clip = new ClipNorm(Optimizer, 0.5);
        }

        public Tensor[] Parameters { get; }

        public Optimizer Optimizer { get; }

        public ClipNorm Clip { get; }

        public void Step()
        {
            Optimizer.ZeroGrad();
            Tensor loss = Parameters.Zip(targets, (p, t) => Loss.MeanSquared(p, t) * 10).Aggregate((a, b) => a + b);
            loss.Backward();
            Optimizer.Step(Clip.Factor());
        }
    }
}
