namespace Handmade.Kernels.Accelerators;

/// <summary>
/// One thread's way to a device: collects a kernel call and its arguments, checks them against the device's limits, and hands the whole to
/// <see cref="Put"/>. A call costs the host a table look-up and the driver's own calls; nothing is allocated.
/// </summary>
internal abstract class AcceleratorQueue(Accelerator device) : KernelQueue
{
    private readonly ArgumentBlock arguments = new();
    private CompiledKernel? kernel;
    private int next;

    /// <inheritdoc/>
    public override Device Device => device;

    /// <summary>The device, as what it is.</summary>
    protected Accelerator Accelerator => device;

    /// <summary>The launch whose kernels are being queued.</summary>
    protected Launch? Current { get; private set; }

    /// <summary>Queues the kernels of a launch.</summary>
    public void Queue(Launch launch)
    {
        Current = launch;
        try
        {
            launch.Enqueue(this);
        }
        finally
        {
            Current = null;
            kernel = null;
            EndLaunch();
        }
    }

    /// <inheritdoc/>
    public override TensorView Scratch(Shape shape, DType dtype)
    {
        DeviceBuffer buffer = ScratchBuffer(Math.Max(shape.Count * dtype.Bytes(), 1));
        return new TensorView(buffer, 0, shape, shape.DenseStrides(), dtype);
    }

    /// <inheritdoc/>
    public override void Begin(KernelSource source, ReadOnlySpan<Type> types, ReadOnlySpan<int> sizes)
    {
        kernel = device.Find(source, types, sizes);
        arguments.Clear();
        next = 0;
    }

    /// <inheritdoc/>
    public override void View(TensorView view)
    {
        Pass(KernelParameterKind.View);
        DeviceBuffer buffer = view.Buffer;
        if (buffer.Device != device)
            throw new HandmadeException($"{kernel!.Name}: {Parameter(next - 1).Name} lies on {buffer.Device.Name}, the kernel runs on {device.Name}; keep the tensors of an op on one device");
        arguments.Add(buffer.Block);
        arguments.Add((buffer.ByteOffset / view.DType.Bytes()) + view.Offset);
        arguments.Add(view.IsContiguous ? view.Count : view.Reach);
    }

    /// <inheritdoc/>
    public override void Scalar<T>(T value)
    {
        Pass(KernelParameterKind.Scalar);
        arguments.Add(value);
    }

    /// <inheritdoc/>
    public override void Run(KernelConfig config)
    {
        CompiledKernel called = kernel ?? throw new InvalidOperationException("Run without Begin");
        if (next != called.Passed.Length) throw new InvalidOperationException($"{called.Name}: {next} of {called.Passed.Length} arguments are set");
        kernel = null;
        if (config.GridX <= 0 || config.GridY <= 0) return;
        long group = (long)config.GroupX * config.GroupY;
        if (group < 1 || group > called.GroupLimit)
            throw new HandmadeException($"{called.Name}: a group of {config.GroupX} × {config.GroupY} threads; {device.Name} takes 1 to {called.GroupLimit} for this kernel");
        if (config.GridY > KernelConfig.MostGroupsY)
            throw new HandmadeException($"{called.Name}: {config.GridY} groups along Y; devices take {KernelConfig.MostGroupsY}: put the long axis along X");
        if (called.Source.ExceedsSharedLimit) AskForShared(called, config.SharedBytes);
        Put(called, arguments, config);
    }

    /// <summary>Memory of this size that lasts until the kernels of the launch have run.</summary>
    protected abstract DeviceBuffer ScratchBuffer(long bytes);

    /// <summary>Takes a call that is complete; the arguments are the callee's until it returns.</summary>
    protected abstract void Put(CompiledKernel called, ArgumentBlock with, KernelConfig config);

    /// <summary>The launch is queued whole: its scratch memory may serve the next one.</summary>
    protected abstract void EndLaunch();

    private void AskForShared(CompiledKernel called, int bytes)
    {
        if (bytes > called.DynamicLimit)
            throw new HandmadeException($"{called.Name}: the launch asks for {bytes:N0} bytes of shared memory a group; {device.Name} has {called.DynamicLimit:N0} for it: ask for less, or run it on a device with more");
        if (bytes < 1) throw new InvalidOperationException($"{called.Name} takes shared memory of the launch's size, and the launch says {bytes} bytes");
        arguments.Add((long)bytes);
    }

    private void Pass(KernelParameterKind kind)
    {
        if (kernel is null) throw new InvalidOperationException("an argument without Begin");
        if (next >= kernel.Passed.Length || kernel.Passed[next] != kind)
            throw new InvalidOperationException($"{kernel.Name}: argument {next + 1} is a {kind}; the kernel takes {string.Join(", ", kernel.Passed.ToArray())}");
        next++;
    }

    private KernelParameter Parameter(int index) => kernel!.Source.Parameters.Where(p => p.Kind != KernelParameterKind.Spec).ElementAt(index);
}
