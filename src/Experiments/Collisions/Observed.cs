using Handmade.Analysis;
using Handmade.Analysis.Figures;
using Handmade.Kernels;

namespace Handmade.Experiments.Collisions;

/// <summary>One trained network looked at on held-out trajectories: the attention figure and the scenes of the player.</summary>
internal sealed class Observed
{
    // Scenes in the player, and checkpoints of the network that it can show.
    private const int SceneCount = 3;
    private const int CheckpointCount = 5;

    private readonly CollisionsOptions options;
    private readonly SeedHistory history;
    private readonly ulong seed;
    private readonly HeldOut heldOut;
    private readonly Device device;
    private readonly TrainedNetwork network;

    /// <summary>The network of a seed; its weights come from its checkpoints.</summary>
    public Observed(RunContext run, CollisionsOptions options, SeedHistory history, ulong seed, TraineeFiles files)
    {
        this.options = options;
        this.history = history;
        this.seed = seed;
        device = run.Device;
        heldOut = new HeldOut(device, options.Scene, options.TestSeed, options.TestTrajectories, run.Workers);
        network = new TrainedNetwork(device, options, seed, files);
    }

    /// <summary>The seed's name.</summary>
    public string Name => history.Name;

    /// <summary>A true, a partial and a none head (as far as there are any) in a frame of falling and in one of colliding.</summary>
    public Panels AttentionFigure()
    {
        Recording[] frames = [.. Enumerable.Range(0, Math.Min(SceneCount, heldOut.Scenes)).SelectMany(scene => Record(scene, history.Last.Step).Recordings)];
        Recording falling = frames.MinBy(frame => frame.ContactCount)!, colliding = frames.MaxBy(frame => frame.ContactCount)!;
        return Figures.Attention([.. Examples()], falling, colliding, options.Radius);
    }

    /// <summary>Held-out trajectories with what every head attended to, at several checkpoints.</summary>
    public IEnumerable<SceneRecording> PlayerScenes()
    {
        Measurement[] shown = Spread(history.History);
        for (int scene = 0; scene < Math.Min(SceneCount, heldOut.Scenes); scene++)
        {
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

    /// <summary>The last measurement and earlier ones evenly among the rest, which are spaced in constant ratio; untrained first.</summary>
    private static Measurement[] Spread(IReadOnlyList<Measurement> history)
    {
        int count = Math.Min(CheckpointCount, history.Count);
        return [.. Enumerable.Range(0, count).Select(i => history[count == 1 ? history.Count - 1 : i * (history.Count - 1) / (count - 1)]).Reverse()];
    }
}
