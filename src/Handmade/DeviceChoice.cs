using Handmade.Experiments;
using Handmade.Kernels;

namespace Handmade;

/// <summary>Reads <c>--device</c>. A device that is not there is an error, never another device.</summary>
internal static class DeviceChoice
{
    /// <summary>What <c>--device</c> takes, for help.</summary>
    public const string Help = "auto, host, opencl, cuda or emulator; opencl:1 is the second of its kind (default: auto)";

    /// <summary>What <c>--allow-tf32</c> does, for help.</summary>
    public const string HelpTf32 = "f32 products round their factors to TF32, some 1e-3, on an NVIDIA GPU's tensor cores (default: full f32)";

    /// <summary>Opens the device.</summary>
    /// <param name="choice">A name that <see cref="Devices.Open"/> takes.</param>
    /// <param name="threads">Worker threads of the host.</param>
    /// <param name="allowTf32">See <see cref="Device.AllowTf32"/>.</param>
    /// <exception cref="HandmadeException">There is no such device, or it has no tensor cores.</exception>
    public static Device Open(string choice, int threads, bool allowTf32)
    {
        Device device = Open(choice, threads);
        try
        {
            device.AllowTf32 = allowTf32;
            return device;
        }
        catch
        {
            device.Dispose();
            throw;
        }
    }

    /// <summary>The device as a run's configuration records it: with what changes the bits.</summary>
    public static string Recorded(Device device) => device.AllowTf32 ? $"{device.Name} with TF32" : device.Name;

    /// <summary>Opens the device in full precision.</summary>
    public static Device Open(string choice, int threads) => Devices.IsName(choice)
        ? Devices.Open(choice, threads)
        : throw new HandmadeException($"There is no device {choice}{(Devices.Words.Contains(choice.Split(':')[0]) ? "" : Nearest.Hint(choice.Split(':')[0], Devices.Words))}; use {string.Join(", ", Devices.Words)}, or opencl:1 and cuda:1 for the second of its kind.");
}
