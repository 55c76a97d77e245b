using Handmade.Kernels.Emulation;

namespace Handmade.Kernels;

/// <summary>Memory that the threads of one group share. A kernel may have 32 KiB of it.</summary>
public static class SharedMemory
{
    /// <summary>Elements of unspecified content; the length is a constant or made of <see cref="SpecAttribute"/> parameters. Only a kernel itself may allocate, no function that it calls.</summary>
    public static ArrayView<T> Allocate<T>(int length) where T : unmanaged => WorkItem.Current.Shared<T>(length);
}

/// <summary>Memory of one thread: an array in registers, as long as every index is known when the kernel is compiled.</summary>
public static class LocalMemory
{
    /// <summary>Elements of unspecified content; the length is a constant or made of <see cref="SpecAttribute"/> parameters.</summary>
    public static ArrayView<T> Allocate<T>(int length) where T : unmanaged => WorkItem.Current.Local<T>(length);
}
