using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Physics;

public static partial class DiscSimulator
{
    /// <summary>One large scene from a random start (<see cref="LargeDiscStart.Random"/>).</summary>
    /// <param name="scene">What to simulate.</param>
    /// <param name="seed">Key of the start.</param>
    /// <param name="workers">Threads that share each substep; none: the caller's alone.</param>
    /// <param name="progress">Told how many frame intervals are done.</param>
    /// <param name="cancel">Stops between two frames.</param>
    /// <inheritdoc cref="Frames(LargeDiscScene, ReadOnlyMemory{DiscState}, WorkerPool?, IProgress{int}?, ReadOnlyMemory{double}, CancellationToken)"/>
    public static IEnumerable<LargeDiscFrame> Frames(LargeDiscScene scene, ulong seed, WorkerPool? workers = null, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        scene.Validate();
        var start = new DiscState[scene.Particles];
        LargeDiscStart.Random(scene, seed, 0, start);
        var radii = new double[scene.HasSizes ? scene.Particles : 0];
        DiscStart.Radii(scene, seed, 0, radii);
        return Frames(scene, start, workers, progress, radii, cancel);
    }

    /// <summary>
    /// One large scene, frame by frame from the start (frame 0) on. The frames share their memory, so that it does not grow with their number: what shall outlive the next
    /// frame must be copied.
    /// </summary>
    /// <param name="scene">What to simulate.</param>
    /// <param name="start">Where the discs start, `[particle]`; read when the first frame is asked for.</param>
    /// <param name="workers">Threads that share each substep; none: the caller's alone.</param>
    /// <param name="progress">Told how many frame intervals are done.</param>
    /// <param name="radii">`[particle]`, for scenes with a spread of radii; others have none.</param>
    /// <param name="cancel">Stops between two frames.</param>
    /// <exception cref="HandmadeException">A value is out of range, or the discs do not fit.</exception>
    public static IEnumerable<LargeDiscFrame> Frames(LargeDiscScene scene, ReadOnlyMemory<DiscState> start, WorkerPool? workers = null, IProgress<int>? progress = null, ReadOnlyMemory<double> radii = default, CancellationToken cancel = default)
    {
        scene.Validate();
        LargeDiscs.CheckCount(scene, start.Length);
        LargeDiscs.CheckRadii(scene, radii.Length);
        return Stream(scene, start, radii, workers, progress, cancel);
    }

    // Each enumeration has discs of its own, which end with it.
    private static IEnumerable<LargeDiscFrame> Stream(LargeDiscScene scene, ReadOnlyMemory<DiscState> start, ReadOnlyMemory<double> radii, WorkerPool? workers, IProgress<int>? progress, CancellationToken cancel)
    {
        using var discs = new LargeDiscs(scene, workers);
        discs.Set(start.Span);
        if (scene.HasSizes) discs.SetRadii(radii.Span);
        var frame = new LargeDiscFrame(scene, discs);
        frame.Read(0);
        yield return frame;
        for (int number = 1; number <= scene.Frames; number++)
        {
            cancel.ThrowIfCancellationRequested();
            discs.Advance(scene.SubstepsPerFrame);
            frame.Read(number);
            progress?.Report(number);
            yield return frame;
        }
    }
}
