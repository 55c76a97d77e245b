namespace Handmade.Physics.Tests;

/// <summary>
/// One scene, one loop, every pair: what <see cref="DiscGroup"/> must agree with bit by bit. Sums run in the same order and the
/// same products are fused; everything else is written as plainly as possible.
/// </summary>
public sealed class NaiveDiscs(DiscScene scene, DiscState[] start, double[]? radii = null)
{
    private readonly double h = scene.Substep;
    private readonly double stiffness = scene.Law.Stiffness * scene.Substep, damping = scene.Law.Damping * scene.Substep;
    private readonly DiscState[] old = new DiscState[start.Length];

    public DiscState[] States { get; } = [.. start];

    /// <summary>Who overlapped whom in the last <see cref="Advance"/>.</summary>
    public bool[,] Touched { get; } = new bool[start.Length, start.Length];

    public bool[] TouchedWall { get; } = new bool[start.Length];

    public void Advance(int substeps)
    {
        Array.Clear(Touched);
        Array.Clear(TouchedWall);
        for (int step = 0; step < substeps; step++) Step();
    }

    private void Step()
    {
        States.CopyTo(old, 0);
        for (int i = 0; i < old.Length; i++)
        {
            double kickX = scene.Sides == BoxSides.Walls ? WallKick(old[i].X, old[i].Vx, i) : 0, kickY = scene.Sides != BoxSides.PeriodicXY ? WallKick(old[i].Y, old[i].Vy, i) : 0;
            States[i] = old[i] with { Vx = old[i].Vx + kickX, Vy = old[i].Vy + kickY };
        }
        for (int i = 1; i < old.Length; i++)
            for (int j = 0; j < i; j++)
                Collide(i, j);
        for (int i = 0; i < old.Length; i++)
        {
            double vx = States[i].Vx + scene.GravityX * h, vy = States[i].Vy + scene.GravityY * h;
            States[i] = new(Math.FusedMultiplyAdd(h, vx, old[i].X), Math.FusedMultiplyAdd(h, vy, old[i].Y), vx, vy);
        }
    }

    private double WallKick(double x, double v, int i)
    {
        double r = Radius(i), depth = x < r ? r - x : x > 1 - r ? 1 - r - x : 0;
        if (depth == 0) return 0;
        TouchedWall[i] = true;
        double kick = stiffness * depth - damping * v;
        return scene.PushOnly && kick * depth <= 0 ? 0 : kick;
    }

    private void Collide(int i, int j)
    {
        double dx = old[i].X - old[j].X, dy = old[i].Y - old[j].Y;
        if (scene.Sides != BoxSides.Walls) dx -= Math.Round(dx);
        if (scene.Sides == BoxSides.PeriodicXY) dy -= Math.Round(dy);
        double d2 = Math.FusedMultiplyAdd(dx, dx, dy * dy), reach = Radius(i) + Radius(j);
        if (d2 >= reach * reach) return;
        Touched[i, j] = Touched[j, i] = true;
        if (!scene.Interacting) return;
        double d = Math.Max(Math.Sqrt(d2), 1e-12), inverse = 1 / d;
        double parting = Math.FusedMultiplyAdd(old[i].Vx - old[j].Vx, dx, (old[i].Vy - old[j].Vy) * dy) * inverse;
        double push = 0.5 * stiffness * (reach - d) - 0.5 * damping * parting;
        if (scene.PushOnly) push = Math.Max(push, 0);
        double kickX = push * inverse * dx, kickY = push * inverse * dy;
        double mi = scene.MassOf(Radius(i)), mj = scene.MassOf(Radius(j)), toI = 2 * mj / (mi + mj), toJ = 2 * mi / (mi + mj);
        States[i] = States[i] with { Vx = States[i].Vx + kickX * toI, Vy = States[i].Vy + kickY * toI };
        States[j] = States[j] with { Vx = States[j].Vx - kickX * toJ, Vy = States[j].Vy - kickY * toJ };
    }

    private double Radius(int i) => radii?[i] ?? scene.Radius;
}
