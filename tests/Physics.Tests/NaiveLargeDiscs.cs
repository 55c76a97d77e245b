namespace Handmade.Physics.Tests;

/// <summary>
/// One large scene, one loop, every pair: what <see cref="LargeDiscs"/> must agree with bit by bit. Pairs are met from the last to the first, because
/// the order of exact sums is nobody's business.
/// </summary>
public sealed class NaiveLargeDiscs(LargeDiscScene scene, DiscState[] start, double[]? radii = null)
{
    private readonly double h = scene.Substep, rounder = 1.5 * Math.ScaleB(scene.SpeedQuantum, 52);
    private readonly double stiffness = scene.Law.Stiffness * scene.Substep, damping = scene.Law.Damping * scene.Substep;
    private readonly DiscState[] old = new DiscState[start.Length];
    private readonly SortedSet<(int I, int J)> touched = [];

    public DiscState[] States { get; } = [.. start.Select(s => s with { Vx = Rounded(scene, s.Vx), Vy = Rounded(scene, s.Vy) })];

    /// <summary>Who overlapped whom in the last <see cref="Advance"/>.</summary>
    public DiscPair[] Touched => [.. touched.Select(pair => new DiscPair(pair.I, pair.J))];

    public byte[] TouchedWall { get; } = new byte[start.Length];

    public void Advance(int substeps)
    {
        touched.Clear();
        Array.Clear(TouchedWall);
        for (int step = 0; step < substeps; step++) Step();
    }

    private void Step()
    {
        States.CopyTo(old, 0);
        for (int j = old.Length - 1; j >= 0; j--)
            for (int i = j - 1; i >= 0; i--)
                Collide(i, j);
        for (int i = 0; i < old.Length; i++)
        {
            double kickX = scene.PeriodicX ? 0 : WallKick(old[i].X, old[i].Vx, scene.Width, i), kickY = WallKick(old[i].Y, old[i].Vy, scene.Height, i);
            double vx = States[i].Vx + kickX + Rounded(scene.GravityX * h), vy = States[i].Vy + kickY + Rounded(scene.GravityY * h);
            States[i] = new(Math.FusedMultiplyAdd(h, vx, old[i].X), Math.FusedMultiplyAdd(h, vy, old[i].Y), vx, vy);
        }
    }

    private double WallKick(double x, double v, double side, int i)
    {
        double r = Radius(i), high = side - r, depth = x < r ? r - x : x > high ? high - x : 0;
        if (depth == 0) return 0;
        TouchedWall[i] = 1;
        double kick = stiffness * depth - damping * v;
        return scene.PushOnly && kick * depth <= 0 ? 0 : Rounded(kick);
    }

    private void Collide(int i, int j)
    {
        double dx = old[i].X - old[j].X, dy = old[i].Y - old[j].Y;
        if (scene.PeriodicX) dx -= scene.Width * Math.Round(1 / scene.Width * dx);
        double d2 = Math.FusedMultiplyAdd(dx, dx, dy * dy), reach = Radius(i) + Radius(j);
        if (d2 >= reach * reach) return;
        touched.Add((i, j));
        if (!scene.Interacting) return;
        double d = Math.Max(Math.Sqrt(d2), 1e-12 * (2 * scene.Radius)), inverse = 1 / d;
        double parting = Math.FusedMultiplyAdd(old[i].Vx - old[j].Vx, dx, (old[i].Vy - old[j].Vy) * dy) * inverse;
        double push = 0.5 * stiffness * (reach - d) - 0.5 * damping * parting;
        if (scene.PushOnly) push = Math.Max(push, 0);
        double mi = scene.MassOf(Radius(i)), mj = scene.MassOf(Radius(j)), toI = 2 * mj / (mi + mj), toJ = 2 * mi / (mi + mj);
        double kickX = push * inverse * dx, kickY = push * inverse * dy;
        States[i] = States[i] with { Vx = States[i].Vx + Rounded(kickX * toI), Vy = States[i].Vy + Rounded(kickY * toI) };
        States[j] = States[j] with { Vx = States[j].Vx - Rounded(kickX * toJ), Vy = States[j].Vy - Rounded(kickY * toJ) };
    }

    private double Radius(int i) => radii?[i] ?? scene.Radius;

    private double Rounded(double x) => x + rounder - rounder;

    private static double Rounded(LargeDiscScene scene, double x)
    {
        double rounder = 1.5 * Math.ScaleB(scene.SpeedQuantum, 52);
        return x + rounder - rounder;
    }
}
