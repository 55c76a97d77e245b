using Handmade.Physics;

namespace Handmade.Experiments.Collisions;

/// <summary>What the network is told of a particle: x, y, vx, vy, and its radius where radii differ.</summary>
internal static class Features
{
    /// <summary>Numbers of a particle.</summary>
    public static int Count(DiscScene scene) => scene.HasSizes ? 5 : 4;

    /// <summary>
    /// The particles of frame pairs: their states <c>[scenes · frames, N, 4]</c> with the radii of the scenes from <paramref name="firstScene"/> on, or the states themselves
    /// where all radii are equal.
    /// </summary>
    public static float[] Of(float[] states, DiscScene scene, ulong seed, uint firstScene)
    {
        if (!scene.HasSizes) return states;
        int n = scene.Particles, rows = states.Length / 4;
        var radii = new double[n];
        var features = new float[5 * rows];
        for (int row = 0; row < rows; row++)
        {
            (int frame, int i) = Math.DivRem(row, n);
            if (i == 0 && frame % scene.Frames == 0) DiscStart.Radii(scene, seed, firstScene + (uint)(frame / scene.Frames), radii);
            states.AsSpan(4 * row, 4).CopyTo(features.AsSpan(5 * row));
            features[(5 * row) + 4] = (float)radii[i];
        }
        return features;
    }
}
