namespace Handmade.Kernels.Accelerators;

/// <summary>Calls go to the device at once, behind all that were given to it before.</summary>
internal sealed class EagerQueue(Accelerator device) : AcceleratorQueue(device)
{
    private readonly List<DeviceBuffer> scratch = [];

    /// <inheritdoc/>
    protected override DeviceBuffer ScratchBuffer(long bytes)
    {
        var buffer = new DeviceBuffer(Accelerator, Accelerator.Allocate(bytes), bytes);
        scratch.Add(buffer);
        return buffer;
    }

    /// <inheritdoc/>
    protected override void Put(CompiledKernel called, ArgumentBlock with, KernelConfig config) => Accelerator.Start(called, with, config, Current);

    // The device works in order: whoever gets this memory next writes it after the kernels queued here have read it.
    protected override void EndLaunch()
    {
        foreach (DeviceBuffer buffer in scratch) buffer.Release();
        scratch.Clear();
    }
}
