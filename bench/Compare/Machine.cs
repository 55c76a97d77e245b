using System.Runtime.InteropServices;
using Handmade.Kernels.Host;

namespace Handmade.Bench;

/// <summary>What the figures were measured on.</summary>
internal static class Machine
{
    /// <summary>Processor, cores, vectors, clock, system and .NET.</summary>
    public static string Text { get; } =
        $"{CopyBandwidth.ProcessorName}, {Environment.ProcessorCount} cores, {HostDevice.VectorBits}-bit vectors, {Clock.Gigahertz():F2} GHz; {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}";

    /// <summary>Where this machine's results are kept.</summary>
    public static string FolderName { get; } =
        string.Concat(CopyBandwidth.ProcessorName.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')).Trim('-') + $"-{Environment.ProcessorCount}";
}
