using Handmade.Kernels.Host;

namespace Handmade.Kernels.Emulation;

/// <summary>Host memory, and kernels run as C# (see <see cref="Emulation.Emulator"/>): every op that has a device kernel runs here, slowly.</summary>
public sealed unsafe class EmulatorDevice : Device
{
    private readonly MemoryPool pool = new(new HostMemory("emulator"));
    private readonly Lock gate = new();
    private readonly EmulatorQueue queue;

    /// <summary>An emulator of its own.</summary>
    public EmulatorDevice()
    {
        IsProcessor = true;
        queue = new EmulatorQueue(this);
    }

    /// <inheritdoc/>
    public override string Name => "emulator";

    /// <inheritdoc/>
    public override string Description => "kernels run as C#, one thread per work item";

    /// <inheritdoc/>
    public override bool HasHostMemory => true;

    /// <inheritdoc/>
    public override bool HasF64 => true;

    /// <inheritdoc/>
    public override bool HasTensorCores => true;

    /// <inheritdoc/>
    public override long DynamicSharedBytes => EmulatedGroup.MostDynamicSharedBytes;

    /// <inheritdoc/>
    public override long BytesInUse => pool.BytesInUse;

    /// <inheritdoc/>
    public override void Profile(Action<LaunchTime>? observer)
    {
        if (observer is not null) throw new HandmadeException("emulator: its times say nothing about a device; profile on host, opencl or cuda");
    }

    internal override void Execute(Launch launch)
    {
        lock (gate)
        {
            try
            {
                launch.Enqueue(queue);
            }
            finally
            {
                queue.ReleaseScratch();
            }
        }
        GC.KeepAlive(launch);
    }

    internal override Replay Record(IReadOnlyList<Launch> launches) => new LaunchList(this, launches);

    internal override nint Allocate(long bytes) => pool.Take(bytes);

    internal override void Free(nint block, long bytes) => pool.Return(block, bytes);

    internal override void Read<T>(TensorView tensor, Span<T> destination)
    {
        new ReadOnlySpan<T>(tensor.Pointer<T>(), destination.Length).CopyTo(destination);
        GC.KeepAlive(tensor);
    }

    internal override void Write<T>(ReadOnlySpan<T> source, TensorView tensor)
    {
        source.CopyTo(new Span<T>(tensor.Pointer<T>(), source.Length));
        GC.KeepAlive(tensor);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) pool.Dispose();
    }
}
