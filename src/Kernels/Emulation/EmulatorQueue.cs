namespace Handmade.Kernels.Emulation;

/// <summary>The queue of an emulator: what the generator makes beside a kernel asks it for views and runs the C# method.</summary>
public sealed class EmulatorQueue(EmulatorDevice device) : KernelQueue
{
    private readonly List<DeviceBuffer> scratch = [];

    /// <inheritdoc/>
    public override Device Device => device;

    /// <inheritdoc/>
    public override EmulatorQueue Emulator => this;

    /// <inheritdoc/>
    public override TensorView Scratch(Shape shape, DType dtype)
    {
        long bytes = Math.Max(shape.Count * dtype.Bytes(), 1);
        var buffer = new DeviceBuffer(device, device.Allocate(bytes), bytes);
        scratch.Add(buffer);
        return new TensorView(buffer, 0, shape, shape.DenseStrides(), dtype);
    }

    /// <summary>A tensor's elements, from its first to the furthest that it reaches, as a kernel sees them.</summary>
    public static unsafe ArrayView<T> View<T>(TensorView tensor) where T : unmanaged
    {
        if (tensor.DType.Bytes() != sizeof(T)) throw new HandmadeException($"a kernel's view of {typeof(T).Name} can't hold {tensor}");
        return new ArrayView<T>(tensor.Pointer<T>(), tensor.Reach);
    }

    /// <inheritdoc/>
    public override void Begin(KernelSource source, ReadOnlySpan<Type> types, ReadOnlySpan<int> sizes) => throw OnlyGenerated();

    /// <inheritdoc/>
    public override void View(TensorView view) => throw OnlyGenerated();

    /// <inheritdoc/>
    public override void Scalar<T>(T value) => throw OnlyGenerated();

    /// <inheritdoc/>
    public override void Run(KernelConfig config) => throw OnlyGenerated();

    internal void ReleaseScratch()
    {
        foreach (DeviceBuffer buffer in scratch) buffer.Release();
        scratch.Clear();
    }

    private static HandmadeException OnlyGenerated() => new("the emulator runs C# kernels, not device text; call the method that the generator made beside the kernel");
}
