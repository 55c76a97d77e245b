using Handmade.Kernels;

namespace Handmade.Physics;

/// <summary>
/// One scene of 10³ to 10⁶ discs in the box [0, <see cref="Width"/>] × [0, <see cref="Height"/>], simulated with a cell list (<see cref="LargeDiscs"/>).
/// </summary>
public sealed record LargeDiscScene : DiscDynamics
{
    // Neighbours are looked for one cell around, so three columns of cells at least must fit a periodic box.
    private const double LeastPeriodicRadii = 8;

    /// <summary>Side of the box along x.</summary>
    public double Width { get; init; } = 1;

    /// <summary>Side of the box along y.</summary>
    public double Height { get; init; } = 1;

    /// <summary>Whether what leaves at one side returns at the other, instead of walls at x = 0 and x = <see cref="Width"/>.</summary>
    public bool PeriodicX { get; init; }

    /// <summary>
    /// The default <see cref="DiscScene"/> with another number of discs in the unit box: radius and contact time shrink as 1/√N, so that the
    /// discs cover the same part of the box and are as soft for their size.
    /// </summary>
    public static LargeDiscScene Of(int particles)
    {
        var small = new DiscScene();
        double scale = Math.Sqrt((double)small.Particles / particles);
        return new()
        {
            Particles = particles,
            Radius = scale * small.Radius,
            ContactTime = scale * small.ContactTime,
            FrameInterval = scale * small.FrameInterval,
        };
    }

    /// <summary>The same discs as a small scene, in its unit box, which may not repeat along y.</summary>
    public static LargeDiscScene From(DiscScene small) => small.Sides == BoxSides.PeriodicXY ? throw new HandmadeException("large discs: the box repeats along y; use walls or periodic sides along x") : new()
    {
        Particles = small.Particles,
        Radius = small.Radius,
        RadiusSpread = small.RadiusSpread,
        EqualMasses = small.EqualMasses,
        PeriodicX = small.Sides == BoxSides.PeriodicX,
        GravityX = small.GravityX,
        GravityY = small.GravityY,
        Restitution = small.Restitution,
        ContactTime = small.ContactTime,
        SubstepsPerContact = small.SubstepsPerContact,
        FrameInterval = small.FrameInterval,
        Frames = small.Frames,
        StartSpeed = small.StartSpeed,
        Interacting = small.Interacting,
        PushOnly = small.PushOnly,
    };

    /// <summary>Part of the box that the discs cover, on average over what their radii may be.</summary>
    public double Covered => Particles * Math.PI * Radius * Radius * (1 + (RadiusSpread * RadiusSpread / 3)) / (Width * Height);

    /// <summary>
    /// No disc may move faster: twice what falls through the box, ten standard deviations of the start, or a diameter in a contact time, whichever is most.
    /// Faster discs pass through each other unseen.
    /// </summary>
    public double SpeedLimit => 2 * Math.Max(
        (10 * StartSpeed) + Math.Sqrt(2 * ((Math.Abs(GravityX) * Width) + (Math.Abs(GravityY) * Height))),
        2 * Radius / ContactTime);

    /// <summary>
    /// Velocities and impulses are multiples of this power of two, 2⁻⁵⁰ of the speed limit or a little more. Sums of them are exact up to eight times the limit, whatever their order: so a
    /// scene's bits depend neither on threads nor on the neighbor list, and contacts keep the momentum to the last bit.
    /// </summary>
    public double SpeedQuantum => Math.ScaleB(1, Math.ILogB(SpeedLimit) + 4 - 53);

    /// <inheritdoc/>
    /// <exception cref="HandmadeException">The first value that is out of range, and what would be right.</exception>
    public override void Validate()
    {
        Require(Width > 0 && double.IsFinite(Width) && Height > 0 && double.IsFinite(Height), $"box is {Width} × {Height}; use positive numbers");
        double side = Math.Min(Width, Height);
        Require(Radius > 0 && Radius < 0.5 * side, $"radius is {Radius}; a disc fits a box of {Width} × {Height} with a radius between 0 and {0.5 * side}");
        Require(!PeriodicX || Width >= LeastPeriodicRadii * LargestRadius, $"periodic width is {Width}; use at least {LeastPeriodicRadii} radii, {LeastPeriodicRadii * LargestRadius}");
        Require(Particles <= 1 << 26, $"particles is {Particles}; use at most {1 << 26}");
        base.Validate();
        Require(LargestRadius < 0.5 * side, $"radii reach {LargestRadius}; a disc fits a box of {Width} × {Height} with a radius below {0.5 * side}");
    }
}
