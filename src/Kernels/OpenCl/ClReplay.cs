using Handmade.Kernels.Accelerators;

namespace Handmade.Kernels.OpenCl;

/// <summary>
/// A captured step on OpenCL: a kernel object for each call with its arguments set once, so that a replay is nothing but enqueues — the same commands
/// as the eager step's, hence the same bits.
/// </summary>
/// <remarks>
/// Command buffers (cl_khr_command_buffer) would be the shorter way, but PoCL 3.1, the one driver at hand that has them, walks through a buffer at
/// 1.0–2.9 µs a kernel (best of 40 turns, three runs of 200 kernels of one group), where enqueues take 0.7–1.4 µs in the same runs.
/// </remarks>
internal sealed class ClReplay : Replay
{
    private readonly ClQueue queue;
    private readonly List<(nint Kernel, ClWork Work, Launch Launch, string Name)> recorded = [];
    private readonly (nint Kernel, ClWork Work, Launch Launch, string Name)[] calls;
    private readonly IReadOnlyList<DeviceBuffer> scratch;

    public ClReplay(OpenClDevice device, ClQueue queue, IReadOnlyList<Launch> launches)
    {
        this.queue = queue;
        var recording = new RecordingQueue(device, Write);
        scratch = recording.Memory;
        try
        {
            foreach (Launch launch in launches) recording.Queue(launch);
        }
        catch
        {
            Release();
            throw;
        }
        calls = [.. recorded];
    }

    /// <inheritdoc/>
    public override void Run()
    {
        lock (queue.Gate)
        {
            foreach (ref readonly var call in calls.AsSpan()) queue.Put(call.Kernel, in call.Work, call.Launch, call.Name);
            queue.Flush();
        }
    }

    /// <inheritdoc/>
    public override void Dispose()
    {
        Release();
        base.Dispose();
    }

    private void Write(CompiledKernel kernel, ArgumentBlock arguments, KernelConfig config, Launch launch)
    {
        var compiled = (ClKernel)kernel;
        nint clone = compiled.Clone();
        recorded.Add((clone, new ClWork(config), launch, compiled.Name));
        compiled.SetArguments(clone, arguments);
    }

    // The driver keeps what is queued until it has run.
    private void Release()
    {
        foreach (var call in recorded) _ = Cl.clReleaseKernel(call.Kernel);
        recorded.Clear();
        foreach (DeviceBuffer buffer in scratch) buffer.Release();
    }

    ~ClReplay() => Release();
}
