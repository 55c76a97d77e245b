namespace Handmade.Kernels.OpenCl;

/// <summary>Events of kernels that are to be told to a profiler, oldest first. It is used under the queue's lock.</summary>
internal sealed unsafe class ClTimings(Action<LaunchTime> observer)
{
    private readonly Queue<(nint Event, Launch? Launch, string Kernel)> waiting = new();

    public void Add(nint done, Launch? launch, string kernel) => waiting.Enqueue((done, launch, kernel));

    /// <summary>Tells all; the device is done with them.</summary>
    public void Tell()
    {
        while (waiting.TryDequeue(out var entry)) Tell(entry.Event, entry.Launch, entry.Kernel);
    }

    /// <summary>Tells those that are done.</summary>
    public void TellDone()
    {
        while (waiting.TryPeek(out var entry) && IsDone(entry.Event))
        {
            waiting.Dequeue();
            Tell(entry.Event, entry.Launch, entry.Kernel);
        }
    }

    private static bool IsDone(nint done)
    {
        ulong end;
        return Cl.clGetEventProfilingInfo(done, ClConstants.PROFILING_COMMAND_END, sizeof(ulong), &end, null) == ClConstants.SUCCESS;
    }

    private void Tell(nint done, Launch? launch, string kernel)
    {
        ulong start, end;
        ClError.Check(Cl.clGetEventProfilingInfo(done, ClConstants.PROFILING_COMMAND_START, sizeof(ulong), &start, null), "clGetEventProfilingInfo");
        ClError.Check(Cl.clGetEventProfilingInfo(done, ClConstants.PROFILING_COMMAND_END, sizeof(ulong), &end, null), "clGetEventProfilingInfo");
        ClError.Check(Cl.clReleaseEvent(done), "clReleaseEvent");
        observer(new LaunchTime(launch, kernel, (long)start, (long)(end - start)));
    }
}
