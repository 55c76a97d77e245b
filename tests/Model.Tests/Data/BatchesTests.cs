using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Model.Data;

namespace Handmade.Model.Tests.Data;

public sealed class BatchesTests : IDisposable
{
    private const int Examples = 50, Size = 8;
    private readonly HostDevice device = new(threads: 1);

    public void Dispose() => device.Dispose();

    [Test]
    public void Inputs_keep_their_targets_and_replicas_their_data()
    {
        (Tensor inputs, Tensor targets) = Data(replicas: 2);
        (Tensor x, Tensor y) = new Batches(inputs, targets, Size, new RandomStream(device, [5, 6])).Next();
        Assert.That((x.Shape, y.Shape), Is.EqualTo((new Shape(2, Size, 3, 2), new Shape(2, Size))));
        float[] examples = x.Slice(2, 0, 1).Slice(3, 0, 1).ToArray<float>();
        Assert.That(y.ToArray<float>(), Is.EqualTo(examples.Select(example => -example)));
        Assert.That(examples.Take(Size), Is.All.LessThan(1000));
        Assert.That(examples.Skip(Size), Is.All.AtLeast(1000));
    }

    [Test]
    public void A_replica_draws_the_same_examples_alone_and_among_others()
    {
        (Tensor inputs, Tensor targets) = Data(replicas: 1);
        var many = new Batches(inputs, targets, Size, new RandomStream(device, [4, 5, 6]));
        var alone = new Batches(inputs, targets, Size, new RandomStream(device, [6]));
        for (int i = 0; i < 3; i++) Assert.That(many.Next().Targets.Slice(0, 2, 1).ToArray<float>(), Is.EqualTo(alone.Next().Targets.ToArray<float>()));
    }

    [Test]
    public void A_captured_step_draws_the_examples_of_the_eager_one()
    {
        (Tensor inputs, Tensor targets) = Data(replicas: 2);
        Batches eager = new(inputs, targets, Size, new RandomStream(device, [5, 6])), captured = new(inputs, targets, Size, new RandomStream(device, [5, 6]));
        using CapturedStep step = device.Capture(() => [captured.Next().Targets.View]);
        var drawn = new HashSet<float>();
        for (int i = 0; i < 80; i++)
        {
            step.Replay();
            float[] expected = eager.Next().Targets.ToArray<float>();
            Assert.That(step.Results[0].ToArray<float>(), Is.EqualTo(expected));
            drawn.UnionWith(expected);
        }
        Assert.That(drawn, Has.Count.EqualTo(2 * Examples), "in 640 draws of 50 each comes at least once but for 2 cases in 10,000");
    }

    [Test]
    public void Data_that_do_not_fit_are_one_sentence()
    {
        (Tensor inputs, Tensor targets) = Data(replicas: 2);
        Assert.Multiple(() =>
        {
            Assert.That(() => new Batches(inputs, targets, 8, new RandomStream(device, [1, 2, 3])), Throws.TypeOf<HandmadeException>().With.Message.StartsWith("batches: inputs [2, 50, 3, 2] and targets [2, 50] for 3 replicas"));
            Assert.That(() => new Batches(inputs, targets.Slice(1, 0, 7), 8, new RandomStream(device, [1, 2])), Throws.TypeOf<HandmadeException>());
            Assert.That(() => new Batches(inputs, targets, 0, new RandomStream(device, [1, 2])), Throws.TypeOf<HandmadeException>());
        });
    }

    // Example i of replica r begins with 1000 r + i; its target is minus that.
    private (Tensor Inputs, Tensor Targets) Data(int replicas)
    {
        float[] numbers = [.. Enumerable.Range(0, replicas).SelectMany(r => Enumerable.Range(0, Examples).Select(i => (1000f * r) + i))];
        Tensor inputs = Tensor.From<float>(device, numbers.SelectMany(number => new[] { number, 0, 0, 0, 0, 0 }).ToArray(), [replicas, Examples, 3, 2]);
        return (inputs, Tensor.From<float>(device, numbers.Select(number => -number).ToArray(), [replicas, Examples]));
    }
}
