using System.Runtime.InteropServices;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;
using Handmade.Testing;

namespace Handmade.Autograd.Tests;

/// <summary>A small network trained eagerly and by replaying its captured step.</summary>
public class CapturedTrainingTests
{
    private const int Samples = 37, Features = 5, Hidden = 19;

    /// <summary>Two layers with every kind of op that the step of a real network has: broadcast, reduce, activate, normalise, update in place.</summary>
    private sealed class Network
    {
        public Device Device { get; }

        private readonly Tensor inputs, targets;
        private readonly Tensor[] parameters;

        public Network(Device device)
        {
            Device = device;
            inputs = Noise(1, [Samples, 1, Features], requiresGrad: false);
            targets = Noise(2, [Samples], requiresGrad: false);
            parameters = [Noise(3, [Hidden, Features]), Noise(4, [Hidden]), Noise(5, [Hidden]), Noise(6, [])];
        }

        public Tensor Step()
        {
            foreach (Tensor parameter in parameters) parameter.Grad = null;
            Tensor hidden = ((inputs * parameters[0]).Sum([-1]) + parameters[1]).Gelu();
            Tensor centred = hidden - hidden.Mean([-1], keepAxes: true);
            Tensor scaled = centred * ((centred * centred).Mean([-1], keepAxes: true) + 1e-5).Rsqrt();
            Tensor error = (scaled * parameters[2]).Sum([-1]).Tanh() + parameters[3] - targets;
            Tensor loss = (error * error).Mean();
            loss.Backward();
            using (Tape.NoGrad())
                foreach (Tensor parameter in parameters) Copy.Into(parameter.View, (parameter - (parameter.Grad! * 0.05)).View);
            return loss;
        }

        public byte[] Bits() => [.. parameters.SelectMany(parameter => MemoryMarshal.AsBytes(parameter.ToArray<float>().AsSpan()).ToArray())];

        private Tensor Noise(int seed, Shape shape, bool requiresGrad = true)
        {
            var random = new Random(seed);
            return Tensor.From<float>(Device, [.. Enumerable.Range(0, (int)shape.Count).Select(_ => (float)(random.NextDouble() - 0.5))], shape, requiresGrad);
        }
    }

    [Test]
    public void A_hundred_replays_give_the_bits_of_a_hundred_eager_steps([Values(1, 3)] int threads)
    {
        using HostDevice one = new(threads: 1), other = new(threads);
        Compare(new Network(one), new Network(other));
    }

    [Test]
    public void So_they_do_on_other_devices([ValueSource(typeof(NeedsDevice), nameof(NeedsDevice.Words))] string word) =>
        Compare(new Network(NeedsDevice.Shared(word)), new Network(NeedsDevice.Shared(word)));

    private static void Compare(Network eager, Network replayed)
    {
        using CapturedStep step = replayed.Device.Capture(() => [replayed.Step().View]);
        float first = 0, last = 0;
        for (int i = 0; i < 100; i++)
        {
            using Scope scope = eager.Device.Scope();
            last = eager.Step().Item<float>();
            step.Replay();
            if (i == 0) first = last;
            Assert.That(step.Results[0].Item<float>(), Is.EqualTo(last), $"loss of step {i}");
            Assert.That(replayed.Bits(), Is.EqualTo(eager.Bits()), $"parameters after step {i}");
        }
        Assert.That(last, Is.LessThan(0.7 * first), "it learns");
    }

    [Test]
    public void A_replay_allocates_nothing()
    {
        using var device = new HostDevice(threads: 1);
        var network = new Network(device);
        using CapturedStep step = network.Device.Capture(() => [network.Step().View]);
        step.Replay(3);
        long before = GC.GetAllocatedBytesForCurrentThread();
        step.Replay(50);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void A_replay_on_several_threads_allocates_nothing()
    {
        using var device = new HostDevice(threads: 3);
        TensorView x = device.From<float>(new float[1 << 20], [1 << 20]);
        using CapturedStep step = device.Capture(() => [Arithmetic.Add(x, 1.0)]);
        step.Replay(3);
        long before = GC.GetAllocatedBytesForCurrentThread();
        step.Replay(10);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void The_step_of_a_network_fits_into_less_memory_than_its_temporaries()
    {
        using var device = new HostDevice(threads: 1);
        var network = new Network(device);
        long before = network.Device.BytesInUse;
        long eager;
        using (network.Device.Scope())
        {
            network.Step();
            eager = network.Device.BytesInUse - before;
        }
        using CapturedStep step = network.Device.Capture(() => [network.Step().View]);
        Assert.That(step.ArenaBytes, Is.LessThan(eager / 2));
    }
}
