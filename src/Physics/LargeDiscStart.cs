using Handmade.Kernels;

namespace Handmade.Physics;

/// <summary>
/// Starts of a <see cref="LargeDiscScene"/> without overlap, a function of the scene's values, the seed and the scene's number alone. Velocities are
/// normal, <see cref="DiscDynamics.StartSpeed"/> per component, and the same as <see cref="DiscStart"/>'s.
/// </summary>
public static class LargeDiscStart
{
    // Random sequential addition jams when about 55 % of the plane is covered; long before that a free place is found in far fewer tries.
    private const int TriesPerDisc = 20_000;

    /// <summary>
    /// Uniform places, drawn again while the disc would overlap an earlier one; with a cell list, so the cost is linear. In a unit box the same bits as <see cref="DiscStart"/>.
    /// </summary>
    /// <exception cref="HandmadeException">The discs do not fit at random.</exception>
    public static void Random(LargeDiscScene scene, ulong seed, uint number, Span<DiscState> start)
    {
        scene.Validate();
        Check(scene, start);
        ulong stream = DiscStart.Stream | number;
        var radii = new double[scene.Particles];
        DiscStart.Radii(scene, seed, number, radii);
        var near = new FirstInCell(scene, 2 * scene.LargestRadius, radii);
        ulong draw = 0;
        for (int i = 0; i < scene.Particles; i++)
        {
            double r = radii[i], margin = scene.PeriodicX ? 0 : r, width = scene.Width - 2 * margin, height = scene.Height - 2 * r;
            double x = 0, y = 0;
            bool isFree = false;
            for (int tries = 0; !isFree; tries++)
            {
                if (tries == TriesPerDisc) throw NoRoom(scene, number, i);
                var (u, v) = Philox.Uniform(seed, stream, draw++);
                (x, y) = (margin + width * u, r + height * v);
                isFree = near.IsFree(x, y, r, start);
            }
            near.Add(i, x, y);
            start[i] = At(scene, seed, stream, i, x, y);
        }
    }

    /// <summary>
    /// Rows of a triangular lattice from the bottom up with room for the largest radius, each disc moved at random within the room it has there: any density up to close packing of equal discs.
    /// </summary>
    /// <exception cref="HandmadeException">The discs do not fit.</exception>
    public static void Lattice(LargeDiscScene scene, ulong seed, uint number, Span<DiscState> start)
    {
        scene.Validate();
        Check(scene, start);
        ulong stream = DiscStart.Stream | number;
        double r = scene.LargestRadius;
        int columns = Columns(scene);
        var (dx, dy, least) = Spacing(scene, columns);
        if (least < 2 * r) throw new HandmadeException(FormattableString.Invariant(
            $"disc scene: {scene.Particles} discs of radius {scene.Radius} cover {100 * scene.Covered:F0} % of the box and fit no lattice; use fewer or smaller discs"));

        // Two neighbours may each move half of the gap between them; being pushed back into the box brings nobody nearer to them.
        double jitter = 0.5 * (least - 2 * r) * (1 - 1e-9);
        for (int i = 0; i < scene.Particles; i++)
        {
            int row = i / columns, column = i % columns;
            double x = (scene.PeriodicX ? 0 : r) + dx * (column + 0.5 * (row & 1)), y = r + dy * row;
            var (u, v) = Philox.Uniform(seed, stream, (ulong)i);
            var (sin, cos) = Math.SinCos(2 * Math.PI * v);
            double far = jitter * Math.Sqrt(u);
            y = Math.Clamp(y + far * sin, r, scene.Height - r);
            x += far * cos;
            if (!scene.PeriodicX) x = Math.Clamp(x, r, scene.Width - r);
            start[i] = At(scene, seed, stream, i, x, y);
        }
    }

    // The widest spacing there is.
    private static int Columns(LargeDiscScene scene)
    {
        int best = 1, most = (int)Math.Min(scene.Particles, scene.Width / (2 * scene.LargestRadius) + 1);
        for (int columns = 2; columns <= most; columns++)
            if (Spacing(scene, columns).Least > Spacing(scene, best).Least) best = columns;
        return best;
    }

