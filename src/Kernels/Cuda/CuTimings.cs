namespace Handmade.Kernels.Cuda;

/// <summary>Pairs of events around kernels that are to be told to a profiler, oldest first. It is used under the stream's lock.</summary>
internal sealed unsafe class CuTimings(nint stream, Action<LaunchTime> observer)
{
    // Kernels between looks at what is done.
    private const int LookEvery = 256;

    private readonly Queue<(nint Start, nint End, Launch? Launch, string Kernel)> waiting = new();
    private readonly Stack<nint> idle = new();
    private nint begun, before;
    private double clock;

    /// <summary>A kernel is about to be put in.</summary>
    public void Begin() => begun = Record();

    /// <summary>It was put in.</summary>
    public void End(Launch? launch, string kernel)
    {
        waiting.Enqueue((begun, Record(), launch, kernel));
        if (waiting.Count % LookEvery == 0) TellDone();
    }

    /// <summary>Tells those that are done.</summary>
    public void TellDone()
    {
        while (waiting.TryPeek(out var entry))
        {
            int code = Cu.cuEventQuery(entry.End);
            if (code == CuConstants.ERROR_NOT_READY) return;
            CuError.Check(code, "cuEventQuery");
            waiting.Dequeue();
            // Elapsed times are floats of milliseconds: counted from kernel to kernel they stay exact to a fraction of a microsecond.
            if (before != 0)
            {
                clock += Nanoseconds(before, entry.Start);
                idle.Push(before);
            }
            before = entry.Start;
            observer(new LaunchTime(entry.Launch, entry.Kernel, (long)clock, (long)Nanoseconds(entry.Start, entry.End)));
            idle.Push(entry.End);
        }
    }

    /// <summary>Destroys the events.</summary>
    public void Release()
    {
        if (before != 0) idle.Push(before);
        while (waiting.TryDequeue(out var entry))
        {
            idle.Push(entry.Start);
            idle.Push(entry.End);
        }
        while (idle.TryPop(out nint unused)) _ = Cu.cuEventDestroy_v2(unused);
    }

    private nint Record()
    {
        if (!idle.TryPop(out nint mark))
        {
            nint created;
            CuError.Check(Cu.cuEventCreate(&created, CuConstants.EVENT_DEFAULT), "cuEventCreate");
            mark = created;
        }
        CuError.Check(Cu.cuEventRecord(mark, stream), "cuEventRecord");
        return mark;
    }

    private static double Nanoseconds(nint from, nint to)
    {
        float milliseconds;
        CuError.Check(Cu.cuEventElapsedTime(&milliseconds, from, to), "cuEventElapsedTime");
        return milliseconds * 1e6;
    }
}
