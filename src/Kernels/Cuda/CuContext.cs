namespace Handmade.Kernels.Cuda;

/// <summary>The primary context of a device. The driver takes the context from the calling thread, so each thread sets it before its first call.</summary>
internal sealed unsafe class CuContext
{
    [ThreadStatic]
    private static nint current;

    private readonly CuDevice device;
    private readonly nint handle;
    private volatile bool isReleased;

    public CuContext(CuDevice device)
    {
        this.device = device;
        nint context;
        CuError.Check(Cu.cuDevicePrimaryCtxRetain(&context, device.Device), "cuDevicePrimaryCtxRetain");
        handle = context;
    }

    /// <summary>Makes it the calling thread's context; nothing where it is already.</summary>
    public void Use()
    {
        if (current == handle) return;
        CuError.Check(Cu.cuCtxSetCurrent(handle), "cuCtxSetCurrent");
        current = handle;
    }

    /// <summary>As <see cref="Use"/>, but false once it was given back: memory that is collected after its device is no longer ours to free, and a finalizer must not throw.</summary>
    public bool TryUse()
    {
        if (isReleased) return false;
        Use();
        return true;
    }

    /// <summary>Gives it back: the driver ends it with its last user.</summary>
    public void Release()
    {
        isReleased = true;
        // Other threads may remember it. A context that is retained again later has the same handle.
        current = 0;
        _ = Cu.cuDevicePrimaryCtxRelease_v2(device.Device);
    }
}
