namespace Handmade.Physics.Tests;

/// <summary>One scene in lane 0 of a group, and what is measured on it.</summary>
public sealed class Lab : IDisposable
{
    private readonly DiscGroup group;
    private readonly DiscScene scene;

    public Lab(DiscScene scene, params DiscState[] start)
    {
        this.scene = scene;
        group = new DiscGroup(scene);
        for (int lane = 0; lane < DiscGroup.Lanes; lane++)
            for (int i = 0; i < start.Length; i++) group.Set(lane, i, start[i]);
    }

    public DiscState this[int particle] => group.Get(0, particle);

    public DiscState[] States => [.. Enumerable.Range(0, scene.Particles).Select(i => group.Get(0, i))];

    public void Advance(int substeps) => group.Advance(substeps);

    /// <summary>Advances by a time, to the nearest substep.</summary>
    public void AdvanceTime(double time) => group.Advance((int)Math.Round(time / scene.Substep));

    public bool Touched(int i, int j) => (group.Contacts(0)[i * scene.MaskWords + j / 64] >> (j % 64) & 1) != 0;

    public bool TouchedWall(int i) => group.WallContacts(0)[i] != 0;

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

    public void Dispose() => group.Dispose();

    public static DiscState[] RandomStart(DiscScene scene, ulong seed, uint number = 0)
    {
        var start = new DiscState[scene.Particles];
        DiscStart.Fill(scene, seed, number, start);
        return start;
    }

    private double Spring(double overlap) => overlap > 0 ? scene.Law.Stiffness * overlap * overlap : 0;
}
