using System.Globalization;
using Handmade.Kernels;

namespace Handmade.Physics;

/// <summary>
/// How many discs there are and how they move, without rotation or friction, whatever the box: gravity, contacts, steps, frames.
/// The defaults are the `tiny` preset of the collisions experiment.
/// </summary>
public abstract record DiscDynamics
{
    /// <summary>Number of discs in the box.</summary>
    public int Particles { get; init; } = 16;

    /// <summary>Mean radius of the discs; a disc of this radius has mass 1.</summary>
    public double Radius { get; init; } = 0.06;

    /// <summary>
    /// How far radii spread: each is drawn uniformly from [(1 − s) <see cref="Radius"/>, (1 + s) <see cref="Radius"/>] (<see cref="DiscStart.Radii"/>). 0: all are equal.
    /// </summary>
    public double RadiusSpread { get; init; }

    /// <summary>Whether every disc has mass 1. Otherwise discs are of one material: a disc's mass is its area over that of a disc of radius <see cref="Radius"/>.</summary>
    public bool EqualMasses { get; init; }

    /// <summary>Acceleration along x.</summary>
    public double GravityX { get; init; }

    /// <summary>Acceleration along y.</summary>
    public double GravityY { get; init; } = -1;

    /// <summary>Share of the normal speed left after a head-on contact, in (0, 1].</summary>
    public double Restitution { get; init; } = 0.5;

    /// <summary>How long a head-on contact lasts.</summary>
    public double ContactTime { get; init; } = 0.02;

    /// <summary>Integration steps in one <see cref="ContactTime"/>.</summary>
    public int SubstepsPerContact { get; init; } = 40;

    /// <summary>Time between recorded frames: a whole number of substeps.</summary>
    public double FrameInterval { get; init; } = 0.05;

    /// <summary>Frame intervals to simulate; a trajectory holds one state more.</summary>
    public int Frames { get; init; } = 12;

    /// <summary>Standard deviation of each starting velocity component.</summary>
    public double StartSpeed { get; init; } = 0.7;

    /// <summary>Whether discs push each other. Without it they pass through each other (the control), while walls still hold and contacts are still labelled.</summary>
    public bool Interacting { get; init; } = true;

    /// <summary>Whether a contact may only push. The plain dashpot pulls at the end of a contact, while the discs still overlap and already part.</summary>
    public bool PushOnly { get; init; }

    /// <summary>Bound on every radius.</summary>
    public double LargestRadius => Radius * (1 + RadiusSpread);

    /// <summary>Whether discs have radii of their own.</summary>
    public bool HasSizes => RadiusSpread > 0;

    /// <summary>Mass of a disc of this radius.</summary>
    public double MassOf(double radius) => EqualMasses ? 1 : radius / Radius * (radius / Radius);

    /// <summary>One integration step.</summary>
    public double Substep => ContactTime / SubstepsPerContact;

    /// <summary>Substeps in a <see cref="FrameInterval"/>.</summary>
    public int SubstepsPerFrame => (int)Math.Round(FrameInterval / Substep);

    /// <summary>Spring and dashpot for <see cref="Restitution"/> and <see cref="ContactTime"/>.</summary>
    public ContactLaw Law => ContactLaw.FromRestitution(Restitution, ContactTime);

    /// <summary>Checks every value.</summary>
    /// <exception cref="HandmadeException">The first value that is out of range, and what would be right.</exception>
    public virtual void Validate()
    {
        Require(Particles >= 1, $"particles is {Particles}; use at least 1");
        Require(double.IsFinite(GravityX) && double.IsFinite(GravityY), $"gravity is ({GravityX}, {GravityY}); use finite numbers");
        Require(RadiusSpread is >= 0 and <= 0.9, $"radius spread is {RadiusSpread}; use a value in [0, 0.9]");
        Require(Restitution is > 0 and <= 1, $"restitution is {Restitution}; use a value in (0, 1]");
        Require(ContactTime > 0 && double.IsFinite(ContactTime), $"contact time is {ContactTime}; use a positive number");
        Require(SubstepsPerContact >= 1, $"substeps per contact is {SubstepsPerContact}; use at least 10");
        Require(Frames >= 1, $"frames is {Frames}; use at least 1");
        Require(StartSpeed >= 0 && double.IsFinite(StartSpeed), $"start speed is {StartSpeed}; use 0 or more");

        double substeps = FrameInterval / Substep;
        Require(substeps is >= 0.5 and < 1e9, $"frame interval is {FrameInterval}; use at least one substep, {Substep}");
        Require(Math.Abs(substeps - SubstepsPerFrame) < 1e-6 * substeps,
            $"frame interval {FrameInterval} is {substeps:G6} substeps of {Substep}; use a whole number of them, such as {SubstepsPerFrame * Substep:G6}");

        // A disc held by several neighbours is a stiffer spring than a pair; 0.5 leaves the integrator (limit 2) room for that.
        double angle = Math.Sqrt(Law.Stiffness) * Substep;
        Require(angle <= 0.5, $"{SubstepsPerContact} substeps per contact cannot follow restitution {Restitution}; use at least {Math.Ceiling(SubstepsPerContact * angle / 0.5)}");
    }

    /// <summary>Throws the sentence when the condition does not hold.</summary>
    protected static void Require(bool holds, FormattableString sentence)
    {
        if (!holds) throw new HandmadeException("disc scene: " + sentence.ToString(CultureInfo.InvariantCulture));
    }
}
