using Handmade.Kernels.Accelerators;

namespace Handmade.Kernels.Cuda;

/// <summary>
/// The one stream of a device, apart from the driver's default stream. The driver itself bounds what waits in it. The lock keeps the kernels of a step
/// together and the profiler's events around their kernel.
/// </summary>
internal sealed unsafe class CuStream
{
    private CuTimings? timings;

    public CuStream() => Handle = Create();

    /// <summary>The driver's stream.</summary>
    public nint Handle { get; }

    /// <summary>Held while kernels are put in.</summary>
    public Lock Gate { get; } = new();

    /// <summary>True while a profiler listens: graphs are then run kernel by kernel.</summary>
    public bool IsTimed => timings is not null;

    /// <summary>A stream that does not wait for the default one.</summary>
    public static nint Create()
    {
        nint stream;
        CuError.Check(Cu.cuStreamCreate(&stream, CuConstants.STREAM_NON_BLOCKING), "cuStreamCreate");
        return stream;
    }

    /// <summary>Puts a kernel in; <see cref="Gate"/> is held.</summary>
    public void Put(CuKernel kernel, ArgumentBlock arguments, KernelConfig config, Launch? launch)
    {
        timings?.Begin();
        kernel.Launch(Handle, arguments, config);
        timings?.End(launch, kernel.Name);
    }

    /// <summary>Waits until the device has done everything.</summary>
    public void Finish()
    {
        CuError.Check(Cu.cuStreamSynchronize(Handle), "cuStreamSynchronize");
        TellDone();
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
            timings?.Release();
            timings = observer is null ? null : new CuTimings(Handle, observer);
        }
    }

    /// <summary>Waits for the end of its work and destroys it.</summary>
    public void Release()
    {
        _ = Cu.cuStreamSynchronize(Handle);
        timings?.Release();
        _ = Cu.cuStreamDestroy_v2(Handle);
    }
}
