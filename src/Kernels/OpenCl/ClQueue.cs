namespace Handmade.Kernels.OpenCl;

/// <summary>
/// The in-order queue of a device. Kernels are put in under one lock, because a kernel object carries its arguments; what waits in the queue is bounded,
/// so that a thousand replays do not become a thousand steps of queued commands.
/// </summary>
internal sealed unsafe class ClQueue : IDisposable
{
    // Commands between flushes (the driver may sit on them until then), and between markers: two markers' worth may wait at most.
    private const int FlushEvery = 64, MarkEvery = 1024;

    private readonly nint context, device;
    private readonly nint plain;
    private nint timed, mark;
    private int sinceFlush, sinceMark;
    private ClTimings? timings;

    public ClQueue(nint context, nint device)
    {
        (this.context, this.device) = (context, device);
        plain = Create(0);
    }

    /// <summary>Held while kernels are put in.</summary>
    public Lock Gate { get; } = new();

    /// <summary>The driver's queue for copies.</summary>
    public nint Handle => timings is null ? plain : timed;

    /// <summary>Puts a kernel in; <see cref="Gate"/> is held.</summary>
    public void Put(nint kernel, ref readonly ClWork work, Launch? launch, string name)
    {
        nint done = 0;
        int code = timings is null ? work.Enqueue(plain, kernel, null) : work.Enqueue(timed, kernel, &done);
        if (code != ClConstants.SUCCESS) throw ClError.Of(code, $"{name}: clEnqueueNDRangeKernel");
        timings?.Add(done, launch, name);
        if (++sinceFlush >= FlushEvery) Flush();
        if (++sinceMark >= MarkEvery) Mark();
    }

    /// <summary>Has the driver start what was put in; <see cref="Gate"/> is held.</summary>
    public void Flush()
    {
        sinceFlush = 0;
        ClError.Check(Cl.clFlush(Handle), "clFlush");
    }

    /// <summary>Waits until the device has done everything.</summary>
    public void Finish()
    {
        ClError.Check(Cl.clFinish(Handle), "clFinish");
        if (timings is null) return;
        lock (Gate) timings?.Tell();
    }

    /// <summary>Tells the profiler, if there is one, of the kernels that have run by now.</summary>
    public void TellDone()
    {
        if (timings is null) return;
        lock (Gate) timings?.TellDone();
    }

    /// <summary>Times every kernel from now on; null ends it.</summary>
    public void Profile(Action<LaunchTime>? observer)
    {
        Finish();
        lock (Gate)
        {
            if (observer is not null && timed == 0) timed = Create(ClConstants.QUEUE_PROFILING_ENABLE);
            timings = observer is null ? null : new ClTimings(observer);
        }
    }

    public void Dispose()
    {
        _ = Cl.clFinish(Handle);
        if (mark != 0) _ = Cl.clReleaseEvent(mark);
        _ = Cl.clReleaseCommandQueue(plain);
        if (timed != 0) _ = Cl.clReleaseCommandQueue(timed);
    }

    private void Mark()
    {
        sinceMark = 0;
        nint fresh, before = mark;
        ClError.Check(Cl.clEnqueueMarkerWithWaitList(Handle, 0, null, &fresh), "clEnqueueMarkerWithWaitList");
        Flush();
        mark = fresh;
        if (before != 0)
        {
            ClError.Check(Cl.clWaitForEvents(1, &before), "clWaitForEvents");
            ClError.Check(Cl.clReleaseEvent(before), "clReleaseEvent");
        }
        // What has run by now can be told; the rest waits for the next time.
        timings?.TellDone();
    }

    private nint Create(ulong properties)
    {
        int code;
        nint queue = Cl.clCreateCommandQueue(context, device, properties, &code);
        ClError.Check(code, "clCreateCommandQueue");
        return queue;
    }
}
