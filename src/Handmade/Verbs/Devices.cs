using System.CommandLine;
using System.Globalization;
using Handmade.Experiments;
using Handmade.Kernels;
using Handmade.Kernels.Accelerators;
using Handmade.Kernels.Host;
using Handmade.Output;

namespace Handmade.Verbs;

/// <summary><c>handmade devices</c>: what the program can compute on here, and how fast its memory is.</summary>
internal sealed class Devices : Verb
{
    private readonly Terminal terminal;

    /// <summary>The verb.</summary>
    public Devices(Terminal terminal) : base("devices", "Shows the devices with drivers, memory and limits, and a measured copy bandwidth.") =>
        this.terminal = terminal;

    /// <inheritdoc/>
    public override IReadOnlyList<string> Examples => ["devices"];

    /// <inheritdoc/>
    protected override int Execute(ParseResult input)
    {
        int threads = Environment.ProcessorCount;
        double memory = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / (double)(1 << 30);
        double one = CopyBandwidth.Measure(1), all = threads == 1 ? one : CopyBandwidth.Measure(threads);
        terminal.Write(new Table("Host",
            ["device", "kind", "cores", "threads", "SIMD", "memory", "copy, one thread", "copy, all threads"],
            [["host", CopyBandwidth.ProcessorName, $"{threads}", $"{threads}", $"{HostDevice.VectorBits} bit",
              Text(memory, "GiB"), Text(one / 1e9, "GB/s"), Text(all / 1e9, "GB/s")]]));
        DeviceInfo[] accelerators = [.. Handmade.Kernels.Devices.All().Where(info => info.Name != "host")];
        if (accelerators.Length > 0)
            terminal.Write(new Table("Accelerators", ["device", "model", "driver", "units", "memory", "f64", "group", "shared", "copy"], [.. accelerators.Select(Row)]));
        foreach (string sentence in Handmade.Kernels.Devices.Missing()) terminal.WriteLine(sentence);
        terminal.WriteLine("Copy bandwidth counts bytes read and bytes written, best of several copies of 32 MiB (accelerators: 64 MiB). \"auto\" takes host.");
        return 0;
    }

    private static string[] Row(DeviceInfo info)
    {
        string copy;
        try
        {
            using var device = (Accelerator)Handmade.Kernels.Devices.Open(info.Name);
            copy = Text(device.MeasureCopyBandwidth() / 1e9, "GB/s");
        }
        catch (HandmadeException)
        {
            // The table shows a device that can't be opened; why is told below it or by --device.
            copy = "not usable";
        }
        return [info.Name, info.Model, info.Driver, $"{info.Units}", Text(info.MemoryBytes / (double)(1 << 30), "GiB"), info.HasF64 ? "yes" : "no",
            $"{info.GroupLimit}", Text(info.SharedBytes / 1024.0, "KiB"), copy];
    }

    private static string Text(double value, string unit) => string.Create(CultureInfo.InvariantCulture, $"{value:0.0} {unit}");
}
