using Handmade.Kernels;

namespace Handmade.Physics.Tests;

/// <summary>
/// Where the tests simulate: "host" for its SIMD groups themselves, else a device by its name. OpenCL tests are skipped where there is none, and with
/// CI=true that is a failure; an NVIDIA GPU is tested where one is at hand.
/// </summary>
public static class Place
{
    private static readonly Dictionary<string, Lazy<Device>> devices =
        new[] { "emulator", "opencl", "cuda" }.ToDictionary(name => name, name => new Lazy<Device>(() => Devices.Open(name)));

    /// <summary>Devices with kernels that are fast enough for any test.</summary>
    public static string[] Fast { get; } = Devices.All().Any(info => info.Name == "cuda:0") ? ["opencl", "cuda"] : ["opencl"];

    /// <summary>Everything with kernels.</summary>
    public static string[] WithKernels { get; } = ["emulator", .. Fast];

    /// <summary>The host beside the fast devices.</summary>
    public static string[] HostAndFast { get; } = ["host", .. Fast];

    /// <summary>Opens a device once for all tests.</summary>
    public static Device Open(string place)
    {
        if (place == "opencl" && Devices.Missing().FirstOrDefault(sentence => sentence.StartsWith("opencl", StringComparison.Ordinal)) is { } missing)
        {
            if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(missing);
            Assert.Ignore(missing);
        }
        return devices[place].Value;
    }

    /// <summary>A batch of random starts, read back.</summary>
    public static Trajectories Run(string place, DiscScene scene, ulong seed, int scenes)
    {
        if (place == "host") return DiscSimulator.Run(scene, seed, scenes);
        Device device = Open(place);
        using Scope scope = device.Scope();
        return DiscSimulator.Run(device, scene, seed, scenes).ToHost();
    }
}
