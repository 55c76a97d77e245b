using Handmade.Analysis;
using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Physics;

namespace Handmade.Experiments.Collisions;

/// <summary>
/// Held-out trajectories, the same for every seed, with what the scores need: who touches whom in which frame, and how hard.
/// </summary>
internal sealed class HeldOut
{
    private readonly int seed;
    private readonly WorkerPool workers;
    private readonly float[] states;
    private readonly float[] features;
    private readonly float[] change;
    private readonly byte[] contacts;
    private readonly ScoredFrames scored;

    /// <summary>Simulates the held-out trajectories and puts on the device what seeds share.</summary>
    public HeldOut(Device device, DiscScene scene, int seed, int trajectories, WorkerPool workers)
    {
        Scene = scene;
        Scenes = trajectories;
        this.seed = seed;
        this.workers = workers;
        Trajectories simulated = DiscSimulator.Run(scene, (ulong)seed, trajectories, workers);
        (states, change) = FramePairs.Of(simulated);
        features = Features.Of(states, scene, (ulong)seed, 0);
        int n = scene.Particles;
        contacts = new byte[Count * n * n];
        for (int row = 0; row < Count * n; row++)
        {
            (int pair, int i) = Math.DivRem(row, n);
            for (int j = 0; j < n; j++) contacts[(row * n) + j] = simulated.Touch(pair / scene.Frames, pair % scene.Frames, i, j) ? (byte)1 : (byte)0;
        }
        var (fallX, fallY) = FreeFall;
        float[] impact = [.. Enumerable.Range(0, Count * n).Select(row => (float)Math.Sqrt(Math.Pow(change[2 * row] - fallX, 2) + Math.Pow(change[(2 * row) + 1] - fallY, 2)))];
        scored = ScoredFrames.Of(device.From<byte>(contacts, [Count, n, n]), device.From<float>(states, [Count, n, 4]), device.From<float>(impact, [Count, n]),
            scene.Sides != BoxSides.Walls, scene.Sides == BoxSides.PeriodicXY);
    }

    /// <summary>What was simulated.</summary>
    public DiscScene Scene { get; }

    /// <summary>Number of trajectories.</summary>
    public int Scenes { get; }

    /// <summary>Number of frames.</summary>
    public int Count => Scenes * Scene.Frames;

    /// <summary>All frames, standardised as a seed's training data.</summary>
    public TestFrames All(Scale scale) => Take(scale, 0, Count);

    /// <summary>All frames of one trajectory in the order of time.</summary>
    public TestFrames Trajectory(Scale scale, int scene) => Take(scale, scene * Scene.Frames, Scene.Frames) with { Radii = Radii(scene) };

    /// <summary>The same trajectories with <paramref name="parts"/> recorded moments in each frame.</summary>
    public Trajectories Finer(int parts) =>
        DiscSimulator.Run(Scene with { FrameInterval = Scene.FrameInterval / parts, Frames = Scene.Frames * parts }, (ulong)seed, Scenes, workers);

    /// <summary>Radii in one trajectory.</summary>
    public double[] Radii(int scene)
    {
        var radii = new double[Scene.Particles];
        DiscStart.Radii(Scene, (ulong)seed, (uint)scene, radii);
        return radii;
    }

    private TestFrames Take(Scale scale, int start, int count)
    {
        int n = Scene.Particles, inputs = Features.Count(Scene);
        Device device = scored.Contacts.Device;
        var (chosen, changes) = (new ArraySegment<float>(states, start * n * 4, count * n * 4), new ArraySegment<float>(change, start * n * 2, count * n * 2));
        var tokens = new ArraySegment<float>(features, start * n * inputs, count * n * inputs);
        return new TestFrames(
            scale.Past.Apply(Tensor.From<float>(device, tokens, [1, count, n, inputs])), scale.Change.Apply(Tensor.From<float>(device, changes, [1, count, n, 2])),
            scored.Slice(start, count), chosen, new ArraySegment<byte>(contacts, start * n * n, count * n * n), FreeFallLoss(changes, scale.Change.Sd.ToArray<float>()));
    }

    /// <summary>Change of velocity in a frame of a disc that touches nothing: gΔt.</summary>
    private (double X, double Y) FreeFall => (Scene.GravityX * Scene.FrameInterval, Scene.GravityY * Scene.FrameInterval);

    /// <summary>Loss, in standardised units, of the prediction that nobody touches anything: Δv = gΔt.</summary>
    private double FreeFallLoss(ReadOnlySpan<float> changes, float[] deviation)
    {
        var (fallX, fallY) = FreeFall;
        double sum = 0;
        for (int i = 0; i < changes.Length; i += 2)
        {
            double x = (changes[i] - fallX) / deviation[0], y = (changes[i + 1] - fallY) / deviation[1];
            sum += (x * x) + (y * y);
        }
        return sum / changes.Length;
    }
}

/// <summary>Held-out frames on the device, and on the host what figures draw.</summary>
/// <param name="Past">Standardised states <c>[1, B, N, 4]</c>.</param>
/// <param name="Change">Standardised changes of velocity <c>[1, B, N, 2]</c>.</param>
/// <param name="Scored">What head scores read.</param>
/// <param name="States">x, y, vx, vy in the simulator's units, <c>[B, N, 4]</c>.</param>
/// <param name="Contacts">1 where a pair touches in the frame, <c>[B, N, N]</c>.</param>
/// <param name="FreeFallLoss">Loss of predicting free fall for everybody, on these frames.</param>
internal sealed record TestFrames(Tensor Past, Tensor Change, ScoredFrames Scored, ArraySegment<float> States, ArraySegment<byte> Contacts, double FreeFallLoss)
{
    /// <summary>Radii of the discs, of frames of one trajectory.</summary>
    public IReadOnlyList<double> Radii { get; init; } = [];
}
