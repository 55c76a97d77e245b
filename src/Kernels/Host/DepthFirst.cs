namespace Handmade.Kernels.Host;

/// <summary>
/// The replay of a step of many replicas: a thread takes some replicas through all launches, and through several steps, before it takes the
/// next. No thread waits for another between launches, and what it works on stays in its cache. The bits are those of the list: each
/// launch does the same to the same replicas, in the same order for each.
/// </summary>
/// <remarks>Launches that mix replicas are run whole, and with them the steps one by one. A device that is profiled runs the list.</remarks>
internal sealed class DepthFirst : Replay
{
    private readonly HostDevice device;
    private readonly LaunchList list;
    private readonly Turns[] parts;
    private readonly DeviceBuffer[] arenas;

    private DepthFirst(HostDevice device, LaunchList list, Turns[] parts, DeviceBuffer[] arenas) => (this.device, this.list, this.parts, this.arenas) = (device, list, parts, arenas);

    /// <summary>The replay; null for a step that has no replicas, or too few for the device's threads.</summary>
    public static DepthFirst? Of(HostDevice device, IReadOnlyList<Launch> launches, LaunchList list)
    {
        int replicas = ReplicaRun.ReplicasOf(launches), threads = device.Workers.Threads;
        if (replicas < Math.Max(threads, 2)) return null;
        var segments = new List<(List<Launch> Launches, bool IsCut)>();
        foreach (Launch launch in launches)
        {
            bool isCut = ReplicaRun.Cuts(launch, replicas);
            if (segments.Count == 0 || segments[^1].IsCut != isCut) segments.Add(([], isCut));
            segments[^1].Launches.Add(launch);
        }

        var runs = new ReplicaRun?[segments.Count];
        for (int i = 0; i < runs.Length; i++)
        {
            if (!segments[i].IsCut) continue;
            HashSet<DeviceBuffer> outside = [.. segments.Where((_, other) => other != i).SelectMany(s => s.Launches).SelectMany(l => l.Inputs.Concat(l.Outputs)).Select(view => view.Buffer)];
            runs[i] = ReplicaRun.Cut(device, segments[i].Launches, replicas, outside, threads);
        }
        if (Array.TrueForAll(runs, run => run is null)) return null;

        long bytes = runs.Max(run => run?.ArenaBytes ?? 0);
        DeviceBuffer[] arenas = bytes == 0 ? [] : [.. Enumerable.Range(0, threads).Select(_ => new DeviceBuffer(device, device.Allocate(bytes), bytes))];
        Turns[] parts = [.. runs.Select((run, i) => new Turns(device, segments[i].Launches, run, arenas))];
        return new DepthFirst(device, list, parts, arenas);
    }

    /// <inheritdoc/>
    public override void Run() => Run(1);

    /// <inheritdoc/>
    public override void Run(int times)
    {
        if (device.IsProfiled) list.Run(times);
        else if (parts.Length == 1) parts[0].Take(times);
        else
            for (int t = 0; t < times; t++)
                foreach (Turns part in parts) part.Take(1);
        GC.KeepAlive(this);
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        foreach (DeviceBuffer arena in arenas) arena.Release();
        base.Dispose();
    }
}
