namespace Handmade.Kernels;

/// <summary>
/// A piece of a device's memory. It belongs to the <see cref="Scope"/> it was made in and returns to the device's pool
/// at the scope's end, unless it was kept; using it after that is an error, not a surprise.
/// </summary>
public sealed class DeviceBuffer
{
    private nint block;
    private DeviceBuffer? landlord;

    internal DeviceBuffer(Device device, nint block, long bytes)
    {
        Device = device;
        this.block = block;
        Bytes = bytes;
    }

    /// <summary>Where the memory lies.</summary>
    public Device Device { get; }

    /// <summary>The size that was asked for.</summary>
    public long Bytes { get; }

    /// <summary>True once the memory went back to the pool.</summary>
    public bool IsReleased => block == 0 || landlord is { IsReleased: true };

    /// <summary>Where the memory begins in this process; throws after release, and on a device whose memory the program can't reach.</summary>
    public nint Address => Device.HasHostMemory
        ? Block + (nint)ByteOffset
        : throw new HandmadeException($"a tensor on {Device.Name} has no address in the program's memory; read it with ToArray, or compute on it with ops");

    /// <summary>
    /// What the device's <see cref="Device.Allocate"/> gave out, or the arena's block: an address on the host and on CUDA, a handle on OpenCL,
    /// where nothing may be added to it. The memory begins <see cref="ByteOffset"/> bytes behind it. Throws after release.
    /// </summary>
    internal nint Block => !IsReleased
        ? landlord?.block ?? block
        : throw new ObjectDisposedException(nameof(DeviceBuffer), "a tensor was used after its scope ended; keep it with scope.Keep(tensor) or copy it out before");

    /// <summary>True for a temporary of a captured step, which lives in the step's arena.</summary>
    internal bool IsInArena => landlord is not null;

    /// <summary>Whose memory this is: the arena's, or its own.</summary>
    internal DeviceBuffer Home => landlord ?? this;

    /// <summary>A buffer that lives in another's memory from the start, wherever that is moved later.</summary>
    internal static DeviceBuffer Inside(DeviceBuffer landlord, long offset, long bytes)
    {
        // Its own block is never read; it only says that the buffer was not released.
        var tenant = new DeviceBuffer(landlord.Device, 1, bytes) { landlord = landlord, ByteOffset = offset };
        GC.SuppressFinalize(tenant);
        return tenant;
    }

    /// <summary>An address that tenants live at without owning it: where that is may be said later.</summary>
    internal static DeviceBuffer Place(Device device, long bytes)
    {
        var place = new DeviceBuffer(device, 0, bytes);
        GC.SuppressFinalize(place);
        return place;
    }

    /// <summary>Moves a place, and with it everything that lives there.</summary>
    internal void MoveTo(nint address) => block = address;

    /// <summary>How far behind <see cref="Block"/> the memory begins: 0 unless it was moved into an arena.</summary>
    internal long ByteOffset { get; private set; }

    /// <summary>The scope that will release this buffer; null for a buffer that lives until it is released by hand or collected.</summary>
    internal Scope? Owner { get; set; }

    /// <summary>
    /// Gives the own memory back and lives in <paramref name="arena"/>'s from now on, as long as that is not released: the planner of
    /// a captured step lets buffers share what they do not use at once.
    /// </summary>
    internal void MoveInto(DeviceBuffer arena, long offset)
    {
        ByteOffset = arena.ByteOffset + offset;
        nint own = Interlocked.Exchange(ref block, arena.Block);
        landlord = arena;
        GC.SuppressFinalize(this);
        Device.Free(own, Bytes);
    }

    /// <summary>Gives the memory back now. A second call does nothing.</summary>
    public void Release()
    {
        nint released = Interlocked.Exchange(ref block, 0);
        if (released == 0 || landlord is not null) return;
        GC.SuppressFinalize(this);
        Device.Free(released, Bytes);
    }

    /// <summary>A buffer that nobody holds any more gives its memory back as well.</summary>
    ~DeviceBuffer() => Release();
}
