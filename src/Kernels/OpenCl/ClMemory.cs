namespace Handmade.Kernels.OpenCl;

/// <summary>Buffers of an OpenCL context, for the pool. A block is a cl_mem: a handle, not an address.</summary>
internal sealed unsafe class ClMemory(nint context, ClDevice device) : IMemorySource
{
    private readonly long total = device.Info.MemoryBytes, largest = (long)ClInfo.Device(device.Device, ClConstants.DEVICE_MAX_MEM_ALLOC_SIZE);
    private long held;

    /// <inheritdoc/>
    public string Name => device.Info.Name;

    /// <inheritdoc/>
    public string Left => $"{Math.Max(total - Interlocked.Read(ref held), 0):N0} of {total:N0} free, {largest:N0} at most in one buffer";

    /// <inheritdoc/>
    public nint Allocate(long bytes)
    {
        // Drivers promise more than they have and fail much later, in some kernel: what goes beyond the device's memory is refused here.
        if (bytes > largest || bytes > total - Interlocked.Read(ref held)) return 0;
        int code;
        nint buffer = Cl.clCreateBuffer(context, ClConstants.MEM_READ_WRITE, (nuint)bytes, null, &code);
        if (code is ClConstants.MEM_OBJECT_ALLOCATION_FAILURE or ClConstants.OUT_OF_RESOURCES or ClConstants.OUT_OF_HOST_MEMORY or ClConstants.INVALID_BUFFER_SIZE) return 0;
        ClError.Check(code, "clCreateBuffer");
        Interlocked.Add(ref held, bytes);
        return buffer;
    }

    /// <inheritdoc/>
    public void Free(nint block, long bytes)
    {
        Interlocked.Add(ref held, -bytes);
        // Commands that are queued keep the memory until they are done.
        _ = Cl.clReleaseMemObject(block);
    }
}
