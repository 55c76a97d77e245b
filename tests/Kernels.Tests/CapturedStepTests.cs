using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests;

public sealed class CapturedStepTests : IDisposable
{
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    [Test]
    public void Two_hundred_replays_on_four_threads_have_the_bits_of_one_thread()
    {
        int[] Replayed(int threads)
        {
            using var own = new HostDevice(threads);
            TensorView state = own.From<int>(Enumerable.Range(0, 37 * 61).ToArray(), [37, 61]);
            using CapturedStep step = own.Capture(() =>
            {
                TensorView x = state;
                for (int layer = 0; layer < 12; layer++) x = Mix.Of(layer, x);
                Mix.Into(state, x);
                return [];
            });
            step.Replay(200);
            return state.ToArray<int>();
        }
        int[] one = Replayed(1);
        Assert.That(Replayed(4).AsSpan().SequenceEqual(one));
    }

    [Test]
    public void Large_elementwise_and_indexed_launches_have_the_same_bits_eager_and_captured_on_any_number_of_threads()
    {
        float[] Run(int threads, bool isCaptured)
        {
            using var own = new HostDevice(threads);
            var stream = new RandomStream(own, [1, 2]);
            TensorView table = stream.Normal([2, 500, 300]), sums = own.From<float>(new float[2 * 500 * 300], [2, 500, 300]);
            IEnumerable<TensorView> Step()
            {
                TensorView places = stream.Integers([2, 2000], 500), rows = IndexSelect.Take(table, 1, places);
                TensorView y = IndexAdd.Rows(Gelu.Erf(Arithmetic.Add(rows, stream.Normal([2, 2000, 300]))), 1, places, 500);
                Copy.Into(sums, Arithmetic.Add(sums, y));
                return [];
            }
            if (!isCaptured) for (int i = 0; i < 3; i++) Step();
            else
            {
                using CapturedStep step = own.Capture(Step);
                step.Replay(3);
            }
            return sums.ToArray<float>();
        }
        float[] expected = Run(1, isCaptured: false);
        Assert.That(Run(4, isCaptured: false).AsSpan().SequenceEqual(expected));
        Assert.That(Run(4, isCaptured: true).AsSpan().SequenceEqual(expected));
    }

    [Test]
    public void Temporaries_that_share_memory_never_meet([Range(1, 40)] int seed)
    {
        TensorView input = device.From<int>(Enumerable.Range(0, 50).ToArray(), [50]);
        IEnumerable<TensorView> Program()
        {
            var random = new Random(seed);
            var made = new List<TensorView> { input };
            for (int i = 0; i < 60; i++)
            {
                TensorView a = made[random.Next(Math.Max(0, made.Count - 12), made.Count)], b = made[random.Next(made.Count)];
                TensorView y = device.Empty([random.Next(1, 200)], DType.I32);
                device.Submit(new Mix(i, [a, b], y));
                if (random.Next(4) == 0) device.Submit(new Mix(i, [b, y], y));
                made.Add(y);
            }
            return made.Where((_, i) => i % 13 == 7);
        }
        int[][] expected = [.. Program().Select(result => result.ToArray<int>())];
        using CapturedStep step = device.Capture(Program);
        for (int replay = 0; replay < 2; replay++)
        {
            step.Replay();
            Assert.That(step.Results.Select(result => result.ToArray<int>()), Is.EqualTo(expected));
        }
        long bytes = step.Launches.SelectMany(launch => launch.Outputs).Select(output => output.Buffer).Distinct().Sum(buffer => buffer.Bytes);
        Assert.That(step.ArenaBytes, Is.LessThan(bytes));
    }

    [Test]
    public void A_scope_inside_the_step_does_not_end_what_replays_need()
    {
        TensorView x = device.From<float>([1, 2, 3], [3]);
        using CapturedStep step = device.Capture(() =>
        {
            TensorView y;
            using (Scope scope = device.Scope())
            {
                TensorView negative = Arithmetic.Negate(x);
                y = scope.Keep(Arithmetic.Multiply(negative, negative));
            }
            return [Arithmetic.Add(y, 1)];
        });
        step.Replay();
        Assert.That(step.Results[0].ToArray<float>(), Is.EqualTo([2f, 5, 10]));
    }

