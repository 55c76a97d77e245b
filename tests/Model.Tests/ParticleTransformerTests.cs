using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;
using Handmade.Model.Data;

namespace Handmade.Model.Tests;

/// <summary>The network of the main job and its training step.</summary>
public class ParticleTransformerTests
{
    private const int Particles = 5, Frames = 50, Batch = 3;
    private static readonly ParticleTransformerSizes Sizes = new() { Width = 12, Heads = 3, Blocks = 2, MlpRatio = 2 };

    /// <summary>A network, its optimiser and its data, made from seeds alone.</summary>
    private sealed class Trainer
    {
        private readonly ParticleTransformer model;
        private readonly Adam adam;
        private readonly ClipNorm clip;
        private readonly Batches batches;

        public Trainer(Device device, params ulong[] seeds)
        {
            var random = new RandomStream(device, seeds);
            var data = new RandomStream(device, seeds, stream: 1);
            model = new ParticleTransformer(new Init(device, random), Sizes);
            adam = new Adam(model.Parameters(), new Schedule([0.01], WarmUpSteps: 5, CosineSteps: 100), 0.9, 0.99);
            clip = new ClipNorm(adam, 0.5);
            batches = new Batches(
                new Tensor(data.Normal([seeds.Length, Frames, Particles, 4])), new Tensor(data.Normal([seeds.Length, Frames, Particles, 2])), Batch, random);
        }

        public ParticleTransformer Model => model;

        public IEnumerable<TensorView> Step()
        {
            var (past, change) = batches.Next();
            adam.ZeroGrad();
            Tensor loss = Loss.MeanSquared(model.Forward(past), change);
            loss.Backward();
            adam.Step(clip.Factor());
            return [loss.View];
        }

        public float[] Parameters(int replica) =>
            [.. model.Parameters().SelectMany(p => p.View.Slice(0, replica, 1).ToArray<float>())];
    }

    [Test]
    public void A_replayed_training_step_has_the_bits_of_the_eager_one_over_100_steps()
    {
        using var device = new HostDevice(threads: 2);
        var eager = new Trainer(device, 3);
        var captured = new Trainer(device, 3);
        using CapturedStep step = device.Capture(captured.Step);
        for (int i = 0; i < 100; i++)
        {
            step.Replay();
            using Scope scope = device.Scope();
            float loss = eager.Step().Single().Item<float>();
            Assert.That(step.Results[0].Item<float>(), Is.EqualTo(loss), $"loss of step {i + 1}");
        }
        Assert.That(captured.Parameters(0), Is.EqualTo(eager.Parameters(0)));
    }

