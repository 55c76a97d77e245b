namespace Handmade.Physics.Tests;

/// <summary>One scene on the host or on a device, and what is measured on it.</summary>
public sealed class Lab(IDiscs discs, DiscScene scene) : IDisposable
{
    public Lab(string place, DiscScene scene, params DiscState[] start)
        : this(Discs(place, scene, start, []), scene) { }

    private Lab(IDiscs discs, DiscScene scene, double[] radii) : this(discs, scene) => this.radii = radii;

    /// <summary>With a radius for each disc, or none where all are equal.</summary>
    public static Lab Of(string place, DiscScene scene, double[] radii, DiscState[] start) => new(Discs(place, scene, start, radii), scene, radii);

    private readonly double[] radii = [];

    public DiscState this[int particle] => discs[particle];

    public DiscState[] States => [.. Enumerable.Range(0, scene.Particles).Select(i => discs[i])];

    public void Advance(int substeps) => discs.Advance(substeps);

    /// <summary>Advances by a time, to the nearest substep.</summary>
    public void AdvanceTime(double time) => discs.Advance((int)Math.Round(time / scene.Substep));

    public bool Touched(int i, int j) => discs.Touched(i, j);

    public bool TouchedWall(int i) => discs.TouchedWall(i);

    public double KineticEnergy => States.Select((s, i) => 0.5 * Mass(i) * (s.Vx * s.Vx + s.Vy * s.Vy)).Sum();

    public (double X, double Y) Momentum => States.Select((s, i) => (X: Mass(i) * s.Vx, Y: Mass(i) * s.Vy)).Aggregate((X: 0.0, Y: 0.0), (sum, p) => (sum.X + p.X, sum.Y + p.Y));

    public double Mass(int particle) => scene.MassOf(Radius(particle));

    public double Radius(int particle) => radii.Length > 0 ? radii[particle] : scene.Radius;

    /// <summary>Kinetic energy, height and what the springs hold.</summary>
    public double Energy
    {
        get
        {
            DiscState[] states = States;
            double energy = KineticEnergy - states.Select((s, i) => Mass(i) * (s.X * scene.GravityX + s.Y * scene.GravityY)).Sum();
            for (int i = 0; i < states.Length; i++)
            {
                var (x, y, _, _) = states[i];
                if (scene.Sides == BoxSides.Walls) energy += 0.5 * Mass(i) * (Spring(Radius(i) - x) + Spring(Radius(i) - (1 - x)));
                if (scene.Sides != BoxSides.PeriodicXY) energy += 0.5 * Mass(i) * (Spring(Radius(i) - y) + Spring(Radius(i) - (1 - y)));
            }
            for (int i = 0; i < states.Length; i++)
                for (int j = 0; j < i; j++)
                {
                    double dx = states[i].X - states[j].X, dy = states[i].Y - states[j].Y;
                    if (scene.Sides != BoxSides.Walls) dx -= Math.Round(dx);
                    if (scene.Sides == BoxSides.PeriodicXY) dy -= Math.Round(dy);
                    energy += 0.5 * Mass(i) * Mass(j) / (Mass(i) + Mass(j)) * Spring(Radius(i) + Radius(j) - double.Hypot(dx, dy));
                }
            return energy;
        }
    }

    public void Dispose() => discs.Dispose();

    private static IDiscs Discs(string place, DiscScene scene, DiscState[] start, double[] radii) => place switch
    {
        "host" => new HostDiscs(scene, start, radii),
        "cells" => new CellDiscs(LargeDiscScene.From(scene), start, radii: radii),
        _ => new DeviceDiscs(Place.Open(place), scene, start, radii: radii),
    };

    public static DiscState[] RandomStart(DiscScene scene, ulong seed, uint number = 0)
    {
        var start = new DiscState[scene.Particles];
        DiscStart.Fill(scene, seed, number, start);
        return start;
    }

    public static double[] Radii(DiscScene scene, ulong seed, uint number = 0)
    {
        var radii = new double[scene.Particles];
        DiscStart.Radii(scene, seed, number, radii);
        return radii;
    }

    private double Spring(double overlap) => overlap > 0 ? scene.Law.Stiffness * overlap * overlap : 0;
}
