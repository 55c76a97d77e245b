using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Model.Tests;

/// <summary>The grokking toy, and what replicas owe each other in it.</summary>
public class AdditionTrainingTests
{
    private static readonly ulong[] Seeds = [8, 3, 5, 11, 2, 9, 4];
    private static readonly AdditionOptions Small = new() { Sizes = new() { Width = 20, Outputs = 7 }, EmbeddingRate = [1e-2], DecoderRate = [1e-3] };

    private static float[] Parameters(AdditionTraining training, int replica) =>
        [.. training.Model.Parameters().SelectMany(parameter => parameter.View.Slice(0, replica, 1).ToArray<float>())];

    private static AdditionTraining Trained(Device device, ulong[] seeds, AdditionOptions options, int steps)
    {
        var training = new AdditionTraining(device, seeds, options);
        using CapturedStep step = device.Capture(() => [training.Step().View]);
        step.Replay(steps);
        return training;
    }

    [Test]
    public void Seven_replicas_replayed_have_the_bits_of_eager_steps_whatever_the_threads([Values(1, 2, 3)] int threads, [Values] bool classifies)
    {
        using HostDevice one = new(threads: 1), other = new(threads);
        AdditionOptions options = Small with { Classifies = classifies };
        var eager = new AdditionTraining(one, Seeds, options);
        for (int i = 0; i < 30; i++)
        {
            using Scope scope = one.Scope();
            eager.Step();
        }
        AdditionTraining replayed = Trained(other, Seeds, options, 30);
        for (int r = 0; r < Seeds.Length; r++) Assert.That(Parameters(replayed, r), Is.EqualTo(Parameters(eager, r)), $"replica {r}");
    }

    [Test]
    public void A_replica_has_the_bits_of_its_lone_run()
    {
        using var device = new HostDevice(threads: 2);
        double[] rates = [.. Seeds.Select((_, r) => 1e-4 * (r + 1))];
        AdditionTraining together = Trained(device, Seeds, Small with { DecoderRate = rates }, 40);
        for (int r = 0; r < Seeds.Length; r++)
        {
            AdditionTraining alone = Trained(device, [Seeds[r]], Small with { DecoderRate = [rates[r]] }, 40);
            Assert.That(Parameters(together, r), Is.EqualTo(Parameters(alone, 0)), $"replica {r}");
        }
    }

    [Test]
    public void A_replica_that_goes_NaN_leaves_its_neighbours_bits([Values(1, 2)] int threads, [Values] bool inData)
    {
        using var device = new HostDevice(threads);
        const int sick = 2;
        AdditionTraining healthy = Trained(device, Seeds, Small, 20);
        var ill = new AdditionTraining(device, Seeds, Small);
        TensorView poisoned = (inData ? ill.Pairs : ill.Model.DecoderParameters[2]).View.Slice(0, sick, 1);
        poisoned.CopyFrom<float>([.. Enumerable.Repeat(float.NaN, (int)poisoned.Count)]);
        using CapturedStep step = device.Capture(() => [ill.Step().View]);
        step.Replay(20);
        for (int r = 0; r < Seeds.Length; r++)
            Assert.That(Parameters(ill, r), r == sick ? Has.Some.NaN : Is.EqualTo(Parameters(healthy, r)), $"replica {r}");
    }

    [Test]
    public void Every_launch_of_the_step_falls_into_replicas([Values] bool classifies)
    {
        using var device = new HostDevice(threads: 1);
        var training = new AdditionTraining(device, Seeds, Small with { Classifies = classifies });
        using CapturedStep step = device.Capture(() => [training.Step().View]);
        Assert.That(step.Launches.Where(launch => launch.For(new ReplicaBlock(Seeds.Length, 3, 1)) is null), Is.Empty);
    }

    [Test]
    public void A_replay_of_replicas_allocates_nothing()
    {
        using var device = new HostDevice(threads: 2);
        var training = new AdditionTraining(device, Seeds, Small);
        using CapturedStep step = device.Capture(() => [training.Step().View]);
        step.Replay(10);
        long before = GC.GetAllocatedBytesForCurrentThread();
        step.Replay(20);
        step.Replay();
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }

    [Test]
    public void A_split_holds_every_pair_once_and_follows_from_the_seed()
    {
        using var device = new HostDevice(threads: 1);
        AdditionTraining two = new(device, [3, 5], Small), one = new(device, [5], Small);
        Assert.Multiple(() =>
        {
            Assert.That(two.Pairs.Shape, Is.EqualTo(new Shape(2, 45, 10)));
            Assert.That(Rows(two, 0).Concat(Rows(two, 0, test: true)).Distinct().Count(), Is.EqualTo(55));
            Assert.That(Rows(two, 1), Is.EqualTo(Rows(one, 0)));
            Assert.That(Rows(two, 1), Is.Not.EqualTo(Rows(two, 0)));
        });
    }

    [Test]
    public void It_learns_its_pairs()
    {
        using var device = new HostDevice(threads: 1);
        var training = new AdditionTraining(device, [1], Small with { TrainedPairs = 55 });
        using CapturedStep step = device.Capture(() => [training.Step().View]);
        step.Replay();
        float first = step.Results[0].ToArray<float>()[0];
        step.Replay(2000);
        Assert.That(step.Results[0].ToArray<float>()[0], Is.LessThan(0.5 * first));
    }

    [Test]
    public void More_pairs_than_the_table_has_are_refused()
    {
        using var device = new HostDevice(threads: 1);
        Assert.That(() => new AdditionTraining(device, [1], Small with { TrainedPairs = 56 }), Throws.TypeOf<HandmadeException>().With.Message.Contains("56 of 55 pairs"));
    }

    // Each pair as text: "0 1 0 0 1 0 0 0 0 0".
    private static string[] Rows(AdditionTraining training, int replica, bool test = false) =>
        [.. (test ? training.TestPairs : training.Pairs).View.Slice(0, replica, 1).ToArray<float>().Chunk(10).Select(row => string.Join(" ", row))];
}
