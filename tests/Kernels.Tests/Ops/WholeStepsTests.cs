using Handmade.Kernels.Emulation;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;
using Handmade.Testing;

namespace Handmade.Kernels.Tests.Ops;

/// <summary>On the emulator: few steps of tiny networks, every access checked, memory that was not written not a number.</summary>
public sealed class WholeStepsOnEmulatorTests : WholeStepsTests
{
    private static readonly EmulatorDevice Shared = new();

    private protected override Device Device => Shared;

    private protected override int Steps => 3;
}

/// <summary>On OpenCL, and on CUDA where there is a GPU.</summary>
[TestFixtureSource(typeof(NeedsDevice), nameof(NeedsDevice.Words))]
public sealed class WholeStepsOnDevicesTests(string word) : WholeStepsTests
{
    private protected override Device Device => NeedsDevice.Shared(word);

    private protected override int Steps => 150;

    [Test]
    public void A_training_set_that_does_not_fit_passes_in_chunks()
    {
        using Scope scope = Device.Scope();
        // With its inputs, its losses and the activations of three layers an example takes 41 numbers.
        int many = (int)(Device.DynamicSharedBytes / (4 * 41)) + 3;
        var network = new NaiveNetwork([4], [2, 1, 17, 5], many, classifies: false);
        var (steps, failed, trained) = network.On<float>(Device);
        Assert.That(steps.ExamplesAtATime, Is.LessThan(many).And.GreaterThan(4));
        float[] losses = steps.Advance(3, 1, failed).ToArray<float>();
        Assert.That(losses, Is.EqualTo(network.Train(3).Select(step => (float)step[0])).Within(0.01).Percent);
        Same(trained, network, 1e-4);
    }
}

/// <summary>Training in whole steps agrees with plain loops in double, and a replica minds nobody else's business.</summary>
public abstract class WholeStepsTests
{
    private static readonly int[] Widths = [5, 2, 9, 6, 3];

    private protected abstract Device Device { get; }

    private protected abstract int Steps { get; }

    [Test]
    public void Steps_in_f64_are_those_of_plain_loops([Values] bool classifies)
    {
        using Scope scope = Device.Scope();
        var network = new NaiveNetwork([1, 2, 7], Widths, examples: 6, classifies);
        var (steps, failed, trained) = network.On<double>(Device);
        double[] losses = steps.Advance(Steps, 1, failed).ToArray<double>();
        double[] expected = [.. network.Train(Steps).SelectMany(step => step)];
        for (int i = 0; i < losses.Length; i++) Assert.That(losses[i], Is.EqualTo(expected[i]).Within(1e-10 + (1e-9 * expected[i])), $"loss {i}");
        Same(trained, network, 1e-9);
        Assert.That(failed.ToArray<int>(), Is.All.Zero);
    }

    [Test]
    public void Steps_in_f32_are_those_of_plain_loops_within_rounding([Values] bool classifies)
    {
        using Scope scope = Device.Scope();
        var network = new NaiveNetwork([3, 5], Widths, examples: 7, classifies);
        var (steps, failed, trained) = network.On<float>(Device);
        steps.Advance(Steps, 0, failed);
        network.Train(Steps);
        Same(trained, network, 2e-4);
    }

    [Test]
    public void A_replica_alone_has_the_bits_that_it_has_among_others_and_steps_in_two_calls_those_of_one()
    {
        using Scope scope = Device.Scope();
        int[] seeds = [6, 1, 9];
        var (together, failed, all) = new NaiveNetwork(seeds, Widths, 6, false).On<float>(Device);
        together.Advance(Steps, 0, failed);
        for (int r = 0; r < seeds.Length; r++)
        {
            var (alone, itsFailed, own) = new NaiveNetwork([seeds[r]], Widths, 6, false).On<float>(Device);
            alone.Advance(1, 1, itsFailed);
            alone.Advance(Steps - 1, 1, itsFailed);
            Assert.That(Bits(own, 0), Is.EqualTo(Bits(all, r)), $"replica {r}");
        }
    }

    [Test]
    public void A_replica_whose_gradient_is_not_finite_stops_before_that_step_and_leaves_its_neighbours_bits()
    {
        using Scope scope = Device.Scope();
        NaiveNetwork healthy = new([6, 1, 9], Widths, 6, false), ill = new([6, 1, 9], Widths, 6, false);
        ill.Spoil(1, double.PositiveInfinity);
        var (good, goodFailed, all) = healthy.On<float>(Device);
        var (bad, failed, some) = ill.On<float>(Device);
        float[] before = Bits(some, 1);
        good.Advance(Steps, 0, goodFailed);
        float[] losses = bad.Advance(Steps, 1, failed).ToArray<float>();
        Assert.Multiple(() =>
        {
            Assert.That(failed.ToArray<int>(), Is.EqualTo(new[] { 0, 1, 0 }));
            Assert.That(Bits(some, 1), Is.EqualTo(before), "what it had before the step");
            Assert.That(Bits(some, 0), Is.EqualTo(Bits(all, 0)));
            Assert.That(Bits(some, 2), Is.EqualTo(Bits(all, 2)));
            Assert.That(losses.Where((_, i) => i % 3 == 1 && i > 3), Is.All.NaN);
            Assert.That(losses.Where((_, i) => i % 3 != 1), Has.None.NaN);
        });
    }

