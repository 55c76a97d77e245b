using Handmade.Kernels;

namespace Handmade.Physics;

/// <summary>
/// Random starts: positions one disc after another, uniform in the box and drawn again while the disc would overlap
/// an earlier one (random sequential addition); velocities normal, <see cref="DiscDynamics.StartSpeed"/> per component, whatever the mass.
/// </summary>
public static class DiscStart
{
    // Random sequential addition jams when about 55 % of the plane is covered; long before that a free place is found in far fewer tries.
    private const int TriesPerDisc = 20_000;

    // Streams of the seed that belong to the simulator: "DISC" in the upper half, the scene in the lower.
    internal const ulong Stream = 0x44495343UL << 32;
    internal const ulong Velocities = 1UL << 63;
    private const ulong Sizes = 1UL << 62;

    /// <summary>
    /// Writes the radii of one scene, `[particle]`: uniform between (1 − s) and (1 + s) times the scene's radius, s being its <see cref="DiscDynamics.RadiusSpread"/>.
    /// A function of the scene's values, the seed and the scene's number alone.
    /// </summary>
    public static void Radii(DiscDynamics scene, ulong seed, uint number, Span<double> radii)
    {
        for (int i = 0; i < radii.Length; i++)
            radii[i] = scene.HasSizes ? scene.Radius * (1 + (scene.RadiusSpread * ((2 * Philox.Uniform(seed, Stream | number, Sizes | (uint)i).First) - 1))) : scene.Radius;
    }

    /// <summary>Writes the start of one scene, `[particle]`, for discs with its <see cref="Radii"/>: a function of the scene's values, the seed and the scene's number alone.</summary>
    /// <exception cref="HandmadeException">The discs do not fit at random.</exception>
    public static void Fill(DiscScene scene, ulong seed, uint number, Span<DiscState> start)
    {
        ulong stream = Stream | number;
        var radii = new double[scene.Particles];
        Radii(scene, seed, number, radii);
        bool repeatsX = scene.Sides != BoxSides.Walls, repeatsY = scene.Sides == BoxSides.PeriodicXY;
        ulong draw = 0;
        for (int i = 0; i < scene.Particles; i++)
        {
            double x = 0, y = 0;
            bool isFree = false;
            for (int tries = 0; !isFree; tries++)
            {
                if (tries == TriesPerDisc) throw NoRoom(scene, number, i);
                var (u, v) = Philox.Uniform(seed, stream, draw++);
                (x, y) = (Place(u, radii[i], repeatsX), Place(v, radii[i], repeatsY));
                isFree = true;
                for (int j = 0; j < i && isFree; j++)
                {
                    double dx = Apart(x - start[j].X, repeatsX), dy = Apart(y - start[j].Y, repeatsY), reach = radii[i] + radii[j];
                    isFree = dx * dx + dy * dy >= reach * reach;
                }
            }
            var (vx, vy) = Philox.Normal(seed, stream, Velocities | (uint)i);
            start[i] = new DiscState(x, y, scene.StartSpeed * vx, scene.StartSpeed * vy);
        }
    }

    private static double Place(double u, double radius, bool repeats) => repeats ? u : radius + (1 - 2 * radius) * u;

    private static double Apart(double d, bool repeats) => repeats ? d - Math.Round(d) : d;

    private static HandmadeException NoRoom(DiscScene scene, uint number, int disc)
    {
        double covered = scene.Particles * Math.PI * scene.Radius * scene.Radius;
        return new(FormattableString.Invariant(
            $"disc scene: {scene.Particles} discs of radius {scene.Radius} cover {100 * covered:F0} % of the box, and in scene {number} disc {disc} found no free place; random places need less than about 45 %, so use fewer or smaller discs"));
    }
}
