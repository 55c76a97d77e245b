using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model;
using Handmade.Model.Data;

namespace Handmade.Bench;

/// <summary>The training step that the comparisons time: the collisions experiment's, on made-up data of its shape.</summary>
internal static class TrainingStep
{
    public static CapturedStep Capture(Device device, int particles, ParticleTransformerSizes sizes, int replicas, int batch = 8)
    {
        var random = new RandomStream(device, [.. Enumerable.Range(1, replicas).Select(seed => (ulong)seed)]);
        var model = new ParticleTransformer(new Init(device, random), sizes);
        var adam = new Adam(model.Parameters(), new Schedule([2e-3], 200), 0.9, 0.99);
        var clip = new ClipNorm(adam, 1);
        var batches = new Batches(new Tensor(random.Normal([replicas, 4096, particles, 4])), new Tensor(random.Normal([replicas, 4096, particles, 2])), batch, random);
        return device.Capture(() =>
        {
            var (past, change) = batches.Next();
            adam.ZeroGrad();
            Tensor loss = Loss.MeanSquared(model.Forward(past), change);
            loss.Backward();
            adam.Step(clip.Factor());
            return [loss.View];
        });
    }
}
