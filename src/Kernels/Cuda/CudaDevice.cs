using System.Diagnostics;
using Handmade.Kernels.Accelerators;

namespace Handmade.Kernels.Cuda;

/// <summary>An NVIDIA GPU by way of the CUDA driver and NVRTC.</summary>
public sealed unsafe class CudaDevice : Accelerator
{
    // Volta and Turing have tensor cores too, but none for TF32 and bfloat16.
    private const int LeastWithTensorCores = 80;

    private readonly CuDevice device;
    private readonly CuContext context;
    private readonly CuStream stream;
    private readonly CuTransfer transfer;
    private readonly CuModules modules;

    /// <summary>Opens the device of this number.</summary>
    /// <exception cref="HandmadeException">There is no such device, or no compiler for it.</exception>
    public CudaDevice(int index = 0) : this(index, BinaryCache.OfUser) { }

    internal CudaDevice(int index, BinaryCache cache)
    {
        if (CuDevices.Missing is { } missing) throw new HandmadeException($"device cuda:{index}: {missing}");
        IReadOnlyList<CuDevice> devices = CuDevices.All;
        if (index < 0 || index >= devices.Count)
            throw new HandmadeException($"device cuda:{index}: there {(devices.Count == 1 ? "is one CUDA device, cuda:0" : $"are {devices.Count} CUDA devices, cuda:0 to cuda:{devices.Count - 1}")}; \"handmade devices\" lists them");
        if (CuDevices.MissingCompiler is { } compilerMissing) throw new HandmadeException($"device cuda:{index}: {compilerMissing}");
        device = devices[index];
        modules = new CuModules(device, cache);
        context = new CuContext(device);
        context.Use();
        stream = new CuStream();
        transfer = new CuTransfer(stream.Handle);
        Pool = new MemoryPool(new CuMemory(context, device));
    }

    /// <inheritdoc/>
    public override DeviceInfo Info => device.Info;

    /// <inheritdoc/>
    public override bool HasTensorCores => device.Capability >= LeastWithTensorCores;

    private protected override MemoryPool Pool { get; }

    /// <inheritdoc/>
    public override void Profile(Action<LaunchTime>? observer)
    {
        context.Use();
        stream.Profile(observer);
    }

    /// <inheritdoc/>
    public override void Synchronize()
    {
        context.Use();
        stream.Finish();
    }

    internal override void Start(CompiledKernel kernel, ArgumentBlock arguments, KernelConfig config, Launch? launch)
    {
        context.Use();
        lock (stream.Gate) stream.Put((CuKernel)kernel, arguments, config, launch);
    }

    internal override Replay Record(IReadOnlyList<Launch> launches) => new CuReplay(this, context, stream, launches);

    internal override void Read<T>(TensorView tensor, Span<T> destination)
    {
        if (destination.IsEmpty) return;
        context.Use();
        fixed (T* to = destination) transfer.Read(Address<T>(tensor), (byte*)to, (long)destination.Length * sizeof(T));
        GC.KeepAlive(tensor);
        stream.TellDone();
    }

    internal override void Write<T>(ReadOnlySpan<T> source, TensorView tensor)
    {
        if (source.IsEmpty) return;
        context.Use();
        fixed (T* from = source) transfer.Write((byte*)from, Address<T>(tensor), (long)source.Length * sizeof(T));
        GC.KeepAlive(tensor);
    }

    private protected override double TimeCopies(nint from, nint to, long bytes, int times)
    {
        Synchronize();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < times; i++) CuError.Check(Cu.cuMemcpyDtoDAsync_v2(to, from, (nuint)bytes, stream.Handle), "cuMemcpyDtoDAsync");
        Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private protected override CompiledKernel Compile(KernelSource source, Type[] types, int[] sizes)
    {
        context.Use();
        nint module = modules.Load(CompiledKernel.NameOf(source, types, sizes), KernelText.Compose(source, Dialect.Cuda, types, sizes));
        try
        {
            return CuKernel.Of(source, types, sizes, module, device);
        }
        catch
        {
            _ = Cu.cuModuleUnload(module);
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing) return;
        context.Use();
        stream.Release();
        transfer.Release();
        foreach (CompiledKernel kernel in AllKernels) ((CuKernel)kernel).Release();
        Pool.Dispose();
        context.Release();
    }

    private static nint Address<T>(TensorView tensor) where T : unmanaged => tensor.Buffer.Block + (nint)tensor.Buffer.ByteOffset + (tensor.Offset * sizeof(T));
}
