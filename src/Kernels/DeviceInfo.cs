namespace Handmade.Kernels;

/// <summary>What <c>handmade devices</c> shows of a device.</summary>
/// <param name="Name">As <c>--device</c> names it: opencl:0.</param>
/// <param name="Model">The maker's name of it.</param>
/// <param name="Driver">The driver with its version.</param>
/// <param name="MemoryBytes">Size of its memory.</param>
/// <param name="HasF64">True where it computes in double precision.</param>
/// <param name="GroupLimit">The most threads of a group.</param>
/// <param name="SharedBytes">Shared memory of a group.</param>
/// <param name="Units">Multiprocessors, compute units or cores.</param>
/// <param name="DynamicSharedBytes">The most shared memory of a group that asks for it by <see cref="KernelConfig.SharedBytes"/>: on an H100 227 KiB instead of 48.</param>
public sealed record DeviceInfo(string Name, string Model, string Driver, long MemoryBytes, bool HasF64, int GroupLimit, long SharedBytes, int Units, long DynamicSharedBytes);
