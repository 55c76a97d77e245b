using System.CommandLine;
using System.Globalization;
using Handmade.Experiments;
using Handmade.Kernels.Host;
using Handmade.Output;

namespace Handmade.Verbs;

/// <summary><c>handmade devices</c>: what the program can compute on here, and how fast its memory is.</summary>
internal sealed class Devices : Verb
{
    private readonly Terminal terminal;

    /// <summary>The verb.</summary>
    public Devices(Terminal terminal) : base("devices", "Shows the devices, their lanes, cores and memory, with a measured copy bandwidth.") =>
        this.terminal = terminal;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["devices"];

    /// <inheritdoc/>
    protected override int Execute(ParseResult input)
    {
        int threads = Environment.ProcessorCount;
        double memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        double one = CopyBandwidth.Measure(1), all = threads == 1 ? one : CopyBandwidth.Measure(threads);
        terminal.Write(new Table("Devices",
            ["device", "kind", "cores", "threads", "SIMD", "memory", "copy, one thread", "copy, all threads"],
            [["host", CopyBandwidth.ProcessorName, $"{threads}", $"{threads}", $"{HostDevice.VectorBits} bit",
              Text(memory, "GiB"), Text(one / 1e9, "GB/s"), Text(all / 1e9, "GB/s")]]));
        terminal.WriteLine("Copy bandwidth counts bytes read and bytes written, best of several copies of 32 MiB. \"auto\" takes host.");
        return 0;
    }

    private static string Text(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {unit}");
}
