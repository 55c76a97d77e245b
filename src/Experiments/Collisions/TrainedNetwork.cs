using Handmade.Kernels;
using Handmade.Model;

namespace Handmade.Experiments.Collisions;

/// <summary>A network out of a run's checkpoints, with the scale of its training data. It may be hooked and changed: nobody else has this copy.</summary>
internal sealed class TrainedNetwork
{
    private readonly TraineeFiles files;
    private readonly Checkpoint weights = new();

    /// <summary>The network of a seed, with random weights until <see cref="Load"/>.</summary>
    public TrainedNetwork(Device device, CollisionsOptions options, ulong seed, TraineeFiles files)
    {
        this.files = files;
        Model = new ParticleTransformer(new Init(device, new RandomStream(device, [seed])), options.Sizes);
        Scale = Scale.Blank(device, options.Sizes.Inputs);
        weights.Add("model.", Model.NamedParameters().Select(parameter => (parameter.Name, parameter.Tensor.View)));
        weights.Add("scale.", Scale.State);
    }

    /// <summary>The network.</summary>
    public ParticleTransformer Model { get; }

    /// <summary>What turns physical units into the network's.</summary>
    public Scale Scale { get; }

    /// <summary>Takes the weights of a checkpoint.</summary>
    public TrainedNetwork Load(long step)
    {
        weights.Load(files.At(step), files.Config);
        return this;
    }
}