    [Test]
    public void Losses_are_recorded_as_often_as_asked()
    {
        using Scope scope = Device.Scope();
        var (each, failed, _) = new NaiveNetwork([2], Widths, 6, false).On<float>(Device);
        var (second, failedToo, _) = new NaiveNetwork([2], Widths, 6, false).On<float>(Device);
        float[] all = each.Advance(Steps, 1, failed).ToArray<float>();
        Assert.That(second.Advance(Steps, 2, failedToo).ToArray<float>(), Is.EqualTo(all.Where((_, i) => i % 2 == 0)));
    }

    [Test]
    public void A_network_that_does_not_fit_is_refused_with_its_bytes()
    {
        int wide = (int)Math.Sqrt(Device.DynamicSharedBytes / 16.0) + 4;
        Assert.That(() => new NaiveNetwork([1], [2, 1, wide, wide, 3], 5, false).On<float>(Device), Throws.TypeOf<HandmadeException>().With.Message
            .StartsWith("whole steps: ").And.Message.Contains($"{Device.Name} has {Device.DynamicSharedBytes:N0}").And.Message.EndsWith("make the layers narrower, or capture a step"));
    }

    private protected static void Same(WholeSteps.Trained[] trained, NaiveNetwork network, double tolerance)
    {
        for (int k = 0; k < trained.Length; k++)
        {
            TensorView parameter = trained[k].Parameter;
            double[] values = parameter.DType == DType.F32 ? [.. parameter.ToArray<float>().Select(value => (double)value)] : parameter.ToArray<double>();
            for (int e = 0; e < values.Length; e++) Assert.That(values[e], Is.EqualTo(network.Parameters[k][e]).Within(tolerance), $"tensor {k}, element {e}");
        }
    }

    private static float[] Bits(WholeSteps.Trained[] trained, int replica) =>
        [.. trained.SelectMany(one => new[] { one.Parameter, one.First, one.Second }).SelectMany(tensor => tensor.Slice(0, replica, 1).ToArray<float>())];
}

/// <summary>What the plan says of memory.</summary>
public sealed class WholeStepsPlanTests
{
    [Test]
    public void An_H100_holds_twelve_thousand_f32_parameters_and_no_host_any()
    {
        using var device = new EmulatorDevice();
        // The grokking toy, decoder 96 wide: 12,404 parameters beside its table.
        var (steps, _, trained) = new NaiveNetwork([1], [10, 1, 96, 96, 30], 45, false).On<float>(device);
        Assert.That(trained.Sum(one => one.Parameter.Count), Is.EqualTo(10 + 192 + 9312 + 2910));
        Assert.That(steps.SharedBytes, Is.LessThanOrEqualTo(227 * 1024));
        Assert.That(steps.ExamplesAtATime, Is.GreaterThanOrEqualTo(4));
        using var host = new HostDevice(threads: 1);
        Assert.That(() => new NaiveNetwork([1], [2, 1, 4, 3], 5, false).On<float>(host), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("whole steps: host runs no kernels; capture a step there"));
    }

    [Test]
    public void What_is_not_refused_stays_within_the_devices_memory()
    {
        using var device = new EmulatorDevice();
        int fitting = 0;
        for (int width = 90; width < 106; width++)
        {
            try
            {
                var (steps, _, _) = new NaiveNetwork([1], [10, 1, width, width, 30], 45, false).On<float>(device);
                Assert.That(steps.SharedBytes, Is.LessThanOrEqualTo(227 * 1024), $"width {width}");
                fitting++;
            }
            catch (HandmadeException refused)
            {
                Assert.That(refused.Message, Does.Contain("emulator has 232,448"));
            }
        }
        Assert.That(fitting, Is.InRange(4, 12), "there is an edge between");
    }

    [Test]
    public void The_bytes_asked_for_are_those_of_parameters_gradient_moments_and_examples()
    {
        using var device = new EmulatorDevice();
        var (steps, _, _) = new NaiveNetwork([1], [4, 4, 4, 4], 8, false).On<float>(device);
        // Rows of 4; three matrices and two biases, four times; corrections, flag, losses; two passes of four examples at four widths.
        Assert.That(steps.SharedBytes, Is.EqualTo(4 * ((4 * ((3 * 16) + (2 * 4))) + (2 * 64 * 4) + 4 + 8 + (8 * 4 * 4))));
    }
}
