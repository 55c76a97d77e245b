namespace Handmade.Kernels.Accelerators;

/// <summary>
/// A device that compiles kernels and has memory of its own: what OpenCL and CUDA share. Commands of all threads go into one queue, in the order
/// in which they are given; reading values back is the only thing that waits.
/// </summary>
public abstract class Accelerator : Device
{
    /// <summary>
    /// Shared memory that a group may use everywhere: what the least device has. A device with more is held to it, so that a kernel tested on one runs on all;
    /// but for kernels that say <see cref="KernelAttribute.ExceedsSharedLimit"/>.
    /// </summary>
    internal const int SharedMemoryLimit = 32 << 10;

    private readonly ThreadLocal<EagerQueue> queues;
    private readonly KernelTable kernels = new();
    private readonly Func<KernelSource, Type[], int[], CompiledKernel> compile;

    /// <summary>A device that <see cref="Pool"/> is still to be given.</summary>
    private protected Accelerator()
    {
        queues = new ThreadLocal<EagerQueue>(() => new EagerQueue(this));
        compile = Compile;
    }

    /// <summary>What the device is and can do.</summary>
    public abstract DeviceInfo Info { get; }

    /// <inheritdoc/>
    public sealed override string Name => Info.Name;

    /// <inheritdoc/>
    public sealed override string Description => $"{Info.Model}, {Info.Driver}";

    /// <inheritdoc/>
    public sealed override bool HasF64 => Info.HasF64;

    /// <inheritdoc/>
    public sealed override bool HasHostMemory => false;

    /// <inheritdoc/>
    public sealed override long DynamicSharedBytes => Info.DynamicSharedBytes;

    /// <inheritdoc/>
    public sealed override long BytesInUse => Pool.BytesInUse;

    /// <summary>Names of the kernels compiled so far.</summary>
    public IEnumerable<string> CompiledKernels => kernels.Kernels.Select(kernel => kernel.Name);

    /// <summary>Bytes read plus bytes written per second while the device copies its own memory: the bound of every op that computes little.</summary>
    public double MeasureCopyBandwidth()
    {
        const long Bytes = 64 << 20;
        const int Times = 4, Rounds = 6;
        nint from = Allocate(Bytes), to = Allocate(Bytes);
        try
        {
            double best = double.PositiveInfinity;
            for (int round = 0; round < Rounds; round++) best = Math.Min(best, TimeCopies(from, to, Bytes, Times));
            return 2.0 * Bytes * Times / best;
        }
        finally
        {
            Free(from, Bytes);
            Free(to, Bytes);
        }
    }

    /// <summary>Waits until everything given to the device is done.</summary>
    public abstract void Synchronize();

    private protected abstract MemoryPool Pool { get; }

    internal CompiledKernel Find(KernelSource source, ReadOnlySpan<Type> types, ReadOnlySpan<int> sizes) =>
        kernels.Find(source, types, sizes) ?? kernels.FindOrAdd(source, types, sizes, compile);

    /// <summary>Gives the device a call whose arguments are set.</summary>
    internal abstract void Start(CompiledKernel kernel, ArgumentBlock arguments, KernelConfig config, Launch? launch);

    /// <summary>The calling thread's queue.</summary>
    internal KernelQueue Queue => queues.Value!;

    internal sealed override void Execute(Launch launch)
    {
        queues.Value!.Queue(launch);
        // A buffer that nobody holds gives its memory to others: it is held until its commands are queued.
        GC.KeepAlive(launch);
    }

    internal sealed override nint Allocate(long bytes) => Pool.Take(bytes);

    internal sealed override void Free(nint block, long bytes) => Pool.Return(block, bytes);

    /// <summary>Seconds that the device takes to copy a block to another, several times over.</summary>
    private protected abstract double TimeCopies(nint from, nint to, long bytes, int times);

    private protected abstract CompiledKernel Compile(KernelSource source, Type[] types, int[] sizes);

    private protected IEnumerable<CompiledKernel> AllKernels => kernels.Kernels;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (disposing) queues.Dispose();
    }
}
