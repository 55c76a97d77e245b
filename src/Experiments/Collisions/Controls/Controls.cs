using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Experiments.Collisions;

/// <summary>A seed's training with the place of its files.</summary>
/// <param name="History">What its checkpoints measured.</param>
/// <param name="Seed">The seed.</param>
/// <param name="Files">Where its checkpoints lie.</param>
internal sealed record TrainedSeed(SeedHistory History, ulong Seed, TraineeFiles Files);

/// <summary>
/// What a reviewer would ask of trained networks: do shuffled labels score the null, is a detector used, does it work in other worlds?
/// Everything goes through the same evaluation as training's checkpoints. Bound by the forward passes over held-out frames, which take turns
/// on the host's threads, a network to each.
/// </summary>
internal sealed class Controls(CollisionsOptions options, RunContext run, IReadOnlyList<TrainedSeed> seeds)
{
    private readonly TransferSetting[] settings = TransferSetting.Of(options);
    private int done;

    // Shuffled labels and every setting for each seed, and every head without itself.
    private int Total => (seeds.Count * (1 + settings.Length)) + (options.Blocks * options.Heads);

    /// <summary>Measures everything. It starts from the checkpoints alone, so a killed run measures it again, to the same bits.</summary>
    public ControlResults Measure()
    {
        int best = Enumerable.Range(0, seeds.Count).MaxBy(i => seeds[i].History.Best.Score.Contact);
        Measurement[] shuffled;
        RowErrors whole;
        AblatedHead[] heads;
        using (run.Device.Scope())
        {
            HeldOut home = HeldOutOf(options.Scene, options.TestTrajectories);
            shuffled = EachSeed(home, frames => ShuffledLabels.Of(frames, (ulong)options.TestSeed));
            (whole, heads) = Ablate(seeds[best], home);
        }
        Measurement[][] transfers = [.. settings.Select(setting =>
        {
            using Scope scope = run.Device.Scope();
            return EachSeed(HeldOutOf(setting.Scene, setting.Trajectories(options)), frames => frames);
        })];
        return new ControlResults(shuffled, transfers, best, whole, heads);
    }

    private HeldOut HeldOutOf(Physics.DiscScene scene, int trajectories) => new(run.Device, scene, options.TestSeed, trajectories, run.Workers);

    private Measurement[] EachSeed(HeldOut heldOut, Func<TestFrames, TestFrames> change)
    {
        var measured = new Measurement[seeds.Count];
        Each(seeds.Count, i =>
        {
            TrainedNetwork network = Trained(seeds[i]);
            TestFrames frames = change(heldOut.All(network.Scale));
            measured[i] = Evaluation.Read(Evaluation.Of(network.Model, frames, options), seeds[i].History.Last.Step, double.NaN, frames.FreeFallLoss);
        });
        return measured;
    }

    private (RowErrors Whole, AblatedHead[] Heads) Ablate(TrainedSeed seed, HeldOut heldOut)
    {
        TrainedNetwork intact = Trained(seed);
        TestFrames all = heldOut.All(intact.Scale);
        float[][][] means = Ablation.MeanZ(intact.Model, all);
        var heads = new AblatedHead[options.Blocks * options.Heads];
        Each(heads.Length, i =>
        {
            var (block, head) = Math.DivRem(i, options.Heads);
            TrainedNetwork network = Trained(seed);
            float[] mean = means[block][head];
            heads[i] = new AblatedHead(
                block, head, Ablation.Without(network.Model, all, block, head, mean), Ablation.Without(network.Model, all, block, head, new float[mean.Length]));
        });
        return (Ablation.Whole(intact.Model, all), heads);
    }

    private TrainedNetwork Trained(TrainedSeed seed) => new TrainedNetwork(run.Device, options, seed.Seed, seed.Files).Load(seed.History.Last.Step);

    /// <summary>Independent pieces of work, each on a thread of the host; another device has one queue, which one thread fills.</summary>
    private void Each(int count, Action<int> work)
    {
        if (run.Device is HostDevice)
        {
            run.Workers.RunTasks(count, Piece);
            return;
        }
        for (int i = 0; i < count; i++) Piece(i);

        void Piece(int i)
        {
            run.StopIfInterrupted();
            using (run.Device.Scope()) work(i);
            lock (settings) run.Report(++done, Total);
        }
    }
}
