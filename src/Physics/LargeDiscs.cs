using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Physics;

/// <summary>
/// One <see cref="LargeDiscScene"/> that advances, in double precision, at a cost linear in the discs. The law of contact and the integrator are
/// <see cref="DiscGroup"/>'s; velocities are kept to multiples of <see cref="LargeDiscScene.SpeedQuantum"/>, so that their sums are exact. A scene's bits depend on its start
/// alone: not on the threads, on the neighbor list's reach, or on when it was made.
/// </summary>
public sealed unsafe class LargeDiscs : IDisposable
{
    // A strip should be worth waking a thread for.
    private const int LeastDiscsPerStrip = 1000;

    // More strips than threads, so that a thread that is held up does not hold up the substep.
    private const int StripsPerThread = 4;

    // Of the way that leaves the neighbor list valid: what is left exceeds the rounding of positions between two lists.
    private const double SafePart = 1 - 1e-6;

    private readonly LargeDiscScene scene;
    private readonly DiscForces forces;
    private readonly DiscCells cells;
    private readonly DiscStrip[] strips;
    private readonly int[] stripRows;
    private readonly FrameContacts contacts;
    private readonly byte[] wallContacts;
    private readonly int[] places;
    private readonly WorkerPool? workers;
    private readonly Phase search, collide, move;
    private readonly double? givenSkin;

    private NativeList<DiscState> states, otherStates;
    private NativeList<int> ids, otherIds;
    private double skin, travelled;
    private bool isStale = true, isDisposed;

    /// <summary>All discs at rest in the corner (0, 0): <see cref="Set(ReadOnlySpan{DiscState})"/> them before the first step.</summary>
    /// <param name="scene">What is simulated.</param>
    /// <param name="workers">Threads that share each substep; none: the caller's alone.</param>
    /// <param name="skin">Reach of the neighbor list beyond touching, in radii; none: what is cheapest for how fast and how dense the discs are. It changes the speed and not one bit.</param>
    /// <exception cref="HandmadeException">The scene is not valid.</exception>
    public LargeDiscs(LargeDiscScene scene, WorkerPool? workers = null, double? skin = null)
    {
        scene.Validate();
        this.scene = scene;
        this.workers = workers;
        givenSkin = skin;
        forces = new DiscForces(scene);
        cells = new DiscCells(scene);
        contacts = new FrameContacts(scene.Particles);
        wallContacts = new byte[scene.Particles];
        places = new int[scene.Particles];
        int most = workers is null || workers.Threads == 1 ? 1 : workers.Threads * StripsPerThread;
        strips = new DiscStrip[Math.Clamp(scene.Particles / LeastDiscsPerStrip, 1, most)];
        for (int i = 0; i < strips.Length; i++) strips[i] = new DiscStrip();
        stripRows = new int[strips.Length + 1];
        search = new Phase(strips.Length, scene.PeriodicX ? Search<PeriodicSides> : Search<ClosedSides>);
        collide = new Phase(strips.Length, scene.PeriodicX ? Collide<PeriodicSides> : Collide<ClosedSides>);
        move = new Phase(strips.Length, index => strips[index].Move(Bytes, forces));

        // One disc more, which is nowhere and touches nobody, fills the last vectors of pairs.
        states.Ensure(scene.Particles + 1);
        otherStates.Ensure(scene.Particles + 1);
        ids.Ensure(scene.Particles);
        otherIds.Ensure(scene.Particles);
        states.Data[scene.Particles] = otherStates.Data[scene.Particles] = new(double.NaN, double.NaN, double.NaN, double.NaN);
        for (int i = 0; i < scene.Particles; i++) (states.Data[i], ids.Data[i], places[i]) = (default, i, i);
    }

    /// <summary>How often the neighbor list has been made.</summary>
    public int Searches { get; private set; }

    /// <summary>Pairs in the neighbor list now; one that crosses the border of two threads' parts counts twice.</summary>
    public int NearPairs => strips.Sum(strip => strip.NearCount);

    /// <summary>Reach of the present neighbor list beyond touching, in radii.</summary>
    public double Skin => skin / scene.Radius;

    /// <summary>Puts a disc somewhere; the velocity is rounded to <see cref="LargeDiscScene.SpeedQuantum"/>.</summary>
    public void Set(int particle, DiscState state)
    {
        double speed = double.Hypot(state.Vx, state.Vy);
        if (!(speed <= scene.SpeedLimit) || !double.IsFinite(state.X) || !double.IsFinite(state.Y))
            throw new HandmadeException(FormattableString.Invariant($"large discs: disc {particle} at ({state.X}, {state.Y}) with speed {speed}; use a finite place and at most the scene's speed limit, {scene.SpeedLimit:G4}"));
        At(particle) = new(state.X, state.Y, forces.Rounded(state.Vx), forces.Rounded(state.Vy));
        isStale = true;
    }

    /// <summary>Puts all discs somewhere.</summary>
    public void Set(ReadOnlySpan<DiscState> start)
    {
        if (start.Length != scene.Particles) throw new HandmadeException($"large discs: {start.Length} starting states; use {scene.Particles}, one for each disc");
        for (int i = 0; i < start.Length; i++) Set(i, start[i]);
    }

