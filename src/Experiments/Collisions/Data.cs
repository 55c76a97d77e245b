using Handmade.Analysis;
using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;
using Handmade.Model.Data;
using Handmade.Physics;

namespace Handmade.Experiments.Collisions;

/// <summary>
/// Frame pairs of simulated trajectories as the network sees them: past <c>[1, frames, N, 4]</c> holds (x, y, vx, vy), future
/// <c>[1, frames, N, 2]</c> the change of velocity until the next frame.
/// </summary>
internal sealed class FramePairs
{
    /// <summary>The pairs of all trajectories, in the simulator's units.</summary>
    public FramePairs(Trajectories trajectories)
    {
        int n = trajectories.Particles;
        Count = trajectories.Scenes * trajectories.Frames;
        Particles = n;
        Past = new float[(long)Count * n * 4];
        Change = new float[(long)Count * n * 2];
        int stride = (trajectories.Frames + 1) * n * 4;
        for (int scene = 0; scene < trajectories.Scenes; scene++)
        {
            ReadOnlySpan<float> states = trajectories.States.Slice(scene * stride, stride);
            for (int frame = 0; frame < trajectories.Frames; frame++)
            {
                int pair = (scene * trajectories.Frames) + frame;
                ReadOnlySpan<float> now = states.Slice(frame * n * 4, n * 4), next = states.Slice((frame + 1) * n * 4, n * 4);
                now.CopyTo(Past.AsSpan(pair * n * 4));
                Span<float> change = Change.AsSpan(pair * n * 2, n * 2);
                for (int i = 0; i < n; i++)
                {
                    change[2 * i] = next[(4 * i) + 2] - now[(4 * i) + 2];
                    change[(2 * i) + 1] = next[(4 * i) + 3] - now[(4 * i) + 3];
                }
            }
        }
    }

    /// <summary>Number of pairs.</summary>
    public int Count { get; }

    /// <summary>Particles in a frame.</summary>
    public int Particles { get; }

    /// <summary>x, y, vx, vy of every particle at the frame's start.</summary>
    public float[] Past { get; }

    /// <summary>Δvx, Δvy of every particle until the next frame.</summary>
    public float[] Change { get; }
}

/// <summary>The training data of one seed on the device, standardised by its own means and deviations.</summary>
internal sealed class TrainingSet
{
    /// <summary>Simulates and standardises the data of one seed.</summary>
    public TrainingSet(Device device, DiscScene scene, ulong seed, int trajectories, WorkerPool workers)
    {
        using Scope scope = device.Scope();
        var pairs = new FramePairs(DiscSimulator.Run(scene, seed, trajectories, workers));
        TensorView past = device.From<float>(pairs.Past, [1, pairs.Count, pairs.Particles, 4]), change = device.From<float>(pairs.Change, [1, pairs.Count, pairs.Particles, 2]);
        Scale = new Scale(Keep(Standardizer.Fit(past)), Keep(Standardizer.Fit(change)));
        Past = new Tensor(scope.Keep(Scale.Past.Apply(new Tensor(past)).View));
        Change = new Tensor(scope.Keep(Scale.Change.Apply(new Tensor(change)).View));

        Standardizer Keep(Standardizer scale) => new(scope.Keep(scale.Mean), scope.Keep(scale.Sd));
    }

    /// <summary>Standardised states <c>[1, frames, N, 4]</c>.</summary>
    public Tensor Past { get; }

    /// <summary>Standardised changes of velocity <c>[1, frames, N, 2]</c>.</summary>
    public Tensor Change { get; }

    /// <summary>The means and deviations.</summary>
    public Scale Scale { get; }
}

/// <summary>Means and deviations of the training data: what turns physical units into the network's.</summary>
/// <param name="Past">Of x, y, vx, vy.</param>
/// <param name="Change">Of Δvx, Δvy.</param>
internal sealed record Scale(Standardizer Past, Standardizer Change)
{
    /// <summary>Zero means and unit deviations, to be filled from a checkpoint.</summary>
    public static Scale Blank(Device device) => new(Unit(device, 4), Unit(device, 2));

    /// <summary>The tensors that checkpoints hold.</summary>
    public IEnumerable<(string Name, TensorView Tensor)> State =>
        [.. Past.State.Select(state => ($"past.{state.Name}", state.Tensor)), .. Change.State.Select(state => ($"change.{state.Name}", state.Tensor))];

    private static Standardizer Unit(Device device, int features) =>
        new(Copy.Full(device, [1, features], DType.F32, 0), Copy.Full(device, [1, features], DType.F32, 1));
}

