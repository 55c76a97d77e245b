using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;
using Handmade.Model.Data;

namespace Handmade.Model.Tests;

/// <summary>The transformer of "The clock and the pizza": its two paths are one function, and it trains.</summary>
public sealed class ModularAdditionTransformerTests : IDisposable
{
    private readonly HostDevice device = new(threads: 2);

    public void Dispose() => device.Dispose();

    private static readonly ModularAdditionSizes Small = new() { Vocabulary = 7, Width = 12, Heads = 3, MlpRatio = 2 };

    /// <summary>A network, its data and its optimiser, made from seeds alone.</summary>
    private sealed class Trainer
    {
        private readonly AdamW adam;
        private readonly bool isPlain;

        public Trainer(Device device, ModularAdditionSizes sizes, double[] rates, ulong[] seeds, double lr = 3e-3, bool isPlain = false, DType dtype = DType.F32)
        {
            this.isPlain = isPlain;
            Model = new ModularAdditionTransformer(new Init(device, new RandomStream(device, seeds), dtype), sizes, rates);
            (Train, Test) = TokenPairs.ModularAddition(device, sizes.Vocabulary, 0.8, seeds);
            adam = new AdamW(Model.Parameters(), new Schedule([lr], WarmUpSteps: 10, WarmUpStart: 0), 0.9, 0.98, weightDecay: [2]);
        }

        public ModularAdditionTransformer Model { get; }

        public TokenPairs Train { get; }

        public TokenPairs Test { get; }

        public Tensor Logits(TokenPairs pairs) => isPlain ? Model.Forward(pairs.Tokens) : Model.ForwardPairs(pairs);

        public IEnumerable<TensorView> Step()
        {
            adam.ZeroGrad();
            Tensor loss = Loss.CrossEntropyInDouble(Logits(Train), Train.Classes);
            loss.Backward();
            adam.Step();
            return [loss.View];
        }

        public float[] Parameters(int replica) => [.. Model.Parameters().SelectMany(p => p.View.Slice(0, replica, 1).ToArray<float>())];

        public double Accuracy(TokenPairs pairs)
        {
            using IDisposable paused = Tape.NoGrad();
            int[] said = Logits(pairs).Argmax(-1).ToArray<int>(), right = pairs.Classes.ToArray<int>();
            return said.Zip(right).Count(pair => pair.First == pair.Second) / (double)right.Length;
        }
    }

    [Test]
    public void The_paper_s_sizes_have_212608_parameters()
    {
        var trainer = new Trainer(device, new ModularAdditionSizes(), [0], [1]);
        Assert.That(trainer.Model.ParameterCount(), Is.EqualTo(212_608));
        Assert.That((trainer.Train.Count, trainer.Test.Count), Is.EqualTo((2784, 697)));
    }

    [Test]
    public void A_fresh_network_has_the_loss_of_the_authors_initialisation([Values(0, 0.5, 1)] double rate)
    {
        var trainer = new Trainer(device, new ModularAdditionSizes(), [rate], [1, 2]);
        using IDisposable paused = Tape.NoGrad();
        Assert.That(Loss.CrossEntropyInDouble(trainer.Logits(trainer.Train), trainer.Train.Classes).ToArray<double>(), Is.All.InRange(4.10, 4.16));
    }

    private static IEnumerable<TestCaseData> Networks()
    {
        foreach (double[] rates in (double[][])[[0], [1], [0.3, 0.7], [0, 0.5]])
            foreach (int layers in (int[])[1, 2, 3])
                foreach (Activation activation in (Activation[])[Activation.Relu, Activation.Gelu])
                    yield return new TestCaseData(rates, Small with { Layers = layers, Activation = activation }).SetArgDisplayNames($"rate {string.Join(" and ", rates)}", $"{layers} layers", activation.Name());
        yield return new TestCaseData(new[] { 1.0 }, Small with { Width = 14, Heads = 4 }).SetArgDisplayNames("a width that the heads do not divide");
    }

    [TestCaseSource(nameof(Networks))]
    public void Pairs_by_tables_are_the_same_function_as_every_pair_through_every_layer(double[] rates, ModularAdditionSizes sizes)
    {
        ulong[] seeds = [.. Enumerable.Range(1, rates.Length).Select(seed => (ulong)seed)];
        var trainer = new Trainer(device, sizes, rates, seeds, dtype: DType.F64);
        IReadOnlyList<Tensor> parameters = trainer.Model.Parameters();
        Tensor plain = trainer.Model.Forward(trainer.Train.Tokens), tables = trainer.Model.ForwardPairs(trainer.Train);
        Assert.That(tables.ToArray<double>(), Is.EqualTo(plain.ToArray<double>()).Within(1e-12));
        Tensor?[] expected = Gradients(plain), actual = Gradients(tables);
        for (int i = 0; i < parameters.Count; i++)
            Assert.That(actual[i]!.ToArray<double>(), Is.EqualTo(expected[i]!.ToArray<double>()).Within(1e-12), trainer.Model.NamedParameters().ElementAt(i).Name);

        Tensor?[] Gradients(Tensor logits) => Tensor.Gradients(Loss.CrossEntropy(logits, trainer.Train.Classes), parameters, Tensor.Ones(device, [rates.Length], DType.F64));
    }