    /// <summary>Where a disc is now. In a periodic box x counts on over the sides.</summary>
    public DiscState Get(int particle) => At(particle);

    /// <summary>Where all discs are now, `[particle]`.</summary>
    public void CopyTo(Span<DiscState> to)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        for (int place = 0; place < scene.Particles; place++) to[ids.Data[place]] = states.Data[place];
    }

    /// <summary>Who overlapped whom at the start of any substep of the last <see cref="Advance"/>, each pair once, in order.</summary>
    public ReadOnlySpan<DiscPair> Contacts => contacts.Pairs;

    /// <summary>1 for each disc that overlapped a wall at the start of any substep of the last <see cref="Advance"/>.</summary>
    public ReadOnlySpan<byte> WallContacts => wallContacts;

    /// <summary>Advances by a number of substeps and collects who touched meanwhile.</summary>
    /// <exception cref="HandmadeException">A disc is faster than the scene's <see cref="LargeDiscScene.SpeedLimit"/>.</exception>
    public void Advance(int substeps)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        contacts.Clear();
        Array.Clear(wallContacts);
        for (int step = 0; step < substeps; step++)
        {
            if (isStale || 2 * travelled > skin * SafePart) Refresh();
            Run(collide);
            Run(move);
            Travel();
        }
        TakeContacts();
        contacts.Sort();
    }

    /// <summary>Frees the memory.</summary>
    public void Dispose()
    {
        isDisposed = true;
        states.Free();
        otherStates.Free();
        ids.Free();
        otherIds.Free();
        cells.Free();
        foreach (DiscStrip strip in strips) strip.Free();
    }

    private byte* Bytes => (byte*)states.Data;

    private uint Nobody => (uint)scene.Particles * Physics.NearPairs.DiscBytes;

    private ref DiscState At(int particle)
    {
        ObjectDisposedException.ThrowIf(isDisposed, this);
        ArgumentOutOfRangeException.ThrowIfNegative(particle);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(particle, scene.Particles);
        if (ids.Data[places[particle]] != particle)
            for (int place = 0; place < scene.Particles; place++) places[ids.Data[place]] = place;
        return ref states.Data[places[particle]];
    }

    // No disc has come further since the list was made: the sum over substeps of the greatest speed.
    private void Travel()
    {
        Vector128<double> fastest = strips[0].Fastest;
        for (int i = 1; i < strips.Length; i++) fastest = Vector128.Max(fastest, strips[i].Fastest);
        double speed = double.Hypot(fastest[0], fastest[1]);
        if (!(speed <= 1.5 * scene.SpeedLimit))
            throw new HandmadeException(FormattableString.Invariant($"large discs: a disc moves at {speed:G4}, and the scene's speed limit is {scene.SpeedLimit:G4}; use a shorter contact time or starts with less overlap"));
        travelled += scene.Substep * speed;
    }

    // The sum over substeps is a bound; before the list is made again, the way is measured.
    private void Refresh()
    {
        if (!isStale)
        {
            travelled = Math.Sqrt(Displacement2());
            if (2 * travelled < 0.75 * skin * SafePart) return;
            TakeContacts();
        }
        skin = ChooseSkin();
        cells.Sort(states.Data, ids.Data, otherStates.Data, otherIds.Data, forces.Reach + skin);
        (states, otherStates) = (otherStates, states);
        (ids, otherIds) = (otherIds, ids);
        ShareRows();
        Run(search);
        travelled = 0;
        isStale = false;
        Searches++;
    }

    private double ChooseSkin() => (givenSkin ?? 1) * scene.Radius;

    private double Displacement2()
    {
        double greatest = 0;
        for (int i = 0; i < scene.Particles; i++)
        {
            double dx = states.Data[i].X - cells.X[i], dy = states.Data[i].Y - cells.Y[i];
            greatest = Math.Max(greatest, dx * dx + dy * dy);
        }
        return greatest;
    }

    // Strips of whole rows with about as many discs each.
    private void ShareRows()
    {
        int row = 0;
        for (int strip = 1; strip < strips.Length; strip++)
        {
            long share = (long)scene.Particles * strip / strips.Length;
            while (row < cells.Rows && cells.Start[cells.Row(row)] < share) row++;
            stripRows[strip] = row;
        }
        stripRows[strips.Length] = cells.Rows;
    }

    private void TakeContacts()
    {
        foreach (DiscStrip strip in strips) strip.TakeContacts(ids.Data, contacts, wallContacts);
    }

    private void Run(Phase phase)
    {
        if (workers is null) phase.Run(0, strips.Length);
        else workers.Run(phase, strips.Length);
    }

    private void Search<TSides>(int strip) where TSides : struct, IDiscSides =>
        strips[strip].Search<TSides>(cells, forces, stripRows[strip], stripRows[strip + 1], skin, Nobody);

    private void Collide<TSides>(int strip) where TSides : struct, IDiscSides => strips[strip].Collide<TSides>(Bytes, forces, Nobody);

    // What the worker pool shares out: one call for each strip.
    private sealed class Phase(int strips, Action<int> run) : Launch("large_discs", [], [])
    {
        public override int Grid => strips;

        public override void Run(int begin, int end)
        {
            for (int strip = begin; strip < end; strip++) run(strip);
        }
    }
}
