namespace Handmade.Kernels;

/// <summary>
/// Marks a static method of a partial class as a kernel. The generator writes its device text and, beside it, a method of the same name
/// that takes a <see cref="KernelQueue"/>, a <see cref="KernelConfig"/> and tensors in place of the views.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class KernelAttribute : Attribute
{
    /// <summary>The most threads that a group of this kernel has; at most 256, which every device allows.</summary>
    public int GroupSize { get; set; } = 256;

    /// <summary>
    /// True for a kernel that takes memory by <see cref="SharedMemory.GetDynamic"/>: the one exception to the rule of 32 KiB. Each launch says how much
    /// (<see cref="KernelConfig.SharedBytes"/>), up to what the device has (<see cref="Device.DynamicSharedBytes"/>), so whoever launches it must have
    /// another way for devices with less.
    /// </summary>
    public bool ExceedsSharedLimit { get; set; }
}

/// <summary>Marks an interface of static functions whose implementations the generator translates: they are bound to kernels as type arguments.</summary>
[AttributeUsage(AttributeTargets.Interface)]
public sealed class KernelFunctorAttribute : Attribute;

/// <summary>Marks an integer parameter that the kernel is compiled for: it may size shared and local memory, and loops up to it are unrolled.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public sealed class SpecAttribute : Attribute;
