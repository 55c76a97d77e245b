using Handmade.Kernels.Emulation;

namespace Handmade.Kernels;

/// <summary>Memory that the threads of one group share. A kernel may have 32 KiB of it, and one that says <see cref="KernelAttribute.ExceedsSharedLimit"/> what the device has.</summary>
public static class SharedMemory
{
    /// <summary>Elements of unspecified content; the length is a constant or made of <see cref="SpecAttribute"/> parameters. Only a kernel itself may allocate, no function that it calls.</summary>
    public static ArrayView<T> Allocate<T>(int length) where T : unmanaged => WorkItem.Current.Shared<T>(length);

    /// <summary>
    /// All bytes that the launch asked for (<see cref="KernelConfig.SharedBytes"/>), of unspecified content and aligned to 32. Every call gives the same
    /// memory. Only a kernel itself may ask, and only one marked <see cref="KernelAttribute.ExceedsSharedLimit"/>.
    /// </summary>
    public static ArrayView<T> GetDynamic<T>() where T : unmanaged => WorkItem.Current.DynamicShared<T>();
}

/// <summary>Memory of one thread: an array in registers, as long as every index is known when the kernel is compiled.</summary>
public static class LocalMemory
{
    /// <summary>Elements of unspecified content; the length is a constant or made of <see cref="SpecAttribute"/> parameters.</summary>
    public static ArrayView<T> Allocate<T>(int length) where T : unmanaged => WorkItem.Current.Local<T>(length);
}
