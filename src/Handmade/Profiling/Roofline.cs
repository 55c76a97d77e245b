using System.Globalization;
using Handmade.Kernels;
using Handmade.Kernels.Accelerators;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Profiling;

/// <summary>What bounds a kernel on a device, as measured: how fast it copies memory and how many multiply-adds it does.</summary>
/// <param name="Bandwidth">Bytes read plus bytes written per second.</param>
/// <param name="PeakF32">Operations per second in f32; a multiply-add is two. 0 where it is not known.</param>
/// <param name="PeakF64">The same in f64.</param>
internal sealed record Roofline(double Bandwidth, double PeakF32, double PeakF64)
{
    /// <summary>Measures a device; a second or two. An emulator has no speed worth a bound: null.</summary>
    public static Roofline? Of(Device device) => Copy(device) is double bandwidth
        ? new(bandwidth, MultiplyAdd.MeasurePeak(device, DType.F32), device.HasF64 ? MultiplyAdd.MeasurePeak(device, DType.F64) : 0)
        : null;

    private static double? Copy(Device device) => device switch
    {
        HostDevice host => CopyBandwidth.Measure(host.Workers.Threads),
        Accelerator accelerator => accelerator.MeasureCopyBandwidth(),
        _ => null,
    };

    /// <summary>The least time a launch can take, in seconds: that of its bytes or of its operations, whichever is more.</summary>
    public double Seconds(Launch launch)
    {
        double peak = launch.Outputs.Any(output => output.DType == DType.F64) ? PeakF64 : PeakF32;
        return Math.Max(launch.Bytes / Bandwidth, peak > 0 ? launch.Flops / peak : 0);
    }

    /// <summary>In words, for the line under a table.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture,
        $"copy {Bandwidth / 1e9:0.0} GB/s, multiply-add {PeakF32 / 1e9:0} GFLOP/s in f32{(PeakF64 > 0 ? $", {PeakF64 / 1e9:0} in f64" : "")}");
}
