using Handmade.Kernels.Ops;

namespace Handmade.Kernels;

/// <summary>
/// Where tensors live and kernels run. Eager ops run as they are called, in order; inside <see cref="Capture"/> they are
/// written down instead.
/// </summary>
public abstract class Device : IDisposable
{
    // Scopes and recordings belong to the thread that opened them, so that independent work may run side by side.
    private readonly ThreadLocal<Scope?> scope = new();
    private readonly ThreadLocal<List<Launch>?> recording = new();
    private readonly ThreadLocal<IndexFaults?> indexFaults = new();

    /// <summary>As <c>--device</c> names it: host, opencl:0, cuda:1.</summary>
    public abstract string Name { get; }

    /// <summary>What the device is, in words.</summary>
    public abstract string Description { get; }

    /// <summary>Bytes handed out and not returned: the leak test reads it.</summary>
    public abstract long BytesInUse { get; }

    /// <summary>True where tensors lie in the program's own memory, so that <see cref="TensorView.Pointer{T}"/> works.</summary>
    public abstract bool HasHostMemory { get; }

    /// <summary>True where the device computes in double precision.</summary>
    public abstract bool HasF64 { get; }

    /// <summary>The most bytes that a kernel which says <see cref="KernelAttribute.ExceedsSharedLimit"/> gets here for a group; 0 on the host, which runs no kernels.</summary>
    public virtual long DynamicSharedBytes => 0;

    /// <summary>
    /// True where a thread of a kernel is a core with vectors, so that the kernels made for processors run: one thread a group, its loops wide. Tests
    /// set it to try the others on any device.
    /// </summary>
    public bool IsProcessor { get; internal set; }

    /// <summary>True where f32 matrices can be multiplied on tensor cores: NVIDIA GPUs of compute capability 8.0 and later by CUDA, and the emulator.</summary>
    public virtual bool HasTensorCores => false;

    /// <summary>
    /// How precise matrix products and linear layers in f32 are from now on; steps captured before keep theirs. Attention, reductions and everything in f64
    /// compute in full precision whatever this says.
    /// </summary>
    /// <exception cref="HandmadeException">Less than the highest, on a device without tensor cores.</exception>
    public Float32MatmulPrecision Float32MatmulPrecision
    {
        get;
        set => field = value == Float32MatmulPrecision.Highest || HasTensorCores
            ? value
            : throw new HandmadeException($"{Name} has no tensor cores for f32 products: leave AllowTf32 off, or use cuda on a GPU of compute capability 8.0 or later");
    }

    /// <summary>
    /// Whether f32 products may round their factors to TF32 (torch.backends.cuda.matmul.allow_tf32); false by default. Short for
    /// <see cref="Float32MatmulPrecision.High"/> and <see cref="Float32MatmulPrecision.Highest"/>.
    /// </summary>
    public bool AllowTf32
    {
        get => Float32MatmulPrecision != Float32MatmulPrecision.Highest;
        set => Float32MatmulPrecision = value ? Float32MatmulPrecision.High : Float32MatmulPrecision.Highest;
    }

    /// <summary>
    /// Tells <paramref name="observer"/> the device time of every launch from now on, in order, at the latest when values are read back; null ends it.
    /// Launches run a little apart from each other meanwhile, so their sum is what counts, not the wall clock.
    /// </summary>
    public abstract void Profile(Action<LaunchTime>? observer);

    /// <summary>True while this thread records a step: reading values back is an error then.</summary>
    public bool IsCapturing => recording.Value is not null;

    /// <summary>Opens a scope on this thread; see <see cref="Kernels.Scope"/>.</summary>
    public Scope Scope() => scope.Value = new Scope(this, scope.Value);

    internal void EndScope(Scope ended, Scope? outer)
    {
        if (scope.Value != ended) throw new InvalidOperationException("scopes end in the order opposite to their opening, on the thread that opened them");
        scope.Value = outer;
    }

    /// <summary>A tensor of unspecified content.</summary>
    public TensorView Empty(Shape shape, DType dtype)
    {
        if (dtype == DType.F64 && !HasF64) throw new HandmadeException($"{Name} does not compute in f64; use f32, or --device host");
        long bytes = Math.Max(shape.Count * dtype.Bytes(), 1);
        var buffer = new DeviceBuffer(this, Allocate(bytes), bytes);
        scope.Value?.Add(buffer);
        return new TensorView(buffer, 0, shape, shape.DenseStrides(), dtype);
    }

    /// <summary>A tensor with the given elements in row-major order.</summary>
    public TensorView From<T>(ReadOnlySpan<T> elements, Shape shape) where T : unmanaged
    {
        TensorView tensor = Empty(shape, DTypes.Of<T>());
        tensor.CopyFrom(elements);
        return tensor;
    }

    /// <summary>Runs a launch now, or writes it down when this thread captures.</summary>
    public void Submit(Launch launch)
    {
        if (recording.Value is { } list) list.Add(launch);
        else Execute(launch);
    }

    /// <summary>
    /// Writes down every launch of <paramref name="step"/> without running it. The tensors that <paramref name="step"/>
    /// returns stay valid as long as the captured step; all others made inside share memory and have no value outside.
    /// </summary>
    public CapturedStep Capture(Func<IEnumerable<TensorView>> step)
    {
        if (IsCapturing) throw new HandmadeException("capture: a capture is already under way on this thread");
        var launches = new List<Launch>();
        Scope inner = Scope();
        recording.Value = launches;
        try
        {
            TensorView[] results = [.. step()];
            recording.Value = null;
            return new CapturedStep(this, inner, launches, results);
        }
        catch
        {
            recording.Value = null;
            inner.Dispose();
            throw;
        }
    }

    /// <summary>Runs a launch now, after all that were given to the device before.</summary>
    internal abstract void Execute(Launch launch);

    /// <summary>The device's own form of a list of launches whose memory no longer moves: what a captured step replays.</summary>
    internal abstract Replay Record(IReadOnlyList<Launch> launches);

    internal abstract nint Allocate(long bytes);

    internal abstract void Free(nint block, long bytes);

    internal void Download<T>(TensorView tensor, Span<T> destination) where T : unmanaged
    {
        if (IsCapturing) throw new HandmadeException("read: values do not exist while a step is captured; return the tensor from the step and read it after a replay");
        Read(tensor, destination);
        indexFaults.Value?.Check();
    }

    /// <summary>What this thread's launches have to tell about bad indices.</summary>
    internal IndexFaults IndexFaults => indexFaults.Value ??= new IndexFaults(this);

    internal void Upload<T>(ReadOnlySpan<T> source, TensorView tensor) where T : unmanaged
    {
        if (IsCapturing) throw new HandmadeException("write: a captured step takes its inputs from tensors made before it; make the tensor outside the capture");
        Write(source, tensor);
    }

    internal abstract void Read<T>(TensorView tensor, Span<T> destination) where T : unmanaged;

    internal abstract void Write<T>(ReadOnlySpan<T> source, TensorView tensor) where T : unmanaged;

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the pool.</summary>
    protected virtual void Dispose(bool disposing)
    {
        scope.Dispose();
        recording.Dispose();
        indexFaults.Dispose();
    }
}
