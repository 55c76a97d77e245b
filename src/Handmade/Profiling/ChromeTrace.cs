using System.Text.Json;
using Handmade.Kernels;

namespace Handmade.Profiling;

/// <summary>
/// Launches as the trace that chrome://tracing and Perfetto read, written while the run goes on. A launch of several kernels is several events;
/// each tells the bytes and operations of the launch, and its rates over all of them together.
/// </summary>
internal sealed class ChromeTrace : IDisposable
{
    // A trace of more events (some 300 MB) opens in no viewer.
    private const long MostEvents = 1_000_000;
    private const int FlushBytes = 1 << 16;
    // Kernels of one launch that wait for its last one; a step of a single launch would gather without end.
    private const int MostPending = 256;

    private readonly Utf8JsonWriter json;
    private readonly Roofline? roof;
    private readonly Lock gate = new();
    private readonly Dictionary<int, int> threads = [];
    private readonly List<LaunchTime> pending = [];
    private readonly bool isHost;
    private long origin = -1, seen;

    /// <summary>A trace of this device into a stream that the caller keeps.</summary>
    public ChromeTrace(Stream stream, Device device, Roofline? roof)
    {
        this.roof = roof;
        isHost = device.HasHostMemory;
        json = new Utf8JsonWriter(stream);
        json.WriteStartObject();
        json.WriteString("displayTimeUnit", "ns");
        json.WriteStartObject("otherData");
        json.WriteString("device", $"{device.Name}: {device.Description}");
        if (roof is not null) json.WriteString("bounds", roof.ToString());
        json.WriteEndObject();
        json.WriteStartArray("traceEvents");
        json.WriteStartObject();
        json.WriteString("name", "process_name");
        json.WriteString("ph", "M");
        json.WriteNumber("pid", 0);
        json.WriteStartObject("args");
        json.WriteString("name", device.Name);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    /// <summary>Events that came after the last one that the trace holds.</summary>
    public long Dropped => Math.Max(0, seen - MostEvents);

    /// <summary>Adds an event; any thread may call.</summary>
    public void Add(LaunchTime time)
    {
        lock (gate)
        {
            if (pending.Count == MostPending || (pending.Count > 0 && pending[0].Launch != time.Launch)) WritePending();
            pending.Add(time);
            // The host runs a launch whole, on the thread that tells of it.
            if (isHost || time.Launch is null) WritePending();
        }
    }

    /// <summary>Ends the list: from here on the text is whole.</summary>
    public void Dispose()
    {
        lock (gate)
        {
            WritePending();
            json.WriteEndArray();
            json.WriteEndObject();
            json.Dispose();
        }
    }

    private void WritePending()
    {
        long together = pending.Sum(time => time.Duration);
        foreach (LaunchTime time in pending) Write(time, together);
        pending.Clear();
        if (json.BytesPending > FlushBytes) json.Flush();
    }

    private void Write(LaunchTime time, long together)
    {
        if (++seen > MostEvents) return;
        if (origin < 0) origin = time.Start;
        json.WriteStartObject();
        json.WriteString("name", time.Launch?.Name ?? time.Kernel);
        json.WriteString("cat", "kernel");
        json.WriteString("ph", "X");
        json.WriteNumber("ts", (time.Start - origin) / 1e3);
        json.WriteNumber("dur", time.Duration / 1e3);
        json.WriteNumber("pid", 0);
        json.WriteNumber("tid", Track());
        json.WriteStartObject("args");
        json.WriteString("kernel", time.Kernel);
        if (time.Launch is { } launch) Write(launch, together);
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private void Write(Launch launch, long nanoseconds)
    {
        double ns = Math.Max(nanoseconds, 1);
        long bytes = launch.Bytes, flops = launch.Flops;
        json.WriteString("launch", launch.ToString());
        json.WriteNumber("bytes", bytes);
        json.WriteNumber("flops", flops);
        json.WriteNumber("GB/s", Math.Round(bytes / ns, 3));
        json.WriteNumber("GFLOP/s", Math.Round(flops / ns, 3));
        if (roof is not null) json.WriteNumber("share of bound", Math.Round(roof.Seconds(launch) * 1e9 / ns, 4));
    }

    // A device works in one order; the host's launches run on the thread that tells of them.
    private int Track()
    {
        if (!isHost) return 0;
        int thread = Environment.CurrentManagedThreadId;
        if (!threads.TryGetValue(thread, out int track)) threads.Add(thread, track = threads.Count);
        return track;
    }
}
