using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model.Data;

namespace Handmade.Experiments.Collisions;

/// <summary>Means and deviations of the training data: what turns physical units into the network's.</summary>
/// <param name="Past">Of a particle's <see cref="Features"/>.</param>
/// <param name="Change">Of Δvx, Δvy.</param>
internal sealed record Scale(Standardizer Past, Standardizer Change)
{
    /// <summary>Zero means and unit deviations, to be filled from a checkpoint.</summary>
    public static Scale Blank(Device device, int features) => new(Unit(device, features), Unit(device, 2));

    /// <summary>The tensors that checkpoints hold.</summary>
    public IEnumerable<(string Name, TensorView Tensor)> State =>
        [.. Past.State.Select(state => ($"past.{state.Name}", state.Tensor)), .. Change.State.Select(state => ($"change.{state.Name}", state.Tensor))];

    private static Standardizer Unit(Device device, int features) =>
        new(Copy.Full(device, [1, features], DType.F32, 0), Copy.Full(device, [1, features], DType.F32, 1));
}
