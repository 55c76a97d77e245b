namespace Handmade.Kernels.Cuda;

/// <summary>Device memory, for the pool: plain allocations, never managed memory, whose pages would wander. A block is a device address.</summary>
internal sealed unsafe class CuMemory(CuContext context, CuDevice device) : IMemorySource
{
    /// <inheritdoc/>
    public string Name => device.Info.Name;

    /// <inheritdoc/>
    public string Left
    {
        get
        {
            context.Use();
            nuint free, total;
            return Cu.cuMemGetInfo_v2(&free, &total) == CuConstants.SUCCESS ? $"{free:N0} of {total:N0} free, other programs counted" : $"{device.Info.MemoryBytes:N0} in all";
        }
    }

    /// <inheritdoc/>
    public nint Allocate(long bytes)
    {
        context.Use();
        nint address;
        int code = Cu.cuMemAlloc_v2(&address, (nuint)bytes);
        if (code == CuConstants.ERROR_OUT_OF_MEMORY) return 0;
        CuError.Check(code, "cuMemAlloc");
        return address;
    }

    /// <inheritdoc/>
    public void Free(nint block, long bytes)
    {
        // The driver waits for the kernels that use it.
        if (context.TryUse()) _ = Cu.cuMemFree_v2(block);
    }
}
