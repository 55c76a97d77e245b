using Handmade.Physics;

namespace Handmade.Experiments.Collisions;

/// <summary>A world in which a network was not trained, to see whether its detectors work there.</summary>
/// <param name="Name">What is different.</param>
/// <param name="Scene">The scene.</param>
internal sealed record TransferSetting(string Name, DiscScene Scene)
{
    // Random starts find room for every disc below this share of the box.
    private const double MostCovered = 0.42;

    /// <summary>Fewer discs, more, twice as many of the same radius and of the same area together, gravity turned by 90°, and none. A setting that does not fit the box is left out.</summary>
    public static TransferSetting[] Of(CollisionsOptions options)
    {
        DiscScene home = options.Scene;
        int n = home.Particles;
        TransferSetting[] all =
        [
            new($"N = {n / 2}", home with { Particles = n / 2 }),
            new($"N = {n + (n / 4)}", home with { Particles = n + (n / 4) }),
            new($"N = {2 * n}", home with { Particles = 2 * n }),
            new($"N = {2 * n}, r/√2", home with { Particles = 2 * n, Radius = home.Radius / Math.Sqrt(2) }),
            new("gravity to the right", home with { GravityX = -home.GravityY, GravityY = 0 }),
            new("no gravity", home with { GravityY = 0 }),
        ];
        return [.. all.Where(setting => setting.Scene.Particles > 1 && Covered(setting.Scene) <= Math.Max(MostCovered, Covered(home)))];
    }

    /// <summary>As many trajectories as show about as many particles as the held-out ones at home: a setting costs no more than another.</summary>
    public int Trajectories(CollisionsOptions options) => Math.Max(3, options.TestTrajectories * options.Particles / Scene.Particles);

    private static double Covered(DiscScene scene) => scene.Particles * Math.PI * scene.Radius * scene.Radius;
}
