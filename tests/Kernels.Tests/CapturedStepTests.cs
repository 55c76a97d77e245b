using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests;

public sealed class CapturedStepTests : IDisposable
{
    private const int Length = 1000;
    private readonly HostDevice device = new(threads: 1);
    private readonly TensorView x;

    public CapturedStepTests() => x = device.From<float>([.. Enumerable.Range(0, Length).Select(i => (float)i)], [Length]);

    public void Dispose() => device.Dispose();

    [Test]
    public void Capturing_runs_nothing_and_replay_runs_it_on_the_values_of_that_moment()
    {
        using CapturedStep step = device.Capture(() => [Arithmetic.Multiply(x, 2.0)]);
        x.CopyFrom<float>([.. Enumerable.Repeat(21f, Length)]);
        step.Replay();
        Assert.That(step.Results[0].ToArray<float>(), Is.All.EqualTo(42));
    }

    [Test]
    public void Temporaries_share_memory_and_results_survive()
    {
        // A chain of twenty: at any time one value is read and one is written, so the arena holds two.
        using CapturedStep step = device.Capture(() =>
        {
            TensorView y = x, middle = x;
            for (int i = 0; i < 20; i++)
            {
                y = Arithmetic.Add(y, 1.0);
                if (i == 9) middle = y;
            }
            return [y, middle];
        });
        Assert.That(step.ArenaBytes, Is.EqualTo(2 * 4032), "two tensors of 1000 floats, in whole cache lines");
        step.Replay();
        step.Replay();
        Assert.That(step.Results[0].ToArray<float>(), Is.EqualTo(x.ToArray<float>().Select(v => v + 20)));
        Assert.That(step.Results[1].ToArray<float>(), Is.EqualTo(x.ToArray<float>().Select(v => v + 10)));
    }

    [Test]
    public void Temporaries_that_live_at_once_do_not_share()
    {
        using CapturedStep step = device.Capture(() =>
        {
            TensorView[] parts = [.. Enumerable.Range(1, 5).Select(i => Arithmetic.Multiply(x, (double)i))];
            TensorView sum = parts[0];
            for (int i = 1; i < 5; i++) sum = Arithmetic.Add(sum, parts[i]);
            return [Arithmetic.Add(sum, parts[0])];
        });
        step.Replay();
        Assert.That(step.Results[0].ToArray<float>(), Is.EqualTo(x.ToArray<float>().Select(v => 16 * v)));
    }

    [Test]
    public void Views_of_temporaries_keep_them_alive()
    {
        using CapturedStep step = device.Capture(() =>
        {
            TensorView doubled = Arithmetic.Multiply(x, 2.0), tail = doubled.Slice(0, 900, 100);
            TensorView other = Arithmetic.Multiply(x, 3.0);
            return [Arithmetic.Add(tail, other.Slice(0, 0, 100))];
        });
        step.Replay();
        Assert.That(step.Results[0].ToArray<float>(), Is.EqualTo(Enumerable.Range(0, 100).Select(i => (2f * (900 + i)) + (3f * i))));
    }

    [Test]
    public void Disposing_returns_arena_and_results_but_no_memory_from_outside()
    {
        long before = device.BytesInUse;
        CapturedStep step = device.Capture(() =>
        {
            Copy.Into(x, Arithmetic.Add(Arithmetic.Add(x, 1.0), 1.0));
            return [x, Arithmetic.Add(x, 1.0)];
        });
        step.Replay();
        step.Dispose();
        Assert.That(device.BytesInUse, Is.EqualTo(before));
        Assert.That(x.ToArray<float>()[0], Is.EqualTo(2));
        Assert.That(() => step.Results[1].ToArray<float>(), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void Values_made_inside_have_no_value_outside()
    {
        TensorView? inside = null;
        using CapturedStep step = device.Capture(() => [Arithmetic.Add(inside = Arithmetic.Add(x, 1.0), 1.0)]);
        using CapturedStep empty = device.Capture(() => []);
        empty.Replay();
        Assert.That(empty.ArenaBytes, Is.Zero);
        Assert.That(inside!.Buffer.IsReleased, Is.False, "it lives in the arena as long as the step");
    }

    [Test]
    public void Reading_or_writing_while_capturing_is_one_sentence_and_leaves_the_device_usable()
    {
        long before = device.BytesInUse;
        Says(() => device.Capture(() => [device.From<float>([Arithmetic.Add(x, 1.0).ToArray<float>()[0]], [])]), "read: values do not exist while a step is captured");
        Says(() => device.Capture(() => [device.From<float>([1], [])]), "write: a captured step takes its inputs from tensors made before it");
        Says(() => device.Capture(() => device.Capture(() => []).Results), "a capture is already under way");
        Assert.That(device.BytesInUse, Is.EqualTo(before));
        using Scope scope = device.Scope();
        Assert.That(Arithmetic.Add(x, 1.0).ToArray<float>()[0], Is.EqualTo(1));
    }

    [Test]
    public void The_launch_that_wrote_the_first_nan_is_named()
    {
        using CapturedStep step = device.Capture(() => [Arithmetic.Add(Exponential.Log(Arithmetic.Subtract(x, 5.0)), 1.0)]);
        Assert.That(step.ReplayUntilNonFinite()!.ToString(), Is.EqualTo("log(f32 [1000]) → f32 [1000]"));
        x.CopyFrom<float>([.. Enumerable.Repeat(6f, Length)]);
        Assert.That(step.ReplayUntilNonFinite(), Is.Null);
    }

    private static void Says(Action code, string part) => Assert.That(code, Throws.TypeOf<HandmadeException>().With.Message.Contains(part));
}
