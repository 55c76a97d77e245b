using Handmade.Analysis;
using Handmade.Analysis.Figures;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Physics;

namespace Handmade.Experiments.Collisions;

/// <summary>One trained network looked at on held-out trajectories: the attention figure and the scenes of the player.</summary>
internal sealed class Observed
{
    // Scenes in the player, the fewest checkpoints of each that it shows, and how many weights of attention the report has room for: a byte each,
    // of which some two bits are left in the file, so that it stays below 8 MB.
    private const int SceneCount = 3;
    private const int FewestCheckpoints = 5;
    private const int MostWeights = 20_000_000;

    // In units of √(box/g): more than nine discs of ten lie on others then.
    private const double SettlingTime = 4;

    private readonly CollisionsOptions options;
    private readonly SeedHistory history;
    private readonly ulong seed;
    private readonly HeldOut heldOut;
    private readonly Device device;
    private readonly WorkerPool workers;
    private readonly TrainedNetwork network;

    /// <summary>The network of a seed; its weights come from its checkpoints.</summary>
    public Observed(RunContext run, CollisionsOptions options, SeedHistory history, ulong seed, TraineeFiles files)
    {
        this.options = options;
        this.history = history;
        this.seed = seed;
        (device, workers) = (run.Device, run.Workers);
        heldOut = new HeldOut(device, options.Scene, options.TestSeed, options.TestTrajectories, run.Workers);
        network = new TrainedNetwork(device, options, seed, files);
    }

    /// <summary>The seed's name.</summary>
    public string Name => history.Name;

    /// <summary>The form of the paper's Figure 4: the network that was trained.</summary>
    public Diagram ArchitectureFigure() => Architecture.Of(options, network.Model);

    /// <summary>
    /// A true, a partial and a none head (as far as there are any) in a frame of falling, in one of colliding and in one of nearly settled discs,
    /// which comes long after the trajectories of the training data end.
    /// </summary>
    public Panels AttentionFigure()
    {
        Recording[] frames = [.. Enumerable.Range(0, Math.Min(SceneCount, heldOut.Scenes)).SelectMany(scene => Record(scene, history.Last.Step).Recordings)];
        Recording falling = frames.MinBy(frame => frame.ContactCount)!, colliding = frames.MaxBy(frame => frame.ContactCount)!;
        return Figures.Attention([.. Examples()], [(falling, "falling"), (colliding, "colliding"), (Settled(), "settled")], heldOut.Scene);
    }

    private Recording Settled()
    {
        DiscScene world = options.Scene;
        int frames = Math.Max(world.Frames, (int)Math.Ceiling(SettlingTime / Math.Sqrt(options.Gravity > 0 ? options.Gravity : 1) / world.FrameInterval));
        using Scope scope = device.Scope();
        TestFrames late = new HeldOut(device, world with { Frames = frames }, options.TestSeed, 1, workers).Trajectory(network.Load(history.Last.Step).Scale, 0);
        return Recording.Of(network.Model, late, options.Heads)[^1];
    }

    /// <summary>
    /// Held-out trajectories with what every head attended to: the first at every checkpoint, the others at as many as the report has room for,
    /// spread over training. Only where the first alone is too large (several blocks of many heads and long trajectories) it is thinned too.
    /// </summary>
    public IEnumerable<SceneRecording> PlayerScenes()
    {
        int room = Room, scenes = Math.Min(SceneCount, heldOut.Scenes);
        for (int scene = 0; scene < scenes; scene++)
        {
            // The first leaves the others their least; those share what it leaves.
            int most = scene == 0 ? room - ((scenes - 1) * FewestCheckpoints) : room / (scenes - scene);
            Measurement[] shown = Spread(history.History, Math.Max(FewestCheckpoints, most));
            room -= shown.Length;
            var views = new List<SceneView>();
            TestFrames? frames = null;
            foreach (Measurement measurement in shown)
            {
                (frames, Recording[] recordings) = Record(scene, measurement.Step);
                views.Add(Scenes.View(seed, measurement, recordings, options));
            }
            yield return Scenes.Of(heldOut, scene, frames!, views);
        }
    }

    /// <summary>How many checkpoints of a trajectory the report has room for, over all trajectories.</summary>
    private int Room => (int)(MostWeights / ((long)options.Blocks * options.Heads * options.Frames * options.Particles * options.Particles));

    private (TestFrames Frames, Recording[] Recordings) Record(int scene, long step)
    {
        network.Load(step);
        using Scope scope = device.Scope();
        TestFrames frames = heldOut.Trajectory(network.Scale, scene);
        return (frames, Recording.Of(network.Model, frames, options.Heads));
    }

    private IEnumerable<(string Title, int Block, int Head)> Examples()
    {
        foreach (HeadLabel label in new[] { HeadLabel.True, HeadLabel.Partial, HeadLabel.None })
        {
            var heads = history.Last.AllHeads.Where(head => options.LabelOf(head.Score) == label).OrderByDescending(head => head.Score.Contact).ToArray();
            if (heads.Length == 0) continue;
            // The clearest of its kind: the highest true and partial score, the lowest of none.
            var (block, head, score) = label == HeadLabel.None ? heads[^1] : heads[0];
            yield return (FormattableString.Invariant($"{Findings.Name(label)} head {block + 1}.{head + 1} (S {score.Contact:F2})"), block, head);
        }
    }

    /// <summary>The first measurement, the last, and at most so many in all: evenly among the rest, which are spaced in constant ratio.</summary>
    private static Measurement[] Spread(IReadOnlyList<Measurement> history, int most)
    {
        int count = Math.Min(most, history.Count);
        return [.. Enumerable.Range(0, count).Select(i => history[count == 1 ? history.Count - 1 : i * (history.Count - 1) / (count - 1)])];
    }
}
