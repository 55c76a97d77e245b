using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Handmade.Kernels.Host;

/// <summary>The processor this program runs on: SIMD lanes and a pool of threads. Nothing to install, always there.</summary>
public sealed unsafe class HostDevice : Device
{
    // Operations (some 10 microseconds of one core) for which waking a thread pays.
    private const long WorkPerThread = 1 << 18;
    private readonly MemoryPool pool = new(new HostMemory("host"));
    private Action<LaunchTime>? observer;

    /// <summary>A host device of its own; <paramref name="threads"/> 0 takes every core.</summary>
    public HostDevice(int threads = 0) => Workers = new WorkerPool(threads > 0 ? threads : Environment.ProcessorCount);

    /// <summary>The threads that share large launches.</summary>
    public WorkerPool Workers { get; }

    /// <inheritdoc/>
    public override string Name => "host";

    /// <inheritdoc/>
    public override bool HasHostMemory => true;

    /// <inheritdoc/>
    public override bool HasF64 => true;

    /// <inheritdoc/>
    public override string Description => $"{RuntimeInformation.ProcessArchitecture}, {VectorBits}-bit lanes, {Workers.Threads} of {Environment.ProcessorCount} cores";

    /// <summary>Width of the vectors that the processor executes; results do not depend on it.</summary>
    public static int VectorBits => Vector512.IsHardwareAccelerated ? 512 : Vector256.IsHardwareAccelerated ? 256 : 128;

    /// <inheritdoc/>
    public override long BytesInUse => pool.BytesInUse;

    /// <inheritdoc/>
    public override void Profile(Action<LaunchTime>? observer) => this.observer = observer;

    internal override void Execute(Launch launch)
    {
        if (observer is { } told) ExecuteTimed(launch, told);
        else Run(launch);
    }

    /// <summary>True while somebody is told the time of every launch.</summary>
    internal bool IsProfiled => observer is not null;

    internal override Replay Record(IReadOnlyList<Launch> launches)
    {
        var list = new LaunchList(this, launches);
        return DepthFirst.Of(this, launches, list) ?? (Replay)list;
    }

    private void ExecuteTimed(Launch launch, Action<LaunchTime> told)
    {
        long start = Stopwatch.GetTimestamp();
        Run(launch);
        long taken = Stopwatch.GetTimestamp() - start;
        told(new LaunchTime(launch, launch.Name, Nanoseconds(start), Nanoseconds(taken)));
    }

    // A TimeSpan would round to a tenth of a microsecond, which is what the least launch takes.
    private static long Nanoseconds(long ticks) => (long)((Int128)ticks * 1_000_000_000 / Stopwatch.Frequency);

    private void Run(Launch launch)
    {
        int grid = launch.Grid;
        if (grid > 1) Workers.Run(launch, grid, (int)Math.Min(launch.Work / WorkPerThread, Workers.Threads));
        else if (grid > 0) launch.Run(0, grid);
        GC.KeepAlive(launch);
    }

    internal override nint Allocate(long bytes) => pool.Take(bytes);

    internal override void Free(nint block, long bytes) => pool.Return(block, bytes);

    // A buffer that nobody holds gives its memory to others: it is held until the copy is done.
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
        if (!disposing) return;
        Workers.Dispose();
        pool.Dispose();
    }
}
