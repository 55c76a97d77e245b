using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Kernels.Tests.Host;

public class ReplicaRunTests
{
    private const int Replicas = 6, Length = 50;

    [Test]
    public void A_launch_that_mixes_replicas_stands_between_runs_and_sees_all_of_them([Values(1, 2, 4)] int threads)
    {
        using var device = new HostDevice(threads);
        TensorView x = device.From<float>([.. Enumerable.Range(0, Replicas * Length).Select(i => (i % 17) * 0.25f)], [Replicas, Length]);
        using CapturedStep step = device.Capture(() =>
        {
            TensorView each = Sum.Over(Arithmetic.Multiply(x, x), 1), all = Sum.Over(each, 0);
            Copy.Into(x, Arithmetic.Add(Arithmetic.Multiply(x, 0.5), all.Reshape([1, 1])));
            return [all];
        });
        step.Replay(3);
        float[] expected = [.. Enumerable.Range(0, Replicas * Length).Select(i => (i % 17) * 0.25f)];
        float sum = 0;
        for (int t = 0; t < 3; t++)
        {
            sum = expected.Sum(value => value * value);
            expected = [.. expected.Select(value => (value * 0.5f) + sum)];
        }
        Assert.That(step.Results[0].Item<float>(), Is.EqualTo(sum).Within(1e-4).Percent);
        Assert.That(x.ToArray<float>(), Is.EqualTo(expected).Within(1e-4).Percent);
    }

    [Test]
    public void A_temporary_that_outlives_its_run_does_not_write_over_what_later_replicas_have_yet_to_read()
    {
        // Long enough for a replica to be a block.
        const int n = 20_000;
        using var device = new HostDevice(threads: 1);
        TensorView x = Numbers(n), wide = Numbers(4 * n), wider = Numbers(6 * n);
        using CapturedStep step = device.Capture(Step);
        step.Replay();
        using Scope scope = device.Scope();
        Assert.That(step.Results.Select(result => result.ToArray<float>()), Is.EqualTo(Step().Select(result => result.ToArray<float>())));

        // The doubled rows lie behind wide ones and are read for the last time in the run that writes the widest, which get the bytes of both and live on.
        TensorView[] Step()
        {
            TensorView behind = Arithmetic.Multiply(wide, 2.0), doubled = Arithmetic.Multiply(x, 2.0), first = Sum.Over(behind, 1), all = Sum.Over(Sum.Over(doubled, 1), 0);
            TensorView sums = Sum.Over(doubled, 1), widest = Arithmetic.Add(wider, sums.Reshape([Replicas, 1])), more = Sum.Over(Sum.Over(widest, 1), 0);
            return [first, all, more, Arithmetic.Multiply(widest, 0.5)];
        }

        TensorView Numbers(int length) => device.From<float>([.. Enumerable.Range(0, Replicas * length).Select(i => (i % 17) * 0.25f)], [Replicas, length]);
    }

    [Test]
    public void A_launch_without_work_is_passed_over()
    {
        using var device = new HostDevice(threads: 2);
        TensorView x = Copy.Full(device, [2, 5, 3], DType.F32, 1), nothing = device.Empty([2, 0], DType.I32);
        using CapturedStep step = device.Capture(() => [IndexSelect.Take(x, 1, nothing), Arithmetic.Add(x, 1.0)]);
        step.Replay(2);
        Assert.That(step.Results[1].ToArray<float>(), Is.All.EqualTo(2));
    }

    [Test]
    public void Replicas_that_read_each_other_are_not_taken_apart()
    {
        using var device = new HostDevice(threads: 1);
        TensorView x = device.From<float>([.. Enumerable.Range(0, Replicas * Length).Select(i => (float)i)], [Replicas, Length]);
        // Every row becomes the one before it, all at once.
        using CapturedStep step = device.Capture(() =>
        {
            TensorView y = Copy.Clone(x.Slice(0, 0, Replicas - 1));
            Copy.Into(x.Slice(0, 1, Replicas - 1), y);
            return [y];
        });
        step.Replay(2);
        Assert.That(Enumerable.Range(0, Replicas).Select(r => x.ToArray<float>()[r * Length]), Is.EqualTo(new float[] { 0, 0, 0, Length, 2 * Length, 3 * Length }));
    }

    [Test]
    public void Bytes_that_one_block_writes_and_another_reads_are_seen_wherever_they_lie()
    {
        using var device = new HostDevice(threads: 1);
        TensorView x = device.From<float>(new float[40], [4, 10]), y = device.From<float>(new float[40], [4, 10]);
        Assert.Multiple(() =>
        {
            Assert.That(Apart((0, Copying(x, 0, y, 0)), (1, Copying(x, 1, y, 1))), Is.True, "rows of their own");
            Assert.That(Apart((0, Copying(x, 0, y, 3)), (1, Copying(x, 1, y, 3))), Is.True, "a shared row that both read");
            Assert.That(Apart((0, Copying(x, 0, y, 1)), (1, Copying(x, 0, y, 2))), Is.False, "a row that both write");
            Assert.That(Apart((0, Copying(x, 0, y, 1)), (1, Copying(x, 1, x, 0))), Is.False, "a row that one writes and the other reads");
            Assert.That(Apart((0, Copying(x, 0, x, 0)), (0, Copying(x, 0, x, 1)), (1, Copying(x, 2, x, 3))), Is.True, "what a block does to its own");
        });

        static bool Apart(params (int Block, Launch Launch)[] launches)
        {
            var touches = new Touches();
            foreach (var (block, launch) in launches) touches.Add(block, launch);
            return touches.AreApart(new HashSet<DeviceBuffer>());
        }

        Launch Copying(TensorView to, int toRow, TensorView from, int fromRow)
        {
            using CapturedStep step = device.Capture(() =>
            {
                Copy.Into(to.Slice(0, toRow, 1), from.Slice(0, fromRow, 1));
                return [];
            });
            return step.Launches[0];
        }
    }

    [Test]
    public void Disposing_a_step_of_replicas_returns_the_arenas_of_its_threads()
    {
        using var device = new HostDevice(threads: 2);
        TensorView x = Copy.Full(device, [Replicas, Length], DType.F32, 1);
        long before = device.BytesInUse;
        CapturedStep step = device.Capture(() => [Arithmetic.Add(Arithmetic.Add(x, 1.0), 1.0)]);
        step.Replay(2);
        Assert.That(step.Results[0].ToArray<float>(), Is.All.EqualTo(3));
        step.Dispose();
        Assert.That(device.BytesInUse, Is.EqualTo(before));
    }
}
