using Handmade.Experiments;
using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade;

/// <summary>Reads <c>--device</c>. A device that is not there is an error, never another device.</summary>
internal static class DeviceChoice
{
    /// <summary>The words that <c>--device</c> takes in this version.</summary>
    public static readonly IReadOnlyList<string> Words = ["auto", "host"];

    private static readonly string[] Planned = ["opencl", "cuda"];

    /// <summary>Opens the device.</summary>
    /// <param name="choice">auto, host.</param>
    /// <param name="threads">Worker threads of the host.</param>
    /// <exception cref="HandmadeException">There is no such device in this version.</exception>
    public static Device Open(string choice, int threads)
    {
        if (Words.Contains(choice)) return new HostDevice(threads);
        if (Planned.Contains(choice.Split(':')[0]))
            throw new HandmadeException($"Device {choice} is not in this version; use host or auto.");
        throw new HandmadeException($"There is no device {choice}{Nearest.Hint(choice, Words)}; use host or auto.");
    }
}
