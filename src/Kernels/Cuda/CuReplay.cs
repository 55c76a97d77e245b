using Handmade.Kernels.Accelerators;

namespace Handmade.Kernels.Cuda;

/// <summary>
/// A captured step on CUDA: a graph of the step's kernels in a chain, launched as a whole. The calls are written down first, which compiles their kernels,
/// and then captured on a stream of their own, so that other threads' work does not get in. The kernels are the eager step's, hence the bits.
/// </summary>
internal sealed unsafe class CuReplay : Replay
{
    private readonly CuContext context;
    private readonly CuStream stream;
    private readonly List<(CuKernel Kernel, ArgumentBlock Arguments, KernelConfig Config, Launch Launch)> calls = [];
    private readonly IReadOnlyList<DeviceBuffer> scratch;
    private nint graph;

    public CuReplay(CudaDevice device, CuContext context, CuStream stream, IReadOnlyList<Launch> launches)
    {
        (this.context, this.stream) = (context, stream);
        var recording = new RecordingQueue(device, (kernel, arguments, config, launch) => calls.Add(((CuKernel)kernel, arguments.Copy(), config, launch)));
        scratch = recording.Memory;
        try
        {
            foreach (Launch launch in launches) recording.Queue(launch);
            if (calls.Count > 0) graph = Capture();
        }
        catch
        {
            Release();
            throw;
        }
    }

    /// <inheritdoc/>
    public override void Run()
    {
        context.Use();
        lock (stream.Gate)
        {
            if (stream.IsTimed)
                foreach (var call in calls) stream.Put(call.Kernel, call.Arguments, call.Config, call.Launch);
            else if (graph != 0) CuError.Check(Cu.cuGraphLaunch(graph, stream.Handle), "cuGraphLaunch");
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Release();
        base.Dispose();
    }

    private nint Capture()
    {
        context.Use();
        nint own = CuStream.Create(), captured = 0;
        try
        {
            // Relaxed: what other threads do meanwhile (allocate, load modules) is no concern of this stream.
            CuError.Check(Cu.cuStreamBeginCapture_v2(own, CuConstants.STREAM_CAPTURE_MODE_RELAXED), "cuStreamBeginCapture");
            foreach (var call in calls) call.Kernel.Launch(own, call.Arguments, call.Config);
            CuError.Check(Cu.cuStreamEndCapture(own, &captured), "cuStreamEndCapture");
            nint executable;
            CuError.Check(Cu.cuGraphInstantiateWithFlags(&executable, captured, 0), "cuGraphInstantiate");
            return executable;
        }
        finally
        {
            if (captured != 0) _ = Cu.cuGraphDestroy(captured);
            _ = Cu.cuStreamDestroy_v2(own);
        }
    }

    private void Release()
    {
        if (graph != 0 && context.TryUse())
        {
            // It may still run.
            _ = Cu.cuStreamSynchronize(stream.Handle);
            _ = Cu.cuGraphExecDestroy(graph);
        }
        graph = 0;
        foreach (DeviceBuffer buffer in scratch) buffer.Release();
    }
}
