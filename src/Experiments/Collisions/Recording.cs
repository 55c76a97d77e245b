using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Model;

namespace Handmade.Experiments.Collisions;

/// <summary>One frame with what every head of a network looked at.</summary>
internal sealed class Recording
{
    private readonly float[] states;
    private readonly byte[] contacts;
    private readonly IReadOnlyList<float[]> patterns;
    private readonly int frame;
    private readonly int heads;
    private readonly int n;

    private Recording(TestFrames frames, IReadOnlyList<float[]> patterns, int frame, int heads)
    {
        this.patterns = patterns;
        this.frame = frame;
        this.heads = heads;
        n = frames.Past.Shape[2];
        Radii = frames.Radii;
        states = [.. frames.States.Slice(frame * n * 4, n * 4)];
        contacts = [.. frames.Contacts.Slice(frame * n * n, n * n)];
    }

    /// <summary>Runs a network on frames and keeps every head's attention to every particle.</summary>
    public static Recording[] Of(ParticleTransformer model, TestFrames frames, int heads)
    {
        using Scope scope = frames.Past.Device.Scope();
        using IDisposable noGrad = Tape.NoGrad();
        var patterns = new List<float[]>();
        IDisposable[] listeners = [.. model.Blocks.Select(block => block.Attention.HookPattern.Listen(pattern =>
        {
            patterns.Add(pattern.ToArray<float>());
            return null;
        }))];
        model.Forward(frames.Past);
        foreach (IDisposable listener in listeners) listener.Dispose();
        return [.. Enumerable.Range(0, frames.Past.Shape[1]).Select(frame => new Recording(frames, patterns, frame, heads))];
    }

    /// <summary>Number of pairs that touch in the frame.</summary>
    public int ContactCount => contacts.Count(touch => touch != 0) / 2;

    /// <summary>Radii of the discs, of a frame of one trajectory.</summary>
    public IReadOnlyList<double> Radii { get; }

    /// <summary>Places along x.</summary>
    public IEnumerable<float> X() => Enumerable.Range(0, n).Select(i => states[4 * i]);

    /// <summary>Places along y.</summary>
    public IEnumerable<float> Y() => Enumerable.Range(0, n).Select(i => states[(4 * i) + 1]);

    /// <summary>Attention of i to j, row by row.</summary>
    public float[] Attention(int block, int head)
    {
        int start = ((frame * heads) + head) * n * n;
        return patterns[block][start..(start + (n * n))];
    }

    /// <summary>Pairs that touch in the frame, each once.</summary>
    public IEnumerable<(int I, int J)> Pairs() =>
        from i in Enumerable.Range(0, n)
        from j in Enumerable.Range(0, i)
        where contacts[(i * n) + j] != 0
        select (i, j);
}