    // Distances between columns, between rows, and between nearest discs. Odd rows are shifted by half a column, so walls leave half a column less room.
    private static (double X, double Y, double Least) Spacing(LargeDiscScene scene, int columns)
    {
        int rows = (scene.Particles + columns - 1) / columns;
        double x = scene.PeriodicX ? scene.Width / columns : (scene.Width - 2 * scene.LargestRadius) / (columns - 0.5);
        double y = (scene.Height - 2 * scene.LargestRadius) / Math.Max(1, rows - 1);
        double least = columns > 1 || scene.PeriodicX ? x : double.PositiveInfinity;
        if (rows > 1) least = Math.Min(least, Math.Sqrt(x * x / 4 + y * y));
        if (rows > 2) least = Math.Min(least, 2 * y);
        return (x, y, Math.Min(least, Math.Max(scene.Width, scene.Height)));
    }

    private static DiscState At(LargeDiscScene scene, ulong seed, ulong stream, int i, double x, double y)
    {
        var (vx, vy) = Philox.Normal(seed, stream, DiscStart.Velocities | (uint)i);
        return new(x, y, scene.StartSpeed * vx, scene.StartSpeed * vy);
    }

    private static void Check(LargeDiscScene scene, Span<DiscState> start)
    {
        if (start.Length != scene.Particles) throw new HandmadeException($"disc start: room for {start.Length} states; use {scene.Particles}, one for each disc");
    }

    private static HandmadeException NoRoom(LargeDiscScene scene, uint number, int disc) => new(FormattableString.Invariant(
        $"disc scene: {scene.Particles} discs of radius {scene.Radius} cover {100 * scene.Covered:F0} % of the box, and in scene {number} disc {disc} found no free place; random places need less than about 45 %, so start from a lattice or use fewer or smaller discs"));

    // The discs placed so far, as a list for each cell of a grid.
    private sealed class FirstInCell
    {
        private readonly int columns, rows;
        private readonly double perX, perY, period;
        private readonly double[] radii;
        private readonly int[] first, next;

        public FirstInCell(LargeDiscScene scene, double reach, double[] radii)
        {
            this.radii = radii;
            double size = Math.Max(reach, Math.Sqrt(scene.Width * scene.Height / scene.Particles));
            columns = Math.Max(1, (int)(scene.Width / size));
            rows = Math.Max(1, (int)(scene.Height / size));
            (perX, perY) = (columns / scene.Width, rows / scene.Height);
            period = scene.PeriodicX ? scene.Width : 0;
            first = new int[columns * rows];
            next = new int[scene.Particles];
            Array.Fill(first, -1);
        }

        public void Add(int i, double x, double y)
        {
            ref int head = ref first[Row(y) * columns + Column(x)];
            next[i] = head;
            head = i;
        }

        public bool IsFree(double x, double y, double radius, ReadOnlySpan<DiscState> start)
        {
            int column = Column(x), row = Row(y);
            for (int cy = Math.Max(0, row - 1); cy <= Math.Min(rows - 1, row + 1); cy++)
            {
                for (int cx = column - 1; cx <= column + 1; cx++)
                {
                    int cell = period > 0 ? (cx + columns) % columns : cx;
                    if (cell < 0 || cell >= columns) continue;
                    for (int j = first[cy * columns + cell]; j >= 0; j = next[j])
                    {
                        double dx = x - start[j].X, dy = y - start[j].Y, reach = radius + radii[j];
                        if (period > 0) dx -= period * Math.Round(dx / period);
                        if (dx * dx + dy * dy < reach * reach) return false;
                    }
                }
            }
            return true;
        }

        private int Column(double x) => Math.Min((int)(x * perX), columns - 1);

        private int Row(double y) => Math.Min((int)(y * perY), rows - 1);
    }
}