    [Test]
    public void A_replay_allocates_nothing()
    {
        using var own = new HostDevice(threads: 2);
        TensorView x = own.From<float>(new float[1 << 20], [4, 1 << 18]);
        using CapturedStep step = own.Capture(() => [Gelu.Erf(Arithmetic.Add(x, 1)), Concat.Along(0, x, x)]);
        step.Replay(2);
        long before = GC.GetAllocatedBytesForCurrentThread();
        step.Replay(3);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void The_end_of_a_step_returns_its_memory_and_leaves_what_came_from_outside()
    {
        TensorView outside = device.From<float>([1, 2], [2]);
        long before = device.BytesInUse;
        TensorView? temporary = null;
        CapturedStep step = device.Capture(() =>
        {
            temporary = Arithmetic.Negate(outside);
            return [outside, Arithmetic.Negate(temporary), outside.Slice(0, 1, 1)];
        });
        step.Replay();
        Assert.That(step.Results[1].ToArray<float>(), Is.EqualTo([1f, 2]));
        step.Dispose();
        step.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(device.BytesInUse, Is.EqualTo(before));
            Assert.That(outside.ToArray<float>(), Is.EqualTo([1f, 2]));
            Assert.That(() => temporary!.ToArray<float>(), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => step.Results[1].ToArray<float>(), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => step.Replay(), Throws.TypeOf<ObjectDisposedException>());
        });
    }

    [Test]
    public void A_step_that_fails_leaves_the_device_as_it_was()
    {
        TensorView x = device.From<float>([1, 2], [2]);
        long before = device.BytesInUse;
        Assert.Multiple(() =>
        {
            Assert.That(() => device.Capture(() =>
            {
                Arithmetic.Negate(x);
                throw new HandmadeException("stopped");
            }), Throws.TypeOf<HandmadeException>().With.Message.EqualTo("stopped"));
            Assert.That(() => device.Capture(() => [device.Capture(() => []).Results[0]]), Throws.TypeOf<HandmadeException>().With.Message.Contains("already under way"));
            Assert.That(() => device.Capture(() => [device.From<float>(Arithmetic.Negate(x).ToArray<float>(), [2])]), Throws.TypeOf<HandmadeException>().With.Message.StartsWith("read:"));
            Assert.That(() => device.Capture(() => [device.From<float>([1], [1])]), Throws.TypeOf<HandmadeException>().With.Message.StartsWith("write:"));
            Assert.That(() => device.Capture(() =>
            {
                TensorView released = Arithmetic.Negate(x);
                released.Buffer.Release();
                return [];
            }), Throws.TypeOf<HandmadeException>().With.Message.Contains("released inside the step"));
            Assert.That(() => device.Capture(() => [Arithmetic.Negate(device.Empty([2], DType.F32))]), Throws.TypeOf<HandmadeException>().With.Message.Contains("never written"));
        });
        Assert.That((device.IsCapturing, device.BytesInUse), Is.EqualTo((false, before)));
        Assert.That(Arithmetic.Negate(x).ToArray<float>(), Is.EqualTo([-1f, -2]));
    }

    [Test]
    public void The_first_launch_that_wrote_no_number_is_named()
    {
        TensorView x = device.From<float>([1, 0], [2]);
        using CapturedStep step = device.Capture(() => [Arithmetic.Add(Arithmetic.Divide(1.0, x), 1)]);
        Assert.That(step.ReplayUntilNonFinite()!.Name, Is.EqualTo("divide"));
        x.CopyFrom<float>([1, 2]);
        Assert.That(step.ReplayUntilNonFinite(), Is.Null);
    }

    // Integers from all over the inputs, so that a wrong byte anywhere, or a launch that starts too early, shows in the end.
    private sealed unsafe class Mix(int salt, TensorView[] inputs, TensorView y) : Launch("mix", inputs, [y])
    {
        public override int Grid => (int)y.Count;

        public override long Work => 1L << 30;

        public static TensorView Of(int salt, TensorView x)
        {
            TensorView y = x.Device.Empty(x.Shape, DType.I32);
            x.Device.Submit(new Mix(salt, [x], y));
            return y;
        }

        public static void Into(TensorView y, TensorView x) => y.Device.Submit(new Mix(0, [x], y));

        public override void Run(int begin, int end)
        {
            for (int i = begin; i < end; i++)
            {
                int value = salt;
                foreach (TensorView x in Inputs)
                {
                    int own = x.Buffer == y.Buffer ? i : (int)((i * 31L + salt) % x.Count);
                    value = (value * 16777619) ^ x.Pointer<int>()[own];
                }
                y.Pointer<int>()[i] = value;
            }
        }
    }
}
