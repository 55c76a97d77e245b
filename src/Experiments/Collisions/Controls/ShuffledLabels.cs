using Handmade.Kernels;

namespace Handmade.Experiments.Collisions;

/// <summary>
/// Frames whose contacts are dealt to other particles: in each frame one random permutation of the particles' labels, so that everybody keeps
/// as many partners as somebody had. Whatever a head attends to then scores the null, on average over permutations.
/// </summary>
internal static class ShuffledLabels
{
    // A stream of the held-out seed that nobody else draws from: "SHUF" in the upper half, the frame in the lower.
    private const ulong Stream = 0x53485546UL << 32;

    /// <summary>The same frames with shuffled contacts.</summary>
    public static TestFrames Of(TestFrames frames, ulong seed)
    {
        int count = frames.Past.Shape[1], n = frames.Past.Shape[2];
        var shuffled = new byte[count * n * n];
        for (int frame = 0; frame < count; frame++)
        {
            int[] label = Permutation(n, seed, (uint)frame);
            ReadOnlySpan<byte> contacts = frames.Contacts.AsSpan(frame * n * n, n * n);
            for (int i = 0; i < n; i++)
                for (int j = 0; j < n; j++) shuffled[(((frame * n) + label[i]) * n) + label[j]] = contacts[(i * n) + j];
        }
        return frames with { Contacts = shuffled, Scored = frames.Scored with { Contacts = frames.Past.Device.From<byte>(shuffled, [count, n, n]) } };
    }

    // Fisher and Yates, from the last place down.
    private static int[] Permutation(int n, ulong seed, uint frame)
    {
        int[] label = [.. Enumerable.Range(0, n)];
        for (int i = n - 1; i > 0; i--)
        {
            int j = (int)(Philox.Uniform(seed, Stream | frame, (ulong)i).First * (i + 1));
            (label[i], label[j]) = (label[j], label[i]);
        }
        return label;
    }
}