/// <summary>
/// Held-out trajectories, the same for every seed, with what the scores need: who touches whom in which frame, and how hard.
/// </summary>
internal sealed class HeldOut
{
    private readonly Trajectories trajectories;
    private readonly FramePairs pairs;
    private readonly int seed;
    private readonly WorkerPool workers;

    /// <summary>Simulates the held-out trajectories.</summary>
    public HeldOut(DiscScene scene, int seed, int count, WorkerPool workers)
    {
        Scene = scene;
        this.seed = seed;
        this.workers = workers;
        trajectories = DiscSimulator.Run(scene, (ulong)seed, count, workers);
        pairs = new FramePairs(trajectories);
    }

    /// <summary>What was simulated.</summary>
    public DiscScene Scene { get; }

    /// <summary>Number of frames.</summary>
    public int Count => pairs.Count;

    /// <summary>Number of trajectories.</summary>
    public int Scenes => trajectories.Scenes;

    /// <summary>All frames, standardised as a seed's training data and put on the device.</summary>
    public TestFrames All(Device device, Scale scale) => Take(device, scale, [.. Enumerable.Range(0, pairs.Count)]);

    /// <summary>All frames of one trajectory in the order of time.</summary>
    public TestFrames Trajectory(Device device, Scale scale, int scene) =>
        Take(device, scale, [.. Enumerable.Range(scene * trajectories.Frames, trajectories.Frames)]);

    /// <summary>The same trajectories with <paramref name="parts"/> recorded moments in each frame.</summary>
    public Trajectories Finer(int parts) =>
        DiscSimulator.Run(Scene with { FrameInterval = Scene.FrameInterval / parts, Frames = Scene.Frames * parts }, (ulong)seed, Scenes, workers);

    private TestFrames Take(Device device, Scale scale, ReadOnlySpan<int> chosen)
    {
        int n = pairs.Particles;
        var states = new float[chosen.Length * n * 4];
        var change = new float[chosen.Length * n * 2];
        var impact = new float[chosen.Length * n];
        var contacts = new byte[chosen.Length * n * n];
        double fall = Scene.GravityY * Scene.FrameInterval;
        for (int k = 0; k < chosen.Length; k++)
        {
            pairs.Past.AsSpan(chosen[k] * n * 4, n * 4).CopyTo(states.AsSpan(k * n * 4));
            pairs.Change.AsSpan(chosen[k] * n * 2, n * 2).CopyTo(change.AsSpan(k * n * 2));
            (int scene, int frame) = Math.DivRem(chosen[k], trajectories.Frames);
            for (int i = 0; i < n; i++)
            {
                int at = (k * n) + i;
                impact[at] = (float)Math.Sqrt(Math.Pow(change[2 * at], 2) + Math.Pow(change[(2 * at) + 1] - fall, 2));
                for (int j = 0; j < n; j++) contacts[(at * n) + j] = trajectories.Touch(scene, frame, i, j) ? (byte)1 : (byte)0;
            }
        }

        TensorView scored = device.From<float>(states, [chosen.Length, n, 4]);
        Tensor past = scale.Past.Apply(new Tensor(scored.Reshape([1, chosen.Length, n, 4])));
        Tensor target = scale.Change.Apply(Tensor.From<float>(device, change, [1, chosen.Length, n, 2]));
        return new TestFrames(
            past, target,
            new ScoredFrames(device.From<byte>(contacts, [chosen.Length, n, n]), scored, device.From<float>(impact, [chosen.Length, n])),
            states, contacts, FreeFallLoss(change, fall, scale.Change.Sd.ToArray<float>()));
    }

    /// <summary>Loss, in standardised units, of the prediction that nobody touches anything: Δv = (0, −gΔt).</summary>
    private static double FreeFallLoss(float[] change, double fall, float[] deviation)
    {
        double sum = 0;
        for (int i = 0; i < change.Length; i += 2)
        {
            double x = change[i] / deviation[0], y = (change[i + 1] - fall) / deviation[1];
            sum += (x * x) + (y * y);
        }
        return sum / change.Length;
    }
}

/// <summary>Held-out frames on the device, and on the host what figures draw.</summary>
/// <param name="Past">Standardised states <c>[1, B, N, 4]</c>.</param>
/// <param name="Change">Standardised changes of velocity <c>[1, B, N, 2]</c>.</param>
/// <param name="Scored">What head scores read.</param>
/// <param name="States">x, y, vx, vy in the simulator's units, <c>[B, N, 4]</c>.</param>
/// <param name="Contacts">1 where a pair touches in the frame, <c>[B, N, N]</c>.</param>
/// <param name="FreeFallLoss">Loss of predicting free fall for everybody, on these frames.</param>
internal sealed record TestFrames(Tensor Past, Tensor Change, ScoredFrames Scored, float[] States, byte[] Contacts, double FreeFallLoss);
