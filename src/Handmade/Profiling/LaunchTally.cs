using System.Globalization;
using Handmade.Experiments;
using Handmade.Kernels;

namespace Handmade.Profiling;

/// <summary>Adds up the times of launches by their names: what <c>handmade profile</c> shows. Several threads may add.</summary>
internal sealed class LaunchTally(Roofline? roof)
{
    private readonly Dictionary<string, Row> rows = [];
    private readonly Lock gate = new();
    private Launch? latest;

    /// <summary>Adds a kernel's time. The kernels that a device ran for one launch follow each other; its bytes and operations count once.</summary>
    public void Add(LaunchTime time)
    {
        lock (gate)
        {
            string name = time.Launch?.Name ?? time.Kernel;
            if (!rows.TryGetValue(name, out Row? row)) rows.Add(name, row = new Row());
            row.Nanoseconds += time.Duration;
            // The host runs a launch whole: there the same one again is the next replay of a step that has no other.
            bool goesOn = time.Launch is not null && time.Launch == latest && !ReferenceEquals(time.Kernel, time.Launch.Name);
            latest = time.Launch;
            if (goesOn) return;
            row.Calls++;
            if (time.Launch is not { } launch) return;
            row.Bytes += launch.Bytes;
            row.Flops += launch.Flops;
            if (roof is not null) row.LeastSeconds += roof.Seconds(launch);
        }
    }

    /// <summary>The rows, the longest first; the shares of time are of all kernels.</summary>
    public Table ToTable(string title)
    {
        lock (gate)
        {
            double all = Math.Max(rows.Values.Sum(row => row.Nanoseconds), 1);
            return new Table(title, ["kernel", "calls", "total ms", "share", "mean µs", "GB/s", "GFLOP/s", "of bound"],
                [.. rows.OrderByDescending(pair => pair.Value.Nanoseconds).Select(pair => pair.Value.Cells(pair.Key, all))]);
        }
    }

    private sealed class Row
    {
        public long Calls, Nanoseconds, Bytes, Flops;
        public double LeastSeconds;

        public string[] Cells(string name, double all)
        {
            double ns = Math.Max(Nanoseconds, 1);
            return
            [
                name, $"{Calls}", Number(ns / 1e6, "0.0"), Number(100 * ns / all, "0.0") + " %", Number(ns / 1e3 / Math.Max(Calls, 1), "0.0"),
                Number(Bytes / ns, "0.0"), Number(Flops / ns, "0.0"), LeastSeconds > 0 ? Number(100 * LeastSeconds * 1e9 / ns, "0") + " %" : "–",
            ];
        }

        private static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
    }
}
