namespace Handmade.Experiments;

/// <summary>
/// Particles moving through the frames of one trajectory, who touches whom in each frame, and what heads attended to. A frame is the network's unit of time:
/// it sees the particles at the frame's start and predicts their velocities at its end.
/// </summary>
/// <param name="Name">What the scene is: <c>test trajectory 3</c>.</param>
/// <param name="Particles">Count of particles N.</param>
/// <param name="Frames">Count of frames F.</param>
/// <param name="Radius">Radius of each disc, or the mean one, in the units of the box.</param>
/// <param name="FrameTime">Length of a frame in units of time.</param>
/// <param name="Positions">
/// Centres [moment, particle, (x, y)], row-major. There are <see cref="MomentsPerFrame"/> moments in each frame, evenly spaced from its start, and optionally one more at the end of
/// the last frame; the player moves the discs straight from moment to moment.
/// </param>
public sealed record SceneRecording(string Name, int Particles, int Frames, double Radius, double FrameTime, IReadOnlyList<float> Positions)
{
    /// <summary>Moments in each frame; 4 or more show a bounce as it happens, 1 is enough to see the attention.</summary>
    public int MomentsPerFrame { get; init; } = 1;

    /// <summary>Width of the box, whose lower left corner is the origin.</summary>
    public double BoxWidth { get; init; } = 1;

    /// <summary>Height of the box; y points up.</summary>
    public double BoxHeight { get; init; } = 1;

    /// <summary>Radii [particle] where they differ; else empty.</summary>
    public IReadOnlyList<double> Radii { get; init; } = [];

    /// <summary>Whether what leaves the box at the left returns at the right; places stay inside.</summary>
    public bool RepeatsX { get; init; }

    /// <summary>Whether what leaves the box at the top returns at the bottom.</summary>
    public bool RepeatsY { get; init; }

    /// <summary>Pairs that touch at any time within a frame, each pair once.</summary>
    public IReadOnlyList<(int Frame, int I, int J)> Contacts { get; init; } = [];

    /// <summary>What the heads of one or more trained networks attended to in this scene, one entry for each seed and checkpoint.</summary>
    public IReadOnlyList<SceneView> Views { get; init; } = [];

    /// <summary>Count of moments in <see cref="Positions"/>.</summary>
    public int Moments => Positions.Count / (2 * Particles);

    /// <summary>Checks that every count fits the others; the writer of the report calls it.</summary>
    /// <exception cref="ArgumentException">A list is too short or long, or names a particle or frame that is not there.</exception>
    public void Check()
    {
        var most = Frames * MomentsPerFrame + 1;
        if (Particles < 1 || Frames < 1 || MomentsPerFrame < 1 || Positions.Count % (2 * Particles) != 0 || Moments < most - 1 || Moments > most)
            throw new ArgumentException($"scene '{Name}': {Positions.Count} position values; {Frames} frames of {MomentsPerFrame} moments and {Particles} particles need {(most - 1) * Particles * 2} or {most * Particles * 2}");
        if (Radii.Count != 0 && Radii.Count != Particles) throw new ArgumentException($"scene '{Name}': {Radii.Count} radii for {Particles} particles");
        foreach (var (frame, i, j) in Contacts)
            if (frame < 0 || frame >= Frames || Math.Min(i, j) < 0 || Math.Max(i, j) >= Particles)
                throw new ArgumentException($"scene '{Name}': contact {i}-{j} in frame {frame}; there are {Frames} frames and {Particles} particles");
        foreach (var view in Views)
            if (view.Attention.Count != view.Heads.Count * Frames * Particles * Particles)
                throw new ArgumentException($"scene '{Name}', seed {view.Seed}, step {view.Step}: {view.Attention.Count} attention values; {view.Heads.Count} heads × {Frames} frames × {Particles}² need {view.Heads.Count * Frames * Particles * Particles}");
    }
}

/// <summary>What the heads of one network attended to in a scene.</summary>
/// <param name="Seed">The network's seed.</param>
/// <param name="Step">The training step of its checkpoint.</param>
/// <param name="Heads">Its heads, block by block.</param>
/// <param name="Attention">Attention of i to j, 0 to 1: [head, frame, i, j], row-major.</param>
public sealed record SceneView(ulong Seed, long Step, IReadOnlyList<SceneHead> Heads, IReadOnlyList<float> Attention);

/// <summary>A head as the player lists it.</summary>
/// <param name="Block">Its block, from 1.</param>
/// <param name="Head">Its place in the block, from 1.</param>
/// <param name="Score">Its contact score at this checkpoint, over all test frames.</param>
/// <param name="Label">Its label: <c>true</c>, <c>partial</c> or <c>none</c>.</param>
public sealed record SceneHead(int Block, int Head, double Score, string Label);
