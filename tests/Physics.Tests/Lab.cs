namespace Handmade.Physics.Tests;

/// <summary>One scene on the host or on a device, and what is measured on it.</summary>
public sealed class Lab(IDiscs discs, DiscScene scene) : IDisposable
{
    public Lab(string place, DiscScene scene, params DiscState[] start)
        : this(Discs(place, scene, start), scene) { }

    public DiscState this[int particle] => discs[particle];

    public DiscState[] States => [.. Enumerable.Range(0, scene.Particles).Select(i => discs[i])];

    public void Advance(int substeps) => discs.Advance(substeps);

    /// <summary>Advances by a time, to the nearest substep.</summary>
    public void AdvanceTime(double time) => discs.Advance((int)Math.Round(time / scene.Substep));

    public bool Touched(int i, int j) => discs.Touched(i, j);

    public bool TouchedWall(int i) => discs.TouchedWall(i);

    public double KineticEnergy => States.Sum(s => 0.5 * (s.Vx * s.Vx + s.Vy * s.Vy));

    /// <summary>Kinetic energy, height and what the springs hold.</summary>
    public double Energy
    {
        get
        {
            DiscState[] states = States;
            double energy = KineticEnergy - states.Sum(s => s.X * scene.GravityX + s.Y * scene.GravityY);
            foreach (DiscState s in states)
            {
                foreach (double gap in (double[])[s.X, 1 - s.X, s.Y, 1 - s.Y]) energy += 0.5 * Spring(scene.Radius - gap);
            }
            for (int i = 0; i < states.Length; i++)
                for (int j = 0; j < i; j++)
                    energy += 0.25 * Spring(2 * scene.Radius - double.Hypot(states[i].X - states[j].X, states[i].Y - states[j].Y));
            return energy;
        }
    }

    public void Dispose() => discs.Dispose();

    private static IDiscs Discs(string place, DiscScene scene, DiscState[] start) => place switch
    {
        "host" => new HostDiscs(scene, start),
        "cells" => new CellDiscs(LargeDiscScene.From(scene), start),
        _ => new DeviceDiscs(Place.Open(place), scene, start),
    };

    public static DiscState[] RandomStart(DiscScene scene, ulong seed, uint number = 0)
    {
        var start = new DiscState[scene.Particles];
        DiscStart.Fill(scene, seed, number, start);
        return start;
    }

    private double Spring(double overlap) => overlap > 0 ? scene.Law.Stiffness * overlap * overlap : 0;
}
