using System.Collections.Concurrent;
using Handmade.Kernels;

namespace Handmade.Testing;

/// <summary>Devices that tests need, each opened once.</summary>
internal static class NeedsDevice
{
    private static readonly ConcurrentDictionary<string, Lazy<Device>> shared = new();

    /// <summary>OpenCL always, since ./test installs PoCL, which needs no GPU; CUDA where there is one.</summary>
    public static IEnumerable<string> Words => Missing("cuda") is null ? ["opencl", "cuda"] : ["opencl"];

    /// <summary>The device, or the test is skipped and says what is missing; with CI=true it fails instead.</summary>
    public static Device Shared(string word)
    {
        if (Missing(word) is not { } missing) return shared.GetOrAdd(word, new Lazy<Device>(() => Devices.Open(word))).Value;
        if (Environment.GetEnvironmentVariable("CI") == "true") Assert.Fail(missing);
        Assert.Ignore(missing);
        throw new InvalidOperationException(missing);
    }

    private static string? Missing(string word) => Devices.Missing().FirstOrDefault(sentence => sentence.StartsWith(word + ":", StringComparison.Ordinal));
}
