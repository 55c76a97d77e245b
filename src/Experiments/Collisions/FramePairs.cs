using Handmade.Physics;

namespace Handmade.Experiments.Collisions;

/// <summary>Neighbouring frames of trajectories as the network sees them.</summary>
internal static class FramePairs
{
    /// <summary>
    /// All pairs in the order of scenes and frames, in the simulator's units: x, y, vx, vy of every particle at the frame's start,
    /// <c>[scenes · frames, N, 4]</c>, and its change of velocity until the next frame, <c>[scenes · frames, N, 2]</c>.
    /// </summary>
    public static (float[] Past, float[] Change) Of(Trajectories trajectories)
    {
        int n = trajectories.Particles, pairs = trajectories.Scenes * trajectories.Frames, stride = (trajectories.Frames + 1) * n * 4;
        float[] past = new float[pairs * n * 4], changes = new float[pairs * n * 2];
        for (int pair = 0; pair < pairs; pair++)
        {
            (int scene, int frame) = Math.DivRem(pair, trajectories.Frames);
            ReadOnlySpan<float> states = trajectories.States.Slice(scene * stride, stride);
            ReadOnlySpan<float> now = states.Slice(frame * n * 4, n * 4), next = states.Slice((frame + 1) * n * 4, n * 4);
            now.CopyTo(past.AsSpan(pair * n * 4));
            Span<float> change = changes.AsSpan(pair * n * 2, n * 2);
            for (int i = 0; i < n; i++)
            {
                change[2 * i] = next[(4 * i) + 2] - now[(4 * i) + 2];
                change[(2 * i) + 1] = next[(4 * i) + 3] - now[(4 * i) + 3];
            }
        }
        return (past, changes);
    }
}
