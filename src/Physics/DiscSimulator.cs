using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Physics;

/// <summary>Simulates batches of <see cref="DiscScene"/>s. A scene's bits depend on its start alone, not on the batch or the threads.</summary>
public static partial class DiscSimulator
{
    /// <summary>Random starts (<see cref="DiscStart"/>) into memory of its own.</summary>
    /// <inheritdoc cref="Run(DiscScene, ulong, uint, Trajectories, WorkerPool?, IProgress{int}?, CancellationToken)"/>
    public static Trajectories Run(DiscScene scene, ulong seed, int scenes, WorkerPool? workers = null, IProgress<int>? progress = null, CancellationToken cancel = default)
    {
        scene.Validate();
        var result = new Trajectories(scene, scenes);
        Run(scene, seed, 0, result, workers, progress, cancel);
        return result;
    }

    /// <summary>Random starts (<see cref="DiscStart"/>) into given memory.</summary>
    /// <param name="scene">What to simulate.</param>
    /// <param name="seed">Key of the starts.</param>
    /// <param name="firstScene">Number of the first scene: batches of one seed that do not overlap hold different scenes.</param>
    /// <param name="result">Where to; its shape is the scene's.</param>
    /// <param name="workers">Threads that share the scenes; none: the caller's alone.</param>
    /// <param name="progress">Told, in any order, how many scenes are done.</param>
    /// <param name="cancel">Stops between two groups of scenes.</param>
    /// <exception cref="HandmadeException">A value is out of range, the discs do not fit, or the result has another shape.</exception>
    public static void Run(DiscScene scene, ulong seed, uint firstScene, Trajectories result, WorkerPool? workers = null, IProgress<int>? progress = null, CancellationToken cancel = default) =>
        Run(scene, (number, start, radii) =>
        {
            DiscStart.Fill(scene, seed, firstScene + (uint)number, start);
            DiscStart.Radii(scene, seed, firstScene + (uint)number, radii);
        }, result, workers, progress, cancel);

    /// <summary>Given starts.</summary>
    /// <param name="scene">What to simulate.</param>
    /// <param name="start">Where the discs start: `[scene, particle]`.</param>
    /// <param name="workers">Threads that share the scenes; none: the caller's alone.</param>
    /// <param name="radii">`[scene, particle]`, for scenes with a spread of radii; others have none.</param>
    public static Trajectories Run(DiscScene scene, ReadOnlyMemory<DiscState> start, WorkerPool? workers = null, ReadOnlyMemory<double> radii = default)
    {
        scene.Validate();
        int particles = scene.Particles;
        var result = new Trajectories(scene, ScenesOf(start.Length, scene));
        CheckRadii(scene, start.Length, radii.Length);
        Run(scene, (number, one, sizes) =>
        {
            start.Span.Slice(number * particles, particles).CopyTo(one);
            if (scene.HasSizes) radii.Span.Slice(number * particles, particles).CopyTo(sizes);
        }, result, workers, null, default);
        return result;
    }

    private static void Run(DiscScene scene, Start start, Trajectories result, WorkerPool? workers, IProgress<int>? progress, CancellationToken cancel)
    {
        scene.Validate();
        if ((result.Frames, result.Particles) != (scene.Frames, scene.Particles))
            throw new HandmadeException($"disc simulator: room for {result.Frames} frames of {result.Particles} particles; the scene has {scene.Frames} of {scene.Particles}");

        int finished = 0;
        void RunGroup(int index)
        {
            cancel.ThrowIfCancellationRequested();
            int first = index * DiscGroup.Lanes, scenes = Math.Min(DiscGroup.Lanes, result.Scenes - first);
            using var group = new DiscGroup(scene);
            SetStarts(group, scene, start, first, scenes);
            Record(group, scene, result, first, scenes);
            progress?.Report(Interlocked.Add(ref finished, scenes));
        }

        int groups = (result.Scenes + DiscGroup.Lanes - 1) / DiscGroup.Lanes;
        if (workers is not null) workers.RunTasks(groups, RunGroup);
        else for (int index = 0; index < groups; index++) RunGroup(index);
    }

    private delegate void Start(int scene, Span<DiscState> start, Span<double> radii);

    // A group that is not full repeats its first scene in the other lanes: that adds no pair to anybody's work.
    private static void SetStarts(DiscGroup group, DiscScene scene, Start start, int first, int scenes)
    {
        var states = new DiscState[scene.Particles];
        var radii = new double[scene.Particles];
        for (int lane = 0; lane < DiscGroup.Lanes; lane++)
        {
            start(lane < scenes ? first + lane : first, states, radii);
            Set(group, scene, lane, states, radii);
        }
    }

    internal static void Set(DiscGroup group, DiscScene scene, int lane, ReadOnlySpan<DiscState> states, ReadOnlySpan<double> radii)
    {
        for (int i = 0; i < scene.Particles; i++)
        {
            group.Set(lane, i, states[i]);
            if (scene.HasSizes) group.SetRadius(lane, i, radii[i]);
        }
    }

    private static void CheckRadii(DiscScene scene, int states, int radii)
    {
        int right = scene.HasSizes ? states : 0;
        if (radii != right)
            throw new HandmadeException($"disc simulator: {radii} radii for {states} starting states; use {(scene.HasSizes ? $"{right}, since the scene spreads radii" : "none, since all discs have the scene's radius")}");
    }

    internal static void Record(DiscGroup group, DiscScene scene, Trajectories result, int first, int scenes)
    {
        int particles = scene.Particles, maskLength = particles * scene.MaskWords;
        for (int frame = 0; frame <= scene.Frames; frame++)
        {
            if (frame > 0) group.Advance(scene.SubstepsPerFrame);
            for (int lane = 0; lane < scenes; lane++)
            {
                int place = first + lane;
                Span<float> states = result.States.Slice((place * (scene.Frames + 1) + frame) * particles * 4, particles * 4);
                for (int i = 0; i < particles; i++)
                {
                    var (x, y, vx, vy) = group.Get(lane, i);
                    (x, y) = scene.Inside(x, y);
                    (states[4 * i], states[4 * i + 1], states[4 * i + 2], states[4 * i + 3]) = ((float)x, (float)y, (float)vx, (float)vy);
                }
                if (frame == 0) continue;
                int interval = place * scene.Frames + frame - 1;
                group.Contacts(lane).CopyTo(result.Contacts.Slice(interval * maskLength, maskLength));
                group.WallContacts(lane).CopyTo(result.WallContacts.Slice(interval * particles, particles));
            }
        }
    }
}
