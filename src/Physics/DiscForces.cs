using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using V = System.Runtime.Intrinsics.Vector256;
using Wide = System.Runtime.Intrinsics.Vector256<double>;

namespace Handmade.Physics;

/// <summary>Constants of a <see cref="LargeDiscScene"/>'s substep, and its impulses.</summary>
internal readonly struct DiscForces
{
    public readonly double Substep, Reach, Width, Quantum;
    public readonly Vector128<double> Kick, Low, High;
    public readonly bool IsInteracting;
    private readonly double pairStiffness, pairDamping, wallStiffness, wallDamping, rounder, closest, massRadius;
    private readonly Vector128<double> lowSide, highSide;
    private readonly bool pushOnly, equalMasses;

    public DiscForces(LargeDiscScene scene)
    {
        Substep = scene.Substep;
        Reach = 2 * scene.LargestRadius;
        massRadius = scene.Radius;
        equalMasses = scene.EqualMasses;
        closest = 1e-12 * (2 * scene.Radius);
        Width = scene.Width;
        Quantum = scene.SpeedQuantum;
        IsInteracting = scene.Interacting;
        pushOnly = scene.PushOnly;

        // The reduced mass is 1 at a wall and 1/2 in a pair.
        wallStiffness = scene.Law.Stiffness * Substep;
        wallDamping = scene.Law.Damping * Substep;
        pairStiffness = 0.5 * wallStiffness;
        pairDamping = 0.5 * wallDamping;

        // The last bit of a number this large is one quantum: adding and subtracting it rounds to multiples, up to a third of it (more than twice the speed limit) either way.
        rounder = 1.5 * Math.ScaleB(Quantum, 52);
        Kick = Vector128.Create(Rounded(scene.GravityX * Substep), Rounded(scene.GravityY * Substep));
        (double low, double high) = scene.PeriodicX ? (double.NegativeInfinity, double.PositiveInfinity) : (0, scene.Width);
        lowSide = Vector128.Create(low, 0);
        highSide = Vector128.Create(high, scene.Height);
        (Low, High) = WallsOf(scene.LargestRadius);
    }

    /// <summary>The nearest multiple of the quantum.</summary>
    public double Rounded(double x) => x + rounder - rounder;

    /// <inheritdoc cref="Rounded(double)"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Wide Rounded(Wide x) => x + V.Create(rounder) - V.Create(rounder);

    /// <summary>Between which places no wall touches a disc of a radius; <see cref="Low"/> and <see cref="High"/> are the largest one's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Vector128<double> Low, Vector128<double> High) WallsOf(double radius) => (lowSide + Vector128.Create(radius), highSide - Vector128.Create(radius));

    /// <summary>What discs with radii a and b take of an impulse that is meant for two discs of mass 1: twice the other's part of both masses.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Wide OfA, Wide OfB) Shares(Wide a, Wide b)
    {
        if (equalMasses) return (Wide.One, Wide.One);
        Wide toA = a / V.Create(massRadius), toB = b / V.Create(massRadius), massA = toA * toA, massB = toB * toB, sum = massA + massB;
        return ((massB + massB) / sum, (massA + massA) / sum);
    }

    /// <summary>What four overlapping pairs of mass 1 give a (and take from b), before <see cref="Rounded(Wide)"/>, given a's place and velocity minus b's and the distance at which they touch.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Wide X, Wide Y) OfPairs(Wide dx, Wide dy, Wide dvx, Wide dvy, Wide reach)
    {
        var d2 = V.FusedMultiplyAdd(dx, dx, dy * dy);
        var distance = V.MaxNative(V.Sqrt(d2), V.Create(closest));
        var inverse = Wide.One / distance;
        var parting = V.FusedMultiplyAdd(dvx, dx, dvy * dy) * inverse;
        var push = V.MaxNative((V.Create(pairStiffness) * (reach - distance)) - (V.Create(pairDamping) * parting), V.Create(pushOnly ? 0 : double.NegativeInfinity));
        var scale = push * inverse;
        return (scale * dx, scale * dy);
    }

    /// <summary>What the walls give a disc at a place that is beyond one of them, low or high.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<double> OfWalls(Vector128<double> place, Vector128<double> velocity, Vector128<double> low, Vector128<double> high)
    {
        // Depth is positive in the low wall, negative in the high one, and so is a push.
        var depth = Vector128.MaxNative(low - place, Vector128<double>.Zero) + Vector128.MinNative(high - place, Vector128<double>.Zero);
        var push = (Vector128.Create(wallStiffness) * depth) - (Vector128.Create(wallDamping) * velocity);
        var big = Vector128.Create(rounder);
        return (push + big - big) & (pushOnly ? Vector128.GreaterThan(depth * push, Vector128<double>.Zero) : ~Vector128.Equals(depth, Vector128<double>.Zero));
    }
}
