using Handmade.Kernels;

namespace Handmade.Physics;

/// <summary>A small scene: discs in the unit box [0,1]². Batches of them are simulated at once (<see cref="DiscSimulator"/>).</summary>
public sealed record DiscScene : DiscDynamics
{
    /// <summary>64-bit words in the contact mask of one particle.</summary>
    public int MaskWords => (Particles + 63) / 64;

    /// <inheritdoc/>
    /// <exception cref="HandmadeException">The first value that is out of range, and what would be right.</exception>
    public override void Validate()
    {
        Require(Radius is > 0 and < 0.5, $"radius is {Radius}; a disc fits the unit box with a radius between 0 and 0.5");
        base.Validate();
    }
}
