namespace Handmade.Physics;

/// <summary>What a device needs to know of a <see cref="DiscScene"/>, computed in double and rounded once.</summary>
internal struct DiscConstants<T> where T : unmanaged
{
    // How far beyond touching the masks of near discs look, in mean distances 1/√N; measured, flat from 0.1 to 0.3.
    private const double Skin = 0.12;

    // Of the way that leaves the masks valid, in exact arithmetic: what the rest is worth exceeds the rounding of single precision.
    private const double SafePart = 0.999;

    public T Substep, KickX, KickY, Low, High, Reach, Reach2, Range2, Slack2, Closest;
    public T PairStiffness, PairDamping, WallStiffness, WallDamping;
    public int Interacting, PushOnly;

    public static DiscConstants<T> Of(DiscScene scene, Func<double, T> rounded)
    {
        double h = scene.Substep, reach = 2 * scene.Radius, skin = Skin / Math.Sqrt(scene.Particles), range = 2 * scene.LargestRadius + skin, slack = 0.5 * skin * SafePart;
        double stiffness = scene.Law.Stiffness * h, damping = scene.Law.Damping * h;
        return new()
        {
            Substep = rounded(h),
            KickX = rounded((scene.GravityX * h) + 0.0),
            KickY = rounded((scene.GravityY * h) + 0.0),
            Low = rounded(scene.Radius),
            High = rounded(1 - scene.Radius),
            Reach = rounded(reach),
            Reach2 = rounded(reach * reach),
            Range2 = rounded(range * range),
            Slack2 = rounded(slack * slack),
            Closest = rounded(1e-12),
            PairStiffness = rounded(0.5 * stiffness),
            PairDamping = rounded(0.5 * damping),
            WallStiffness = rounded(stiffness),
            WallDamping = rounded(damping),
            Interacting = scene.Interacting ? 1 : 0,
            PushOnly = scene.PushOnly ? 1 : 0,
        };
    }
}
