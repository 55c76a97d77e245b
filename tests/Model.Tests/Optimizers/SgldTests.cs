using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Model.Tests.Optimizers;

/// <summary>Langevin steps against their formula and against the exact statistics of quadratic losses.</summary>
public sealed class SgldTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    // Chains that hardly move between steps, that forget at once, and that overshoot.
    [TestCase(1e-3, 30, 2, 200)]
    [TestCase(1e-2, 30, 2, 40)]
    [TestCase(1e-2, 30, 2, 240)]
    [TestCase(1e-2, 30, 0, 100)]
    public void Draws_of_a_quadratic_loss_have_the_exact_mean_and_variance(double rate, double nbeta, double curvature, double localization)
    {
        const int Count = 50_000;
        const double Center = 0.3;
        Tensor w = new(Copy.Full(device, [1, Count], DType.F32, Center), requiresGrad: true);
        var sgld = new Sgld([w], Schedule.Constant(rate), new RandomStream(device, [17]), [nbeta], [localization]);
        double a = (nbeta * curvature) + localization, keep = 1 - (rate * a / 2);
        int steps = (int)(Math.Log(1e-4) / Math.Log(Math.Abs(keep))) + 1;
        for (int step = 0; step < steps; step++) StepDown(sgld, w, curvature);
        float[] drawn = w.ToArray<float>();
        double mean = drawn.Average(x => (double)x), variance = drawn.Average(x => (x - mean) * (x - mean)), expected = rate / (1 - (keep * keep));
        Assert.That(mean, Is.EqualTo(localization * Center / a).Within(4 * Math.Sqrt(expected / Count)));
        Assert.That(variance, Is.EqualTo(expected).Within(4 * expected * Math.Sqrt(2.0 / Count)));
        double kurtosis = drawn.Average(x => Math.Pow(x - mean, 4)) / (variance * variance);
        Assert.That(kurtosis, Is.EqualTo(3).Within(4 * Math.Sqrt(24.0 / Count)), "a normal distribution");
        double neighbours = drawn.Skip(1).Zip(drawn, (x, y) => (x - mean) * (y - mean)).Average() / variance;
        Assert.That(neighbours, Is.Zero.Within(4 / Math.Sqrt(Count)), "neighbours are independent");
    }

    [Test]
    public void Steps_follow_the_formula_with_the_noise_that_the_stream_draws()
    {
        double[] rates = [1e-3, 0.02], nbeta = [30, 5], localization = [0, 200], clip = [1, 0.25];
        Shape[] shapes = [[2, 3, 7], [2], [2, 0], [2, 5000], [2, 33]];
        var random = new Random(3);
        Tensor Make(Shape shape) => Tensor.From<double>(device, [.. Enumerable.Range(0, (int)shape.Count).Select(_ => random.NextDouble() - 0.5)], shape);
        Tensor[] parameters = [.. shapes.Select(shape => new Tensor(Make(shape).View, requiresGrad: true))], centers = [.. shapes.Select(Make)];
        RandomStream noise = new(device, [5, 9]), same = new(device, [5, 9]);
        var sgld = new Sgld(parameters, new Schedule(rates), noise, nbeta, localization, centers);
        double[][] expected = [.. parameters.Select(parameter => parameter.ToArray<double>())], middle = [.. centers.Select(center => center.ToArray<double>())];
        foreach (Tensor center in centers) Copy.Fill(center.View, 1e9);
        TensorView factors = device.From<double>(clip, [2]);
        for (int step = 0; step < 3; step++)
        {
            for (int k = 0; k < shapes.Length; k++)
            {
                parameters[k].Grad = Make(shapes[k]);
                double[] gradient = parameters[k].Grad!.ToArray<double>(), drawn = same.Normal(shapes[k], dtype: DType.F64).ToArray<double>();
                for (int i = 0; i < drawn.Length; i++)
                {
                    int r = i / (drawn.Length / 2);
                    double w = expected[k][i];
                    expected[k][i] = w - (rates[r] / 2 * ((nbeta[r] * clip[r] * gradient[i]) + (localization[r] * (w - middle[k][i])))) + (Math.Sqrt(rates[r]) * drawn[i]);
                }
            }
            sgld.Step(factors);
            for (int k = 0; k < shapes.Length; k++) Assert.That(parameters[k].ToArray<double>(), Is.EqualTo(expected[k]).Within(1e-14), $"parameter {k} after step {step + 1}; its centre is a copy");
        }
    }

    [Test]
    public void Steps_in_a_metric_follow_the_formula()
    {
        double[] rates = [1e-3, 0.02], nbeta = [30, 5], localization = [0, 20], clip = [1, 0.25];
        const double Decay = 0.9, Damping = 0.05;
        Shape[] shapes = [[2, 3, 7], [2, 33]];
        var random = new Random(3);
        Tensor Make(Shape shape) => Tensor.From<double>(device, [.. Enumerable.Range(0, (int)shape.Count).Select(_ => random.NextDouble() - 0.5)], shape);
        Tensor[] parameters = [.. shapes.Select(shape => new Tensor(Make(shape).View, requiresGrad: true))];
        RandomStream noise = new(device, [5, 9]), same = new(device, [5, 9]);
        var sgld = new Sgld(parameters, new Schedule(rates), noise, nbeta, localization, preconditioner: new RmsPreconditioner(Decay, Damping));
        double[][] expected = [.. parameters.Select(parameter => parameter.ToArray<double>())], middle = [.. expected.Select(w => w.ToArray())], squares = [.. expected.Select(w => new double[w.Length])];
        TensorView factors = device.From<double>(clip, [2]);
        for (int step = 1; step <= 4; step++)
        {
            for (int k = 0; k < shapes.Length; k++)
            {
                parameters[k].Grad = Make(shapes[k]);
                double[] gradient = parameters[k].Grad!.ToArray<double>(), drawn = same.Normal(shapes[k], dtype: DType.F64).ToArray<double>();
                for (int i = 0; i < drawn.Length; i++)
                {
                    int r = i / (drawn.Length / 2);
                    double w = expected[k][i], g = clip[r] * gradient[i];
                    squares[k][i] = (Decay * squares[k][i]) + ((1 - Decay) * g * g);
                    double rate = rates[r] / (Math.Sqrt(squares[k][i] / (1 - Math.Pow(Decay, step))) + Damping);
                    expected[k][i] = w - (rate / 2 * ((nbeta[r] * g) + (localization[r] * (w - middle[k][i])))) + (Math.Sqrt(rate) * drawn[i]);
                }
            }
            sgld.Step(factors);
            for (int k = 0; k < shapes.Length; k++) Assert.That(parameters[k].ToArray<double>(), Is.EqualTo(expected[k]).Within(1e-13), $"parameter {k} after step {step}");
        }
        Assert.That(sgld.NamedState().Select(state => state.Name), Does.Contain("square_avg.1"));
    }

    [Test]
    public void Each_replica_is_a_chain_of_its_own()
    {
        double[] nbeta = [10, 30, 20], localization = [0, 100, 5];
        ulong[] seeds = [4, 1, 3];
        float[] Chains(int first, int count)
        {
            Tensor w = new(Copy.Full(device, [count, 333], DType.F32, 0.5), requiresGrad: true);
            var sgld = new Sgld([w], Schedule.Constant(1e-3), new RandomStream(device, seeds.AsSpan(first, count)), nbeta[first..(first + count)], localization[first..(first + count)]);
            for (int step = 0; step < 10; step++) StepDown(sgld, w, 2);
            return w.ToArray<float>();
        }
        float[] together = Chains(0, 3);
        for (int r = 0; r < 3; r++) Assert.That(together[(r * 333)..((r + 1) * 333)], Is.EqualTo(Chains(r, 1)), $"replica {r}");
    }

    [Test]
    public void A_captured_step_replays_the_bits_of_the_eager_one_and_allocates_nothing()
    {
        Run eager = new(device), replayed = new(device);
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
        Assert.That(replayed.Bits(), Is.EqualTo(eager.Bits()));
    }

    [Test]
    public void Threads_change_no_bit()
    {
        using var shared = new HostDevice(threads: 3);
        Run one = new(device), three = new(shared);
        for (int step = 0; step < 5; step++)
        {
            one.Step();
            three.Step();
        }
        Assert.That(three.Bits(), Is.EqualTo(one.Bits()));
    }

    [Test]
    public void Saved_state_goes_on_with_the_same_noise_around_the_same_centre()
    {
        Run first = new(device), second = new(device, start: 7);
        for (int step = 0; step < 3; step++) first.Step();
        for (int i = 0; i < first.Parameters.Length; i++) Copy.Into(second.Parameters[i].View, first.Parameters[i].View);
        foreach (var (saved, loaded) in first.Sgld.NamedState().Zip(second.Sgld.NamedState()))
        {
            Assert.That(loaded.Name, Is.EqualTo(saved.Name));
            Copy.Into(loaded.Tensor, saved.Tensor);
        }
        first.Step();
        second.Step();
        Assert.That(second.Bits(), Is.EqualTo(first.Bits()));
    }

    [Test]
    public void What_does_not_fit_is_one_sentence()
    {
        Tensor w = Tensor.Zeros(device, [2, 3], requiresGrad: true);
        Sgld Make(double[] nbeta, double[] localization, int replicas = 2, Tensor[]? center = null) =>
            new([w], Schedule.Constant(1e-3), new RandomStream(device, new ulong[replicas]), nbeta, localization, center);
        void Fails(Action action, string message) => Assert.That(action, Throws.TypeOf<HandmadeException>().With.Message.EqualTo(message));
        w.Grad = Tensor.Zeros(device, [2, 3]);
        Assert.Multiple(() =>
        {
            Fails(() => Make([-1], [0]), "sgld: nβ is -1; it must be finite and not below 0");
            Fails(() => Make([1], [double.NaN]), "sgld: γ is NaN; it must be finite and not below 0");
            Fails(() => new Sgld([w], Schedule.Constant(1e-3), new RandomStream(device, new ulong[2]), [1], [0], preconditioner: new RmsPreconditioner(Decay: 1)),
                "sgld: the preconditioner's decay α is 1; it must be at least 0 and below 1");
            Fails(() => new Sgld([w], Schedule.Constant(1e-3), new RandomStream(device, new ulong[2]), [1], [0], preconditioner: new RmsPreconditioner(Damping: 0)),
                "sgld: the preconditioner's damping λ is 0; it must be finite and above 0");
            Fails(() => Make([1], [0], center: []), "sgld: a centre of 0 tensors for 1 parameters; give one for each");
            Fails(() => Make([1], [0], center: [Tensor.Zeros(device, [3, 2])]), "sgld: the centre of parameter 0 has shape [3, 2]; it must be [2, 3]");
            Fails(() => Make([1, 2, 3], [0]).Step(), "sgld: 3 values of nβ for 2 replicas; give one, or one each");
            Fails(() => Make([1], [0, 1, 2]).Step(), "sgld: 3 values of γ for 2 replicas; give one, or one each");
            Fails(() => Make([1], [0], replicas: 3).Step(), "sgld: a random stream of 3 replicas for parameters of 2; it needs as many");
        });
    }

    // One step on the loss Σ h·w²/2.
    private static void StepDown(Sgld sgld, Tensor w, double curvature)
    {
        sgld.ZeroGrad();
        (w * w * (curvature / 2)).Sum().Backward();
        sgld.Step();
    }

    /// <summary>Two chains over parameters whose rows end in and on vectors, one of them longer than a piece.</summary>
    private sealed class Run
    {
        public Run(HostDevice device, double start = 1)
        {
            Shape[] shapes = [[2, 3, 7], [2, 33], [2, 64], [2, 90, 100]];
            Parameters = [.. shapes.Select(shape => new Tensor(Copy.Full(device, shape, DType.F32, start), requiresGrad: true))];
            Sgld = new Sgld(Parameters, new Schedule([1e-3, 2e-3], WarmUpSteps: 3), new RandomStream(device, [3, 4]), [30, 20], [200, 10]);
        }

        public Tensor[] Parameters { get; }

        public Sgld Sgld { get; }

        public void Step()
        {
            Sgld.ZeroGrad();
            Parameters.Select(p => (p * p * p).Sum()).Aggregate((a, b) => a + b).Backward();
            Sgld.Step();
        }

        public float[][] Bits() => [.. Parameters.Select(parameter => parameter.ToArray<float>())];
    }
}
