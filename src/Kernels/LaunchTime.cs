namespace Handmade.Kernels;

/// <summary>When a kernel ran on its device.</summary>
/// <param name="Launch">The launch that it belongs to; null for a kernel queued by hand.</param>
/// <param name="Kernel">The kernel, with the types and sizes that it was compiled for where the device compiles it.</param>
/// <param name="Start">When it began, on the device's clock in nanoseconds from an origin of its own.</param>
/// <param name="Duration">How long it ran, in nanoseconds.</param>
public readonly record struct LaunchTime(Launch? Launch, string Kernel, long Start, long Duration);
