namespace Handmade.Kernels.Host;

/// <summary>
/// Blocks of replicas, taken by threads in turns: whoever is free takes the block that is furthest behind and goes some steps with it. So no
/// thread is idle for long when blocks do not divide evenly, or when a core is busy with something else. A run without blocks goes launch by launch.
/// </summary>
internal sealed class Turns(HostDevice device, List<Launch> launches, ReplicaRun? run, DeviceBuffer[] arenas) : Launch("replicas", [], [])
{
    // Within a turn a block's memory stays in the cache, so a block does all its steps in one. Only where there are few blocks for each thread
    // are turns shorter, so that the threads end together.
    private const int BlocksPerThread = 4, ShortTurns = 8;

    private readonly ReplicaRun.Block[] blocks = run?.Blocks ?? [];
    private readonly int[] done = new int[run?.Blocks.Length ?? 0];
    private readonly bool[] isTaken = new bool[run?.Blocks.Length ?? 0];
    private readonly long work = launches.Sum(launch => launch.Work);
    private SpinLock gate = new(enableThreadOwnerTracking: false);
    private int steps;

    /// <inheritdoc/>
    public override int Grid => device.Workers.Threads;

    /// <inheritdoc/>
    public override long Work => work * steps;

    /// <summary>Takes all blocks through so many steps.</summary>
    public void Take(int times)
    {
        if (blocks.Length == 0)
        {
            for (int t = 0; t < times; t++)
                foreach (Launch launch in launches) device.Execute(launch);
            return;
        }
        steps = times;
        Array.Clear(done);
        Array.Clear(isTaken);
        device.Execute(this);
    }

    /// <summary>The thread of one unit works in one arena.</summary>
    public override void Run(int begin, int end)
    {
        nint arena = arenas.Length == 0 ? 0 : arenas[begin].Block;
        int turn = blocks.Length >= BlocksPerThread * device.Workers.Threads ? steps : Math.Max(1, steps / ShortTurns);
        for (int block, now; (block = Begin(turn, out now)) >= 0;)
        {
            blocks[block].Place.MoveTo(arena);
            Launch[] own = blocks[block].Launches;
            for (int t = 0; t < now; t++)
                foreach (Launch launch in own)
                    if (launch.Grid > 0) launch.Run(0, launch.Grid);
            Volatile.Write(ref isTaken[block], false);
        }
    }

    // The free block that is furthest behind, or −1. Those that are taken will be brought to their end by whoever has them.
    private int Begin(int turn, out int now)
    {
        bool isHeld = false;
        int best = -1;
        now = 0;
        try
        {
            gate.Enter(ref isHeld);
            for (int b = 0; b < blocks.Length; b++)
                if (!Volatile.Read(ref isTaken[b]) && done[b] < steps && (best < 0 || done[b] < done[best])) best = b;
            if (best < 0) return best;
            isTaken[best] = true;
            now = Math.Min(turn, steps - done[best]);
            done[best] += now;
            return best;
        }
        finally
        {
            if (isHeld) gate.Exit();
        }
    }
}
