using Handmade.Kernels;

namespace Handmade.Experiments.Collisions;

/// <summary>
/// The main job: particles fall and collide, a transformer learns to predict them, and some of its attention heads turn
/// out to be collision detectors.
/// </summary>
public sealed class Collisions : Experiment<CollisionsOptions>
{
    /// <inheritdoc/>
    public override string Name => "collisions";

    /// <inheritdoc/>
    public override string Title => "Attention heads of a particle transformer learn to detect collisions";

    /// <inheritdoc/>
    public override string Paper =>
        "Hitchcock, Delaney, Manton, Scalzo, Zhu (2025), arXiv 2504.11830. Only its abstract and captions are public here; physics, sizes and the score's definition are our reconstruction.";

    /// <inheritdoc/>
    public override IReadOnlyList<Preset> Presets =>
    [
        new("smoke", "one block, a few seconds: does everything work?", "8 s on 2 cores", "0.2 GB", 1,
            "model.encoder=mlp", "model.blocks=1", "data.trajectories=5000", "train.steps=8000", "train.control-steps=0", "llc.checkpoints=2", "llc.draws=20", "llc.burn-in=20"),
        new("tiny", "16 particles, 2 × 4 heads: detectors emerge in each of five seeds", "75 s on 2 cores", "0.5 GB", 5),
        new("paper", "40 particles, 2 × 8 heads, the paper's shape: true, partial and other heads", "6 min on 2 cores", "1 GB", 5,
            "physics.particles=40", "physics.radius=0.04", "data.frames=16", "data.test-trajectories=48", "data.trajectories=4000", "model.width=64", "model.heads=8", "train.steps=16000", "llc.batch=8"),
        new("deep", "32 particles, 3 × 8 heads: in which of three blocks detectors sit, and many partial heads", "6 min on 2 cores", "1 GB", 5,
            "physics.particles=32", "physics.radius=0.045", "data.frames=16", "data.test-trajectories=48", "data.trajectories=4000", "model.width=64", "model.blocks=3", "model.heads=8", "train.steps=10000", "llc.batch=8"),
        new("power-law", "constant rate, encoder with a hidden layer, checkpoints close together: how the first detector's score rises", "2 min on 2 cores", "0.5 GB", 5,
            "data.frames=24", "data.trajectories=5000", "data.test-trajectories=40", "model.encoder=mlp", "train.steps=30000", "train.lr=0.001", "train.schedule=constant", "analysis.checkpoint-ratio=1.15"),
        new("large", "the paper's shape with batches of 64 and 30,000 steps: for a GPU or a cluster", "about 70 min on 2 cores", "2.5 GB", 5,
            "physics.particles=40", "physics.radius=0.04", "data.frames=16", "data.test-trajectories=80", "data.trajectories=20000", "model.width=64", "model.heads=8", "train.steps=30000", "train.batch=64", "llc.batch=8"),
    ];

    /// <inheritdoc/>
    public override void Check(Device device)
    {
        if (!device.HasF64) throw new HandmadeException($"collisions sums losses and scores in f64, which {device.Name} does not compute; use --device host");
    }

    /// <inheritdoc/>
    protected override IReadOnlyList<Stage> Stages(CollisionsOptions options, RunContext run)
    {
        var study = new Study(options, Paper, run);
        return
        [
            Stage.InMemory("simulate", study.Simulate),
            Stage.Once("train", study.Train),
            Stage.Once("controls", study.Control),
            Stage.Once("llc", study.EstimateLlc),
            Stage.Once("analyse", study.Analyse),
            Stage.Always("report", study.Report),
        ];
    }
}