    [Test]
    public void A_replayed_training_step_allocates_nothing()
    {
        using var device = new HostDevice(threads: 1);
        var trainer = new Trainer(device, 3);
        using CapturedStep step = device.Capture(trainer.Step);
        step.Replay(10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        step.Replay(50);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void A_replica_trains_as_its_seed_does_alone()
    {
        using var device = new HostDevice(threads: 2);
        var together = new Trainer(device, 8, 3, 5);
        using CapturedStep step = device.Capture(together.Step);
        step.Replay(20);
        foreach (var (replica, seed) in new[] { (0, 8UL), (1, 3UL), (2, 5UL) })
        {
            var alone = new Trainer(device, seed);
            using CapturedStep loneStep = device.Capture(alone.Step);
            loneStep.Replay(20);
            Assert.That(together.Parameters(replica), Is.EqualTo(alone.Parameters(0)).Within(1e-5), $"seed {seed}");
        }
    }

    [Test]
    public void Replicas_replayed_have_the_bits_of_eager_steps_whatever_the_threads([Values(1, 2, 3)] int threads)
    {
        using HostDevice one = new(threads: 1), other = new(threads);
        ulong[] seeds = [8, 3, 5, 11];
        Trainer eager = new(one, seeds), replayed = new(other, seeds);
        using CapturedStep step = other.Capture(replayed.Step);
        step.Replay(9);
        step.Replay();
        for (int i = 0; i < 10; i++)
        {
            using Scope scope = one.Scope();
            eager.Step();
        }
        for (int r = 0; r < seeds.Length; r++) Assert.That(replayed.Parameters(r), Is.EqualTo(eager.Parameters(r)), $"replica {r}");
    }

    [Test]
    public void Every_launch_of_the_step_falls_into_replicas()
    {
        using var device = new HostDevice(threads: 1);
        using CapturedStep step = device.Capture(new Trainer(device, 8, 3, 5).Step);
        Assert.That(step.Launches.Where(launch => launch.For(new ReplicaBlock(3, 1, 1)) is null), Is.Empty);
    }

    [Test]
    public void One_replica_going_NaN_leaves_the_others_bits([Values(1, 2)] int threads)
    {
        using var device = new HostDevice(threads);
        var healthy = new Trainer(device, 8, 3);
        var ill = new Trainer(device, 8, 3);
        TensorView weight = ill.Model.Parameters()[0].View;
        weight.Slice(0, 0, 1).CopyFrom<float>([.. Enumerable.Repeat(float.NaN, (int)weight.Count / 2)]);
        using CapturedStep a = device.Capture(healthy.Step), b = device.Capture(ill.Step);
        a.Replay(10);
        b.Replay(10);
        Assert.Multiple(() =>
        {
            Assert.That(ill.Parameters(1), Is.EqualTo(healthy.Parameters(1)));
            Assert.That(ill.Parameters(0), Has.All.NaN);
        });
    }

    [Test]
    public void Exchanging_particles_exchanges_their_predictions()
    {
        using var device = new HostDevice(threads: 1);
        var random = new RandomStream(device, [1UL]);
        var model = new ParticleTransformer(new Init(device, random), Sizes);
        float[] tokens = random.Normal([1, 1, Particles, 4]).ToArray<float>(), turned = [.. tokens[4..], .. tokens[..4]];
        float[] first = model.Forward(Tensor.From<float>(device, tokens, [1, 1, Particles, 4])).ToArray<float>();
        float[] second = model.Forward(Tensor.From<float>(device, turned, [1, 1, Particles, 4])).ToArray<float>();
        float[] expected = [.. first[2..], .. first[..2]];
        Assert.That(second, Is.EqualTo(expected).Within(1e-5));
    }

    [Test]
    public void Hook_points_have_the_names_and_shapes_of_TransformerLens()
    {
        using var device = new HostDevice(threads: 1);
        var model = new ParticleTransformer(new Init(device, new RandomStream(device, [1UL])), Sizes);
        var seen = new Dictionary<string, Shape>();
        foreach (var (name, point) in model.HookPoints())
            point.Listen(value =>
            {
                seen[name] = value.Shape;
                return null;
            });
        model.Forward(Tensor.Zeros(device, [1, 2, Particles, 4]));
        Assert.Multiple(() =>
        {
            Assert.That(seen["blocks.0.hook_resid_pre"], Is.EqualTo(new Shape(1, 2, Particles, 12)));
            Assert.That(seen["blocks.1.attn.hook_pattern"], Is.EqualTo(new Shape(1, 2, 3, Particles, Particles)));
            Assert.That(seen["blocks.1.attn.hook_q"], Is.EqualTo(new Shape(1, 2, Particles, 3, 4)));
            Assert.That(seen["blocks.0.attn.hook_z"], Is.EqualTo(new Shape(1, 2, Particles, 3, 4)));
            Assert.That(seen.Keys, Is.SupersetOf(new[] { "blocks.0.hook_resid_mid", "blocks.0.hook_resid_post", "blocks.0.attn.hook_k", "blocks.0.attn.hook_v", "blocks.0.mlp.hook_post" }));
        });
    }

    [Test]
    public void No_particle_attends_to_itself_and_weights_add_up_to_one()
    {
        using var device = new HostDevice(threads: 1);
        var random = new RandomStream(device, [1UL]);
        var model = new ParticleTransformer(new Init(device, random), Sizes);
        float[] pattern = [];
        model.HookPointOf("blocks.0.attn.hook_pattern").Listen(value =>
        {
            pattern = value.ToArray<float>();
            return null;
        });
        model.Forward(new Tensor(random.Normal([1, 1, Particles, 4])));
        Assert.Multiple(() =>
        {
            for (int row = 0; row < pattern.Length / Particles; row++)
            {
                Assert.That(pattern[(row * Particles) + (row % Particles)], Is.Zero);
                Assert.That(pattern.AsSpan(row * Particles, Particles).ToArray().Sum(), Is.EqualTo(1).Within(1e-5));
            }
        });
    }

    [Test]
    public void Replacing_z_with_zero_ablates_attention()
    {
        using var device = new HostDevice(threads: 1);
        var random = new RandomStream(device, [1UL]);
        var model = new ParticleTransformer(new Init(device, random), Sizes);
        var tokens = new Tensor(random.Normal([1, 1, Particles, 4]));
        float[] whole = model.Forward(tokens).ToArray<float>(), ablated;
        using (model.HookPointOf("blocks.0.attn.hook_z").Listen(z => z * 0)) ablated = model.Forward(tokens).ToArray<float>();
        float[] again = model.Forward(tokens).ToArray<float>();
        Assert.Multiple(() =>
        {
            Assert.That(ablated, Is.Not.EqualTo(whole));
            Assert.That(again, Is.EqualTo(whole), "the hook is gone");
        });
    }

    [Test]
    public void Widths_that_heads_do_not_divide_are_refused()
    {
        using var device = new HostDevice(threads: 1);
        var init = new Init(device, new RandomStream(device, [1UL]));
        Assert.That(() => new MultiHeadAttention(init, 10, 4), Throws.TypeOf<HandmadeException>().With.Message.Contains("10 features do not divide into 4 heads"));
    }
}
