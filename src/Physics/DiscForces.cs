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
    private readonly double pairStiffness, pairDamping, wallStiffness, wallDamping, rounder;
    private readonly bool pushOnly;

    public DiscForces(LargeDiscScene scene)
    {
        Substep = scene.Substep;
        Reach = 2 * scene.Radius;
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
        (double low, double high) = scene.PeriodicX ? (double.NegativeInfinity, double.PositiveInfinity) : (scene.Radius, scene.Width - scene.Radius);
        Low = Vector128.Create(low, scene.Radius);
        High = Vector128.Create(high, scene.Height - scene.Radius);
    }

    /// <summary>The nearest multiple of the quantum.</summary>
    public double Rounded(double x) => x + rounder - rounder;

    /// <summary>What four overlapping pairs give a (and take from b), given a's place and velocity minus b's.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public (Wide X, Wide Y) OfPairs(Wide dx, Wide dy, Wide dvx, Wide dvy)
    {
        var d2 = V.FusedMultiplyAdd(dx, dx, dy * dy);
        var distance = V.MaxNative(V.Sqrt(d2), V.Create(1e-12 * Reach));
        var inverse = Wide.One / distance;
        var parting = V.FusedMultiplyAdd(dvx, dx, dvy * dy) * inverse;
        var push = V.MaxNative((V.Create(pairStiffness) * (V.Create(Reach) - distance)) - (V.Create(pairDamping) * parting), V.Create(pushOnly ? 0 : double.NegativeInfinity));
        var scale = push * inverse;
        var big = V.Create(rounder);
        return ((scale * dx) + big - big, (scale * dy) + big - big);
    }

    /// <summary>What the walls give a disc at a place; zero away from them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Vector128<double> OfWalls(Vector128<double> place, Vector128<double> velocity)
    {
        // Depth is positive in the low wall, negative in the high one, and so is a push.
        var depth = Vector128.MaxNative(Low - place, Vector128<double>.Zero) + Vector128.MinNative(High - place, Vector128<double>.Zero);
        var push = (Vector128.Create(wallStiffness) * depth) - (Vector128.Create(wallDamping) * velocity);
        var big = Vector128.Create(rounder);
        return (push + big - big) & (pushOnly ? Vector128.GreaterThan(depth * push, Vector128<double>.Zero) : ~Vector128.Equals(depth, Vector128<double>.Zero));
    }
}
