using Handmade.Kernels;
using Handmade.Physics;

namespace Handmade.Simulation;

/// <summary>
/// A gas of discs without gravity that lose speed whenever they collide: it cools, and clumps where it is dense (Goldhirsch and Zanetti, PRL 70, 1619, 1993). Sides left and
/// right are periodic, floor and ceiling are walls. Contacts grow longer as the gas cools, so that a disc always takes as many substeps from one collision to the next: discs
/// of a fixed hardness would need more the slower they are.
/// </summary>
/// <param name="Particles">Discs, N.</param>
/// <param name="Covered">Part of the box that they cover.</param>
/// <param name="Restitution">Speed left after a head-on collision, e.</param>
/// <param name="RadiusSpread">Radii are uniform in r(1 ± s).</param>
/// <param name="Frames">How often a frame is written after the start.</param>
/// <param name="FrameSteps">Substeps of a frame.</param>
/// <param name="Seed">Key of the start.</param>
internal sealed record CoolingGas(int Particles, double Covered, double Restitution, double RadiusSpread, int Frames, int FrameSteps, ulong Seed)
{
    // Way of a disc of root mean square speed in a contact, in radii: overlaps stay at a few percent of a diameter, and the fastest discs below one.
    private const double WayInContact = 0.2;

    private const int SubstepsPerContact = 20;

    /// <summary>Mean radius in the unit box.</summary>
    public double Radius => Math.Sqrt(Covered / (Particles * Math.PI * (1 + (RadiusSpread * RadiusSpread / 3))));

    /// <summary>Radii of all discs.</summary>
    public double[] Radii()
    {
        var radii = new double[Particles];
        DiscStart.Radii(Scene(1), Seed, 0, radii);
        return radii;
    }

    /// <summary>The start: places on a shaken lattice where discs are many, else at random; speeds of 1 along each axis.</summary>
    public DiscState[] Start()
    {
        var start = new DiscState[Particles];
        if (Covered > 0.4) LargeDiscStart.Lattice(Scene(1), Seed, 0, start);
        else LargeDiscStart.Random(Scene(1), Seed, 0, start);
        return start;
    }

    /// <summary>The scene of a frame that begins at a root mean square speed of a component.</summary>
    public LargeDiscScene Scene(double speed)
    {
        double contact = WayInContact * Radius / speed;
        return new()
        {
            Particles = Particles,
            Radius = Radius,
            RadiusSpread = RadiusSpread,
            GravityY = 0,
            Restitution = Restitution,
            ContactTime = contact,
            SubstepsPerContact = SubstepsPerContact,
            FrameInterval = contact / SubstepsPerContact * FrameSteps,
            StartSpeed = speed,
            PeriodicX = true,
        };
    }

    /// <summary>What a resumed run must have in common with the one that it goes on from.</summary>
    public string Description => FormattableString.Invariant($"particles {Particles}, covered {Covered}, restitution {Restitution}, spread {RadiusSpread}, {FrameSteps} substeps a frame, seed {Seed}");

    /// <exception cref="HandmadeException">Something is out of range.</exception>
    public void Check()
    {
        if (Covered is not (> 0 and <= 0.8)) throw new HandmadeException(FormattableString.Invariant($"--covered {Covered} is not possible: it must be above 0 and at most 0.8."));
        if (Restitution is not (>= 0.1 and <= 1)) throw new HandmadeException(FormattableString.Invariant($"--restitution {Restitution} is not possible: it must be a number from 0.1 to 1."));
        if (RadiusSpread is not (>= 0 and <= 0.9)) throw new HandmadeException(FormattableString.Invariant($"--spread {RadiusSpread} is not possible: it must be a number from 0 to 0.9."));
        Scene(1).Validate();
    }
}
