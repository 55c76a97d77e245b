using Handmade.Kernels;
using Handmade.Kernels.Emulation;
using Handmade.Kernels.Host;
using Handmade.Testing;

namespace Handmade.Model.Tests;

/// <summary>The grokking toy by many steps at once: in whole steps where a device holds the network, in captured ones elsewhere.</summary>
public sealed class AdditionAdvanceTests
{
    private static readonly ulong[] Seeds = [8, 3, 5];
    private static readonly AdditionOptions Small = new() { Sizes = new() { Width = 20, Outputs = 7 }, EmbeddingRate = [1e-2], DecoderRate = [1e-3], DecoderDecay = [0.1] };

    private static IEnumerable<string> Words => NeedsDevice.Words;

    private static float[] Parameters(AdditionTraining training, int replica) =>
        [.. training.Model.Parameters().SelectMany(parameter => parameter.View.Slice(0, replica, 1).ToArray<float>())];

    [Test]
    public void Whole_steps_agree_with_captured_ones_within_rounding([ValueSource(nameof(Words))] string word, [Values] bool classifies)
    {
        Device device = NeedsDevice.Shared(word);
        AdditionOptions options = Small with { Classifies = classifies };
        using AdditionTraining whole = new(device, Seeds, options), captured = new(device, Seeds, options);
        Assert.That(whole.WholeStepsRefusal, Is.Null);
        IReadOnlyList<float[]> losses = whole.Advance(200, recordEvery: 50);
        using CapturedStep step = device.Capture(() => [captured.Step().View]);
        for (int record = 0; record < 4; record++)
        {
            step.Replay();
            Assert.That(losses[record], Is.EqualTo(step.Results[0].ToArray<float>()).Within(0.1).Percent, $"losses before step {50 * record}");
            step.Replay(49);
        }
        for (int r = 0; r < Seeds.Length; r++) Assert.That(Parameters(whole, r), Is.EqualTo(Parameters(captured, r)).Within(1e-3), $"replica {r}");
    }

    [Test]
    public void A_replica_in_whole_steps_has_the_bits_of_its_lone_run([ValueSource(nameof(Words))] string word)
    {
        Device device = NeedsDevice.Shared(word);
        double[] rates = [1e-3, 2e-3, 5e-4], decays = [0, 1, 0.5];
        using AdditionTraining together = new(device, Seeds, Small with { DecoderRate = rates, DecoderDecay = decays });
        together.Advance(600);
        for (int r = 0; r < Seeds.Length; r++)
        {
            using AdditionTraining alone = new(device, [Seeds[r]], Small with { DecoderRate = [rates[r]], DecoderDecay = [decays[r]] });
            alone.Advance(70, recordEvery: 7);
            alone.Advance(530);
            Assert.That(Parameters(together, r), Is.EqualTo(Parameters(alone, 0)), $"replica {r}");
        }
    }

    [Test]
    public void A_replica_that_goes_NaN_in_whole_steps_keeps_its_last_parameters_and_leaves_its_neighbours_bits([ValueSource(nameof(Words))] string word)
    {
        Device device = NeedsDevice.Shared(word);
        // A rate at which the decoder's weights leave the range of floats by the second step.
        double[] rates = [1e-3, 1e30, 1e-3];
        using AdditionTraining healthy = new(device, Seeds, Small), ill = new(device, Seeds, Small with { DecoderRate = rates });
        healthy.Advance(50);
        IReadOnlyList<float[]> losses = ill.Advance(50, recordEvery: 10);
        int[] failed = ill.FailedSteps();
        Assert.That((failed[0], failed[2]), Is.EqualTo((0, 0)));
        Assert.That(failed[1], Is.InRange(2, 10));
        Assert.That(losses.Skip(1).Select(row => row[1]), Is.All.NaN);
        Assert.That(Parameters(ill, 1), Has.None.NaN);
        for (int r = 0; r < Seeds.Length; r += 2) Assert.That(Parameters(ill, r), Is.EqualTo(Parameters(healthy, r)), $"replica {r}");
    }

    [Test]
    public void On_the_host_steps_are_captured_ones_bit_by_bit()
    {
        using var device = new HostDevice(threads: 2);
        using AdditionTraining advanced = new(device, Seeds, Small), stepped = new(device, Seeds, Small);
        Assert.That(advanced.WholeStepsRefusal, Is.EqualTo("whole steps: host runs no kernels; capture a step there"));
        IReadOnlyList<float[]> losses = advanced.Advance(45, recordEvery: 20);
        using CapturedStep step = device.Capture(() => [stepped.Step().View]);
        var expected = new List<float[]>();
        for (int i = 0; i < 45; i++)
        {
            step.Replay();
            if (i % 20 == 0) expected.Add(step.Results[0].ToArray<float>());
        }
        Assert.That(losses, Is.EqualTo(expected));
        for (int r = 0; r < Seeds.Length; r++) Assert.That(Parameters(advanced, r), Is.EqualTo(Parameters(stepped, r)), $"replica {r}");
    }

    [Test]
    public void On_the_host_too_a_replica_that_goes_NaN_is_told_with_its_step()
    {
        using var device = new HostDevice(threads: 1);
        using AdditionTraining healthy = new(device, Seeds, Small), ill = new(device, Seeds, Small with { DecoderRate = [1e-3, 1e30, 1e-3] });
        healthy.Advance(20);
        ill.Advance(20);
        int[] failed = ill.FailedSteps();
        Assert.That((failed[0], failed[2]), Is.EqualTo((0, 0)));
        Assert.That(failed[1], Is.InRange(2, 10));
        for (int r = 0; r < Seeds.Length; r += 2) Assert.That(Parameters(ill, r), Is.EqualTo(Parameters(healthy, r)), $"replica {r}");
    }

    [TestCase(96, true)]
    [TestCase(200, false)]
    public void A_multiprocessor_of_an_H100_holds_a_decoder_of_width_96_and_not_the_papers_of_200(int width, bool fits)
    {
        // The emulator has an H100's shared memory.
        using var device = new EmulatorDevice();
        using AdditionTraining training = new(device, [1], new AdditionOptions { Sizes = new() { Width = width } });
        Assert.That(training.WholeStepsRefusal, fits ? Is.Null : Does.StartWith("whole steps: 46,640 f32 parameters with gradient and moments take").And.Contain("emulator has 232,448"));
    }
}
