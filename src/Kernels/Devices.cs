using System.Globalization;
using System.Runtime.InteropServices;
using Handmade.Kernels.Cuda;
using Handmade.Kernels.Emulation;
using Handmade.Kernels.Host;
using Handmade.Kernels.OpenCl;

namespace Handmade.Kernels;

/// <summary>The devices of this machine by name. A device that is named and not there is an error that says what is missing, never another device.</summary>
public static class Devices
{
    /// <summary>The words that <see cref="Open"/> takes; opencl and cuda also with a number: <c>cuda:1</c>.</summary>
    public static IReadOnlyList<string> Words { get; } = ["auto", "host", "opencl", "cuda", "emulator"];

    /// <summary>The host, then everything that the OpenCL drivers and the CUDA driver offer.</summary>
    public static IReadOnlyList<DeviceInfo> All() => [Host(), .. ClDevices.All.Select(device => device.Info), .. CuDevices.All.Select(device => device.Info)];

    /// <summary>For opencl and cuda, where they can't be used: what is missing and what would help, a sentence each.</summary>
    public static IReadOnlyList<string> Missing()
    {
        var sentences = new List<string>();
        if (ClDevices.Missing is { } opencl) sentences.Add($"opencl: {opencl}");
        if ((CuDevices.Missing ?? CuDevices.MissingCompiler) is { } cuda) sentences.Add($"cuda: {cuda}");
        return sentences;
    }

    /// <summary>True for a name that <see cref="Open"/> understands, whether or not the device is there.</summary>
    public static bool IsName(string name) => Parse(name) is not null;

    /// <summary>Opens a device.</summary>
    /// <param name="name">auto, host, opencl, opencl:1, cuda, cuda:1, emulator. auto takes host.</param>
    /// <param name="threads">Worker threads of the host; 0 takes every core.</param>
    /// <exception cref="HandmadeException">The name means nothing, or there is no such device.</exception>
    public static Device Open(string name, int threads = 0) => Parse(name) switch
    {
        ("auto" or "host", _) => new HostDevice(threads),
        ("opencl", int index) => new OpenClDevice(index),
        ("cuda", int index) => new CudaDevice(index),
        ("emulator", _) => new EmulatorDevice(),
        _ => throw new HandmadeException($"there is no device {name}; use {string.Join(", ", Words)}, or opencl:1 and cuda:1 for the second of its kind"),
    };

    private static (string Word, int Index)? Parse(string name)
    {
        string[] parts = name.Split(':', 2);
        if (!Words.Contains(parts[0])) return null;
        if (parts.Length == 1) return (parts[0], 0);
        return parts[0] is "opencl" or "cuda" && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int index) ? (parts[0], index) : null;
    }

    private static DeviceInfo Host() => new("host", $"{RuntimeInformation.ProcessArchitecture}, {HostDevice.VectorBits}-bit lanes", RuntimeInformation.FrameworkDescription,
        GC.GetGCMemoryInfo().TotalAvailableMemoryBytes, true, 1, 0, Environment.ProcessorCount, 0);
}
