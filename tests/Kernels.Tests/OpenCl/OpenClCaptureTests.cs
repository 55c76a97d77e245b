using Handmade.Kernels.OpenCl;

namespace Handmade.Kernels.Tests.OpenCl;

public sealed class OpenClCaptureTests : OpenClTest
{
    private static TensorView Start(Device device, int count) => device.From<float>([.. Enumerable.Range(0, count).Select(i => -0.9f + (1.8f * i / count))], [count]);

    // A step that amplifies the last bit: one wrong bit shows everywhere after some replays.
    private static TensorView Step(TensorView state)
    {
        TensorView y = state;
        for (int i = 0; i < 5; i++) y = Texts.Mapped(Texts.Square, y);
        return Texts.Scaled(Texts.Scaled(state, state, -1), y, 1);
    }

    [Test]
    public void A_replay_has_the_bits_of_the_eager_step_over_a_hundred_steps()
    {
        using Scope scope = Device.Scope();
        TensorView eager = Start(Device, 3000), captured = Start(Device, 3000);
        using CapturedStep step = Device.Capture(() => [Step(captured)]);
        for (int i = 0; i < 100; i++)
        {
            using Scope inner = Device.Scope();
            Step(eager);
        }
        step.Replay(60);
        for (int i = 0; i < 40; i++) step.Replay();
        Assert.That(captured.ToArray<float>(), Is.EqualTo(eager.ToArray<float>()));
        Assert.That(eager.ToArray<float>().Distinct().Count(), Is.GreaterThan(1000), "the map is still chaotic");
        Assert.That(step.ArenaBytes, Is.EqualTo(2 * 12032), "temporaries share the arena");
    }

    [Test]
    public void Scratch_belongs_to_the_captured_step()
    {
        using var device = new OpenClDevice();
        using (Scope scope = device.Scope())
        {
            TensorView x = Start(device, 1000);
            using CapturedStep step = device.Capture(() => [.. Enumerable.Range(0, 3).Select(_ => Twice(x))]);
            // Whoever asks for memory of the same size meanwhile must not get the step's.
            TensorView[] others = [.. Enumerable.Range(0, 10).Select(_ => Start(device, 1000))];
            step.Replay(3);
            foreach (TensorView other in others) Assert.That(other.ToArray<float>(), Is.EqualTo(x.ToArray<float>()));
            float[] twice = Texts.Mapped(Texts.Square, Texts.Mapped(Texts.Square, x)).ToArray<float>();
            foreach (TensorView result in step.Results) Assert.That(result.ToArray<float>(), Is.EqualTo(twice));
        }
        Assert.That(device.BytesInUse, Is.Zero);

        static TensorView Twice(TensorView x)
        {
            TensorView y = x.Device.Empty(x.Shape, DType.F32);
            x.Device.Submit(new TextLaunch("twice", [x], [y], queue =>
            {
                TensorView middle = queue.Scratch(x.Shape, DType.F32);
                foreach (var (to, from) in new[] { (middle, x), (y, middle) })
                {
                    queue.Begin(Texts.Square, [], []);
                    queue.View(to);
                    queue.View(from);
                    queue.Run(KernelConfig.ForElements(x.Count, 64));
                }
            }));
            return y;
        }
    }

    [Test]
    public void Thousands_of_replays_in_one_call_allocate_nothing_and_end()
    {
        using Scope scope = Device.Scope();
        TensorView x = Device.From<float>([0], [1]), one = Device.From<float>([1], [1]);
        using CapturedStep step = Device.Capture(() => [Texts.Scaled(x, one, 1)]);
        step.Replay(5_000);
        long before = GC.GetAllocatedBytesForCurrentThread();
        step.Replay(20_000);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
        Assert.That(x.ToArray<float>()[0], Is.EqualTo(25_000));
    }

    [Test]
    public void The_launch_that_wrote_the_first_infinity_is_named()
    {
        using Scope scope = Device.Scope();
        TensorView x = Device.From<float>([1, 0, 2], [3]);
        using CapturedStep step = Device.Capture(() => [Texts.Mapped(Texts.Square, Texts.Mapped(Texts.Inverse, Texts.Mapped(Texts.Square, Texts.Scaled(x, x, -1))))]);
        Assert.That(step.ReplayUntilNonFinite(), Is.Null);
        x.CopyFrom<float>([float.PositiveInfinity, 0, 0]);
        Assert.That(step.ReplayUntilNonFinite()!.Name, Is.EqualTo("add_scaled"), "∞ − ∞");
    }

    [Test]
    public void Replays_of_several_threads_do_not_mix()
    {
        Parallel.For(0, 4, t =>
        {
            using Scope scope = Device.Scope();
            TensorView x = Device.From<float>([t], [1]), one = Device.From<float>([1], [1]);
            using CapturedStep step = Device.Capture(() => [Texts.Scaled(Texts.Scaled(x, one, 2), one, -1)]);
            for (int i = 0; i < 50; i++) step.Replay(4);
            Assert.That(x.ToArray<float>()[0], Is.EqualTo(t + 200));
        });
    }
}
