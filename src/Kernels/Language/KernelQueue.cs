using Handmade.Kernels.Emulation;

namespace Handmade.Kernels;

/// <summary>
/// Where a launch puts its kernels on a device: run at once, or written down while a step is captured. The methods that the generator
/// makes beside each kernel call it: Begin, then every view and scalar in the order of the parameters, then Run.
/// </summary>
public abstract class KernelQueue
{
    /// <summary>The device of the queue.</summary>
    public abstract Device Device { get; }

    /// <summary>The emulator's queue, if this is one: kernels then run as the C# that they are.</summary>
    public virtual EmulatorQueue? Emulator => null;

    /// <summary>Memory that lives until the kernels queued by the same launch have run. Its content is unspecified.</summary>
    public abstract TensorView Scratch(Shape shape, DType dtype);

    /// <summary>Starts a call of the kernel compiled for these types (in the order of its type parameters) and sizes (in the order of its Spec parameters).</summary>
    public abstract void Begin(KernelSource source, ReadOnlySpan<Type> types, ReadOnlySpan<int> sizes);

    /// <summary>The next argument: the elements of a view from its first to the furthest that it reaches.</summary>
    public abstract void View(TensorView view);

    /// <summary>The next argument, by value: a number or a struct of plain fields.</summary>
    public abstract void Scalar<T>(T value) where T : unmanaged;

    /// <summary>Queues the call. A grid of no groups runs nothing.</summary>
    public abstract void Run(KernelConfig config);
}
