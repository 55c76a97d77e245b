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
    // A chunk should be worth waking a thread for.
    private const int LeastDiscsPerChunk = 1000;

    // More chunks than threads, so that a thread that is held up does not hold up the substep.
    private const int ChunksPerThread = 4;

    // Two strips with their pairs fit the second-level cache: what has collided is still there when it moves.
    private const int DiscsPerStrip = 12_000;

    // What making the neighbor list costs a disc, in looks at a listed pair; measured.
    private const double SearchCost = 30;

    // The skins that are tried, in radii.
    private const double LeastSkin = 0.1, MostSkin = 3;

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
    private readonly Phase search, sweep, finish;
    private readonly double[]? radii;
    private readonly int chunks;
    private readonly double? givenSkin;

    private NativeList<DiscState> states, otherStates;
    private NativeList<int> ids, otherIds;

    // In the order of the discs; only where radii differ.
    private NativeList<double> sortedRadii;
    private double skin, travelled;
    private int stepsSinceSearch, stripCount;
    private bool isStale = true, isDisposed;

    /// <summary>All discs at rest in the corner (0, 0): <see cref="Set(ReadOnlySpan{DiscState})"/> them before the first step.</summary>
    /// <param name="scene">What is simulated.</param>
    /// <param name="workers">Threads that share each substep; none: the caller's alone.</param>
    /// <param name="skin">Reach of the neighbor list beyond touching, in radii; none: what is cheapest for how fast and how dense the discs are. It changes the speed and not one bit.</param>
    /// <exception cref="HandmadeException">The scene is not valid, or the skin is negative.</exception>
    public LargeDiscs(LargeDiscScene scene, WorkerPool? workers = null, double? skin = null) : this(scene, workers, skin, DiscsPerStrip) { }

    internal LargeDiscs(LargeDiscScene scene, WorkerPool? workers, double? skin, int discsPerStrip)
    {
        scene.Validate();
        if (skin is { } reach && !(reach >= 0)) throw new HandmadeException(FormattableString.Invariant($"large discs: skin is {reach}; use 0 or more radii"));
        this.scene = scene;
        this.workers = workers;
        givenSkin = skin;
        forces = new DiscForces(scene);
        cells = new DiscCells(scene);
        contacts = new FrameContacts(scene.Particles);
        wallContacts = new byte[scene.Particles];
        places = new int[scene.Particles];
        int most = workers is null || workers.Threads == 1 ? 1 : workers.Threads * ChunksPerThread;
        chunks = Math.Clamp(scene.Particles / LeastDiscsPerChunk, 1, most);
        strips = new DiscStrip[Math.Max(chunks, scene.Particles / discsPerStrip)];
        for (int i = 0; i < strips.Length; i++) strips[i] = new DiscStrip();
        stripRows = new int[strips.Length + 1];
        (search, sweep, finish) = (scene.PeriodicX, scene.HasSizes) switch
        {
            (false, false) => Phases<ClosedSides, EqualSizes>(),
            (false, true) => Phases<ClosedSides, OwnSizes>(),
            (true, false) => Phases<PeriodicSides, EqualSizes>(),
            (true, true) => Phases<PeriodicSides, OwnSizes>(),
        };
        if (scene.HasSizes)
        {
            radii = new double[scene.Particles];
            Array.Fill(radii, scene.Radius);
            sortedRadii.Ensure(scene.Particles + 1);
            sortedRadii.Data[scene.Particles] = scene.Radius;
        }

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
    public int NearPairs
    {
        get
        {
            int count = 0;
            foreach (DiscStrip strip in strips) count += strip.NearCount;
            return count;
        }
    }

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
        CheckCount(scene, start.Length);
        for (int i = 0; i < start.Length; i++) Set(i, start[i]);
    }

    /// <summary>Gives every disc a radius, and the mass that goes with it.</summary>
    /// <exception cref="HandmadeException">The scene has no spread of radii, a radius lies outside of it, or there are not as many radii as discs.</exception>
    public void SetRadii(ReadOnlySpan<double> radii)
    {
        CheckRadii(scene, radii.Length);
        for (int i = 0; i < radii.Length; i++) DiscGroup.CheckRadius(scene, i, radii[i]);
        radii.CopyTo(this.radii);
        isStale = true;
    }

    /// <exception cref="HandmadeException">There are not as many radii as discs, or radii where all are equal.</exception>
    internal static void CheckRadii(LargeDiscScene scene, int radii)
    {
        if (radii != (scene.HasSizes ? scene.Particles : 0))
            throw new HandmadeException($"large discs: {radii} radii; use {(scene.HasSizes ? $"{scene.Particles}, one for each disc" : "none, since all discs have the scene's radius")}");
    }

    /// <exception cref="HandmadeException">There are not as many states as discs.</exception>
    internal static void CheckCount(LargeDiscScene scene, int states)
    {
        if (states != scene.Particles) throw new HandmadeException($"large discs: {states} starting states; use {scene.Particles}, one for each disc");
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
            Run(sweep);
            Run(finish);
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
        sortedRadii.Free();
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
            throw new HandmadeException(FormattableString.Invariant($"large discs: a disc moves at {speed:G4}, and the scene's speed limit is {scene.SpeedLimit:G4}; use a shorter contact time, starts with less overlap, or no gravity along periodic sides"));
        travelled += scene.Substep * speed;
        stepsSinceSearch++;
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
        for (int place = 0; radii is not null && place < scene.Particles; place++) sortedRadii.Data[place] = radii[ids.Data[place]];
        ShareRows();
        Run(search);
        (travelled, stepsSinceSearch) = (0, 0);
        isStale = false;
        Searches++;
    }

    // The least of pairs to look at per substep + share of a search, when discs and speeds stay as they were under the last list.
    private double ChooseSkin()
    {
        double most = scene.PeriodicX ? scene.Width / 3 - forces.Reach : double.PositiveInfinity;
        if (givenSkin is { } given) return Math.Min(given * scene.Radius, most);
        if (isStale || stepsSinceSearch == 0) return Math.Min(scene.Radius, most);
        double pairs = NearPairs / ((forces.Reach + skin) * (forces.Reach + skin) * scene.Particles), way = 2 * travelled / stepsSinceSearch;
        double best = 0, least = double.PositiveInfinity;
        for (double tried = LeastSkin * scene.Radius; tried <= MostSkin * scene.Radius; tried *= 1.1)
        {
            double cost = pairs * (forces.Reach + tried) * (forces.Reach + tried) + SearchCost * Math.Min(1, way / tried);
            if (cost < least) (best, least) = (tried, cost);
        }
        return Math.Min(best, most);
    }

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

    // Strips of whole rows with about as many discs each. Each has a row at least, so that only the strips beside it read its discs; where there are more strips
    // than rows, the last ones stay empty and are left out of the sweeps.
    private void ShareRows()
    {
        stripCount = 0;
        for (int row = 1; row <= cells.Rows; row++)
        {
            long share = (long)scene.Particles * (stripCount + 1) / strips.Length;
            bool isFull = stripCount + 1 < strips.Length && cells.Start[cells.Row(row)] >= share;
            if (isFull || row == cells.Rows) stripRows[++stripCount] = row;
        }
        stripRows.AsSpan(stripCount + 1).Fill(cells.Rows);
    }

    private void TakeContacts()
    {
        foreach (DiscStrip strip in strips) strip.TakeContacts(ids.Data, contacts, wallContacts);
    }

    private void Run(Phase phase)
    {
        if (workers is null) phase.Run(0, phase.Grid);
        else workers.Run(phase, phase.Grid);
    }

    private (Phase Search, Phase Sweep, Phase Finish) Phases<TSides, TSizes>() where TSides : struct, IDiscSides where TSizes : struct, IDiscSizes =>
        (new(strips.Length, Search<TSides, TSizes>), new(chunks, Sweep<TSides, TSizes>), new(chunks, Finish<TSizes>));

    private void Search<TSides, TSizes>(int strip) where TSides : struct, IDiscSides where TSizes : struct, IDiscSizes =>
        strips[strip].Search<TSides, TSizes>(cells, forces, stripRows[strip], stripRows[strip + 1], skin, Nobody);

    // A strip may move when it and both strips beside it have collided. Those at the ends of a chunk wait until all chunks have come so far.
    private void Sweep<TSides, TSizes>(int chunk) where TSides : struct, IDiscSides where TSizes : struct, IDiscSizes
    {
        int first = FirstStrip(chunk), end = FirstStrip(chunk + 1);
        for (int strip = first; strip < end; strip++)
        {
            strips[strip].Collide<TSides, TSizes>(Bytes, sortedRadii.Data, forces, Nobody);
            if (strip - 1 > first) strips[strip - 1].Move<TSizes>(Bytes, forces);
        }
    }

    private void Finish<TSizes>(int chunk) where TSizes : struct, IDiscSizes
    {
        int first = FirstStrip(chunk), last = FirstStrip(chunk + 1) - 1;
        if (last < first) return;
        strips[first].Move<TSizes>(Bytes, forces);
        if (last > first) strips[last].Move<TSizes>(Bytes, forces);
    }

    private int FirstStrip(int chunk) => (int)((long)stripCount * chunk / chunks);

    // What the worker pool shares out.
    private sealed class Phase(int grid, Action<int> run) : Launch("large_discs", [], [])
    {
        public override int Grid => grid;

        public override void Run(int begin, int end)
        {
            for (int i = begin; i < end; i++) run(i);
        }
    }
}
