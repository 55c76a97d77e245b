using System.Diagnostics;
using Handmade.Kernels.Accelerators;

namespace Handmade.Kernels.OpenCl;

/// <summary>A device of any vendor's OpenCL driver, 1.2 or later: a GPU, or the processor by way of PoCL.</summary>
public sealed unsafe class OpenClDevice : Accelerator
{
    private readonly ClDevice device;
    private readonly nint context;
    private readonly ClQueue queue;

    /// <summary>Opens the device of this number among all drivers' devices.</summary>
    /// <exception cref="HandmadeException">There is no such device.</exception>
    public OpenClDevice(int index = 0) : this(index, BinaryCache.OfUser) { }

    internal OpenClDevice(int index, BinaryCache cache)
    {
        IReadOnlyList<ClDevice> devices = ClDevices.All;
        if (ClDevices.Missing is { } missing) throw new HandmadeException($"device opencl:{index}: {missing}");
        if (index < 0 || index >= devices.Count)
            throw new HandmadeException($"device opencl:{index}: there {(devices.Count == 1 ? "is one OpenCL device, opencl:0" : $"are {devices.Count} OpenCL devices, opencl:0 to opencl:{devices.Count - 1}")}; \"handmade devices\" lists them");
        device = devices[index];
        IsProcessor = device.IsProcessor;
        context = CreateContext(device);
        queue = new ClQueue(context, device.Device);
        Pool = new MemoryPool(new ClMemory(context, device));
        Compiler = new ClCompiler(context, device, cache);
    }

    /// <inheritdoc/>
    public override DeviceInfo Info => device.Info;

    internal ClCompiler Compiler { get; }

    private protected override MemoryPool Pool { get; }

    /// <inheritdoc/>
    public override void Profile(Action<LaunchTime>? observer) => queue.Profile(observer);

    /// <inheritdoc/>
    public override void Synchronize() => queue.Finish();

    internal override void Start(CompiledKernel kernel, ArgumentBlock arguments, KernelConfig config, Launch? launch)
    {
        var compiled = (ClKernel)kernel;
        var work = new ClWork(config);
        lock (queue.Gate)
        {
            compiled.SetArguments(compiled.Handle, arguments);
            queue.Put(compiled.Handle, in work, launch, compiled.Name);
        }
    }

    internal override Replay Record(IReadOnlyList<Launch> launches) => new ClReplay(this, queue, launches);

    // A processor's driver copies straight; a GPU's driver goes through pinned memory of its own. A blocking copy is the one point that waits.
    internal override void Read<T>(TensorView tensor, Span<T> destination)
    {
        if (destination.IsEmpty) return;
        fixed (T* to = destination)
            ClError.Check(Cl.clEnqueueReadBuffer(queue.Handle, tensor.Buffer.Block, 1, Offset<T>(tensor), Bytes<T>(destination.Length), to, 0, null, null), "clEnqueueReadBuffer");
        GC.KeepAlive(tensor);
        queue.TellDone();
    }

    internal override void Write<T>(ReadOnlySpan<T> source, TensorView tensor)
    {
        if (source.IsEmpty) return;
        fixed (T* from = source)
            ClError.Check(Cl.clEnqueueWriteBuffer(queue.Handle, tensor.Buffer.Block, 1, Offset<T>(tensor), Bytes<T>(source.Length), from, 0, null, null), "clEnqueueWriteBuffer");
        GC.KeepAlive(tensor);
    }

    private protected override double TimeCopies(nint from, nint to, long bytes, int times)
    {
        Synchronize();
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < times; i++) ClError.Check(Cl.clEnqueueCopyBuffer(queue.Handle, from, to, 0, 0, (nuint)bytes, 0, null, null), "clEnqueueCopyBuffer");
        Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private protected override CompiledKernel Compile(KernelSource source, Type[] types, int[] sizes)
    {
        string name = CompiledKernel.NameOf(source, types, sizes);
        nint program = Compiler.Compile(name, KernelText.Compose(source, Dialect.OpenCl, types, sizes));
        try
        {
            return ClKernel.Of(source, types, sizes, program, device);
        }
        catch
        {
            _ = Cl.clReleaseProgram(program);
            throw;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing) return;
        queue.Dispose();
        foreach (CompiledKernel kernel in AllKernels) ((ClKernel)kernel).Dispose();
        Pool.Dispose();
        _ = Cl.clReleaseContext(context);
    }

    private static nuint Offset<T>(TensorView tensor) where T : unmanaged => (nuint)(tensor.Buffer.ByteOffset + ((long)tensor.Offset * sizeof(T)));

    private static nuint Bytes<T>(int count) where T : unmanaged => (nuint)((long)count * sizeof(T));

    private static nint CreateContext(ClDevice device)
    {
        const nint ContextPlatform = 0x1084;
        nint* properties = stackalloc nint[] { ContextPlatform, device.Platform, 0 };
        nint handle = device.Device;
        int code;
        nint context = Cl.clCreateContext(properties, 1, &handle, 0, 0, &code);
        ClError.Check(code, "clCreateContext");
        return context;
    }
}
