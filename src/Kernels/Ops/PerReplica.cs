using System.Runtime.CompilerServices;
using Handmade.Kernels.Host;

namespace Handmade.Kernels.Ops;

/// <summary>
/// A constant of a launch that is one number or one per replica, as kernels take it: <c>each</c>, which is read where <c>isEach</c> is 1, or
/// <c>same</c>. Numbers per replica lie on the device before a step is captured that reads them, and are sent there once.
/// </summary>
internal sealed class PerReplica
{
    private static readonly ConditionalWeakTable<double[], PerReplica> sent = [];
    private readonly Device device;
    private readonly double[] values;

    private PerReplica(Device device, double[] values)
    {
        this.device = device;
        this.values = [.. values];
        // Of no scope: it lives as long as somebody holds the array or a launch that reads it.
        long bytes = values.Length * sizeof(double);
        Each = new TensorView(new DeviceBuffer(device, device.Allocate(bytes), bytes), 0, [values.Length], [1], DType.F64);
        device.Write<double>(values, Each);
    }

    /// <summary>F64 [R].</summary>
    public TensorView Each { get; }

    /// <summary>The numbers on a device; null where there is one for all, and on the host, which reads the array.</summary>
    public static PerReplica? On(Device device, double[] values)
    {
        if (values.Length == 1 || device is HostDevice) return null;
        if (sent.TryGetValue(values, out PerReplica? found) && found.device == device && found.values.AsSpan().SequenceEqual(values)) return found;
        found = new PerReplica(device, values);
        sent.AddOrUpdate(values, found);
        return found;
    }
}
