using Handmade.Experiments;
using Handmade.Kernels;

namespace Handmade;

/// <summary>Reads <c>--device</c>. A device that is not there is an error, never another device.</summary>
internal static class DeviceChoice
{
    /// <summary>What <c>--device</c> takes, for help.</summary>
    public const string Help = "auto, host, opencl, cuda or emulator; opencl:1 is the second of its kind (default: auto)";

    /// <summary>Opens the device.</summary>
    /// <param name="choice">A name that <see cref="Devices.Open"/> takes.</param>
    /// <param name="threads">Worker threads of the host.</param>
    /// <exception cref="HandmadeException">There is no such device.</exception>
    public static Device Open(string choice, int threads) => Devices.IsName(choice)
        ? Devices.Open(choice, threads)
        : throw new HandmadeException($"There is no device {choice}{(Devices.Words.Contains(choice.Split(':')[0]) ? "" : Nearest.Hint(choice.Split(':')[0], Devices.Words))}; use {string.Join(", ", Devices.Words)}, or opencl:1 and cuda:1 for the second of its kind.");
}
