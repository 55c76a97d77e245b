namespace Handmade.Kernels.Accelerators;

/// <summary>
/// Calls are written down for a captured step. Scratch memory belongs to the recording; launches run one behind the other, so what one has done
/// with serves the next.
/// </summary>
internal sealed class RecordingQueue(Accelerator device, Action<CompiledKernel, ArgumentBlock, KernelConfig, Launch> write) : AcceleratorQueue(device)
{
    private readonly List<DeviceBuffer> all = [], taken = [];

    /// <summary>Every piece of scratch memory that the recorded calls use.</summary>
    public IReadOnlyList<DeviceBuffer> Memory => all;

    /// <inheritdoc/>
    protected override DeviceBuffer ScratchBuffer(long bytes)
    {
        DeviceBuffer? fit = all.Except(taken).Where(buffer => buffer.Bytes >= bytes).MinBy(buffer => buffer.Bytes);
        if (fit is null) all.Add(fit = new DeviceBuffer(Accelerator, Accelerator.Allocate(bytes), bytes));
        taken.Add(fit);
        return fit;
    }

    /// <inheritdoc/>
    protected override void Put(CompiledKernel called, ArgumentBlock with, KernelConfig config) => write(called, with, config, Current!);

    /// <inheritdoc/>
    protected override void EndLaunch() => taken.Clear();
}
