using Handmade.Kernels;

namespace Handmade.Physics;

/// <summary>A small scene: discs in the unit box [0,1]². Batches of them are simulated at once (<see cref="DiscSimulator"/>).</summary>
public sealed record DiscScene : DiscDynamics
{
    /// <summary>What the sides of the box are.</summary>
    public BoxSides Sides { get; init; }

    /// <summary>64-bit words in the contact mask of one particle.</summary>
    public int MaskWords => (Particles + 63) / 64;

    /// <summary>A place inside the box, given one that may have left it over periodic sides.</summary>
    public (double X, double Y) Inside(double x, double y) =>
        (Sides == BoxSides.Walls ? x : x - Math.Floor(x), Sides == BoxSides.PeriodicXY ? y - Math.Floor(y) : y);

    /// <inheritdoc/>
    /// <exception cref="HandmadeException">The first value that is out of range, and what would be right.</exception>
    public override void Validate()
    {
        Require(Radius is > 0 and < 0.5, $"radius is {Radius}; a disc fits the unit box with a radius between 0 and 0.5");
        base.Validate();
        Require(LargestRadius < 0.5, $"radii reach {LargestRadius}; a disc fits the unit box with a radius below 0.5, so use a smaller radius or spread");
        // Two discs then touch across one side at most, and nobody touches an image of itself.
        Require(Sides == BoxSides.Walls || LargestRadius < 0.25, $"radii reach {LargestRadius}; in a periodic box they stay below 0.25");
        Require(Sides != BoxSides.PeriodicXY || (GravityX == 0 && GravityY == 0),
            $"gravity is ({GravityX}, {GravityY}) and no side stops the fall; without walls use no gravity");
    }
}