    [Test]
    public void Gradients_agree_with_differences([Values(true, false)] bool isPlain)
    {
        var trainer = new Trainer(device, Small with { Activation = Activation.Gelu }, [0.6], [3], isPlain: isPlain, dtype: DType.F64);
        Tensor[] parameters = [.. trainer.Model.Parameters()];
        GradcheckResult result = Gradcheck.Run(_ => Loss.CrossEntropy(trainer.Logits(trainer.Train), trainer.Train.Classes), parameters, new GradcheckOptions { ElementsPerInput = 12 });
        Assert.That(result.Passed, result.Message);
    }

    [Test]
    public void The_pattern_is_all_ones_at_rate_0_and_its_rows_add_up_to_2_minus_the_rate([Values(0, 0.4, 1)] double rate)
    {
        var trainer = new Trainer(device, Small, [rate], [1], isPlain: true);
        float[] pattern = [];
        using (trainer.Model.HookPointOf("blocks.0.attn.hook_pattern").Listen(value =>
        {
            pattern = value.ToArray<float>();
            return null;
        })) trainer.Logits(trainer.Train);
        Assert.That(pattern, Has.Length.EqualTo(trainer.Train.Count * 3 * 2 * 2));
        if (rate == 0) Assert.That(pattern, Is.All.EqualTo(1));
        Assert.That(pattern.Chunk(2).Select(row => row.Sum()), Is.All.EqualTo(2 - rate).Within(1e-6));
    }

    [Test]
    public void Queries_and_keys_only_decay_at_rate_0()
    {
        var trainer = new Trainer(device, Small, [0], [1]);
        Tensor qkv = trainer.Model.NamedParameters().Single(parameter => parameter.Name == "blocks.0.attn.qkv.weight").Tensor;
        float[] before = qkv.ToArray<float>();
        for (int step = 0; step < 3; step++) trainer.Step();
        // Rates of the first three steps: 0, a tenth and two tenths of the peak.
        float shrunk = (1 - (3e-4f * 2)) * (1 - (6e-4f * 2));
        Assert.That(qkv.ToArray<float>()[..(2 * 12 * 12)], Is.EqualTo(before[..(2 * 12 * 12)].Select(w => w * shrunk)).Within(1e-6));
        Assert.That(qkv.ToArray<float>()[(2 * 12 * 12)..], Is.Not.EqualTo(before[(2 * 12 * 12)..].Select(w => w * shrunk)).Within(1e-6));
    }

    [Test]
    public void A_replayed_step_has_the_bits_of_the_eager_one_and_allocates_nothing([Values(true, false)] bool isPlain)
    {
        Trainer eager = new(device, Small, [0.5], [3], isPlain: isPlain), captured = new(device, Small, [0.5], [3], isPlain: isPlain);
        using CapturedStep step = device.Capture(captured.Step);
        step.Replay(10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        step.Replay(10);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero, "bytes allocated by ten replays");
        for (int i = 0; i < 20; i++) eager.Step();
        Assert.That(captured.Parameters(0), Is.EqualTo(eager.Parameters(0)));
    }

    [Test]
    public void A_replica_trains_as_its_seed_does_alone()
    {
        var together = new Trainer(device, Small, [0, 0.5, 1], [8, 3, 5]);
        using CapturedStep step = device.Capture(together.Step);
        step.Replay(20);
        for (int r = 0; r < 3; r++)
        {
            var alone = new Trainer(device, Small, [new[] { 0, 0.5, 1 }[r]], [new ulong[] { 8, 3, 5 }[r]]);
            using CapturedStep loneStep = device.Capture(alone.Step);
            loneStep.Replay(20);
            Assert.That(together.Parameters(r), Is.EqualTo(alone.Parameters(0)).Within(1e-5), $"replica {r}");
        }
    }

    [Test]
    public void It_learns_addition_modulo_31([Values(0, 1)] double rate)
    {
        var trainer = new Trainer(device, new ModularAdditionSizes { Vocabulary = 31, Width = 64 }, [rate], [1]);
        using CapturedStep step = device.Capture(trainer.Step);
        step.Replay(300);
        Assert.That(step.Results[0].Item<double>(), Is.LessThan(0.5), "loss of the pairs to train on");
        Assert.That(trainer.Accuracy(trainer.Test), Is.GreaterThan(0.9), "share of the other pairs that it gets right");
    }

    [Test]
    public void What_does_not_fit_is_one_sentence()
    {
        var init = new Init(device, new RandomStream(device, [1]));
        Assert.That(() => new ModularAdditionTransformer(init, Small, 1.5), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("attention: the rate 1.5; it must lie between 0 and 1"));
        Assert.That(() => new ModularAdditionTransformer(init, Small, 0, 1), Throws.TypeOf<HandmadeException>().With.Message.Contains("2 rates for 1 replicas"));
        var threes = new ModularAdditionTransformer(init, Small with { Positions = 3 }, 1);
        Assert.That(() => threes.ForwardPairs(TokenPairs.All(device, 7)), Throws.TypeOf<HandmadeException>().With.Message.Contains("3 positions"));
        Assert.That(() => TokenPairs.ModularAddition(device, 7, 1, 1), Throws.TypeOf<HandmadeException>().With.Message.Contains("both parts need at least one pair"));
    }
}
