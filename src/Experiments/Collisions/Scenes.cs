using Handmade.Physics;

namespace Handmade.Experiments.Collisions;

/// <summary>Held-out trajectories for the report's player.</summary>
internal static class Scenes
{
    /// <summary>One trajectory with what every head of the given networks attended to.</summary>
    public static SceneRecording Of(HeldOut heldOut, int scene, TestFrames frames, IReadOnlyList<SceneView> views)
    {
        DiscScene physics = heldOut.Scene;
        int moments = ((int[])[5, 4, 2, 1]).First(parts => physics.SubstepsPerFrame % parts == 0);
        int n = physics.Particles, count = (physics.Frames * moments) + 1;
        Trajectories fine = heldOut.Finer(moments);
        var positions = new float[count * n * 2];
        for (int moment = 0; moment < count; moment++)
        {
            for (int i = 0; i < n; i++)
            {
                DiscState state = fine.State(scene, moment, i);
                positions[((moment * n) + i) * 2] = (float)state.X;
                positions[(((moment * n) + i) * 2) + 1] = (float)state.Y;
            }
        }
        return new SceneRecording($"held-out trajectory {scene + 1}", n, physics.Frames, physics.Radius, physics.FrameInterval, positions)
        {
            MomentsPerFrame = moments,
            Radii = physics.HasSizes ? heldOut.Radii(scene) : [],
            RepeatsX = physics.Sides != BoxSides.Walls,
            RepeatsY = physics.Sides == BoxSides.PeriodicXY,
            Contacts =
            [
                .. from frame in Enumerable.Range(0, physics.Frames)
                   from i in Enumerable.Range(0, n)
                   from j in Enumerable.Range(0, i)
                   where frames.Contacts[(((frame * n) + i) * n) + j] != 0
                   select (frame, i, j),
            ],
            Views = views,
        };
    }

    /// <summary>What a network attended to in a trajectory, as the player lists it.</summary>
    public static SceneView View(ulong seed, Measurement measurement, Recording[] recordings, CollisionsOptions options) => new(
        seed, measurement.Step,
        [.. measurement.AllHeads.Select(head => new SceneHead(head.Block + 1, head.Head + 1, head.Score.Contact, Findings.Name(options.LabelOf(head.Score))))],
        [.. measurement.AllHeads.SelectMany(head => recordings.SelectMany(recording => recording.Attention(head.Block, head.Head)))]);
}
