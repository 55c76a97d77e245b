using Handmade.Analysis;
using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model;
using Handmade.Physics;

namespace Handmade.Experiments.Collisions;

/// <summary>Everything that can be set in the collisions experiment; the defaults are the preset <c>tiny</c>.</summary>
public sealed partial class CollisionsOptions : ExperimentOptions
{
    /// <summary>Discs in the box, N.</summary>
    public int Particles { get; set; } = 16;

    /// <summary>Radius of a disc; the box has side 1.</summary>
    public double Radius { get; set; } = 0.06;

    /// <summary>Downward acceleration g.</summary>
    public double Gravity { get; set; } = 1;

    /// <summary>Restitution e of a head-on contact.</summary>
    public double Restitution { get; set; } = 0.5;

    /// <summary>Duration of a contact.</summary>
    public double ContactTime { get; set; } = 0.02;

    /// <summary>Integration steps in a contact.</summary>
    public int Substeps { get; set; } = 40;

    /// <summary>Deviation of each component of the starting velocities.</summary>
    public double StartSpeed { get; set; } = 0.7;

    /// <summary>How far radii spread around <see cref="Radius"/>, s.</summary>
    public double RadiusSpread { get; set; }

    /// <summary>area or equal: masses of discs whose radii differ.</summary>
    public string Masses { get; set; } = "area";

    /// <summary>walls, periodic-x or periodic-xy.</summary>
    public string Sides { get; set; } = "walls";

    /// <summary>Time from one frame to the next.</summary>
    public double FrameInterval { get; set; } = 0.05;

    /// <summary>Frames of a trajectory.</summary>
    public int Frames { get; set; } = 12;

    /// <summary>Training trajectories of each seed.</summary>
    public int Trajectories { get; set; } = 10_000;

    /// <summary>Held-out trajectories, the same for all seeds.</summary>
    public int TestTrajectories { get; set; } = 60;

    /// <summary>Seed of the held-out trajectories.</summary>
    public int TestSeed { get; set; } = 7;

    /// <summary>Width of the residual stream, d.</summary>
    public int Width { get; set; } = 32;

    /// <summary>Transformer blocks, L.</summary>
    public int Blocks { get; set; } = 2;

    /// <summary>Attention heads per block, H.</summary>
    public int Heads { get; set; } = 4;

    /// <summary>Hidden width of the MLPs over d.</summary>
    public int MlpRatio { get; set; } = 4;

    /// <summary>linear or mlp.</summary>
    public string Encoder { get; set; } = "linear";

    /// <summary>exclude or allow attention of a particle to itself.</summary>
    public string Self { get; set; } = "exclude";

    /// <summary>Layer norms before attention, MLP and decoder.</summary>
    public bool LayerNorm { get; set; } = true;

    /// <summary>Nonlinearity of the MLPs.</summary>
    public string Nonlinearity { get; set; } = "gelu";

    /// <summary>Training steps.</summary>
    public int Steps { get; set; } = 24_000;

    /// <summary>Frames in a batch.</summary>
    public int Batch { get; set; } = 8;

    /// <summary>Peak learning rate.</summary>
    public double LearningRate { get; set; } = 2e-3;

    /// <summary>Steps of linear warm-up.</summary>
    public int WarmUp { get; set; } = 200;

    /// <summary>cosine or constant after the warm-up.</summary>
    public string Schedule { get; set; } = "cosine";

    /// <summary>Adam's β₁.</summary>
    public double Beta1 { get; set; } = 0.9;

    /// <summary>Adam's β₂.</summary>
    public double Beta2 { get; set; } = 0.99;

    /// <summary>Largest norm of the gradient; 0 switches clipping off.</summary>
    public double Clip { get; set; } = 1;

    /// <summary>Training steps of the control network on discs that pass through each other; 0 leaves it out.</summary>
    public int ControlSteps { get; set; } = 8_000;

    /// <summary>Ratio of the steps of neighbouring checkpoints.</summary>
    public double CheckpointRatio { get; set; } = 1.15;

    /// <summary>How far slopes within a straight stretch of a log-log curve may differ, as a share.</summary>
    public double LawBend { get; set; } = 0.25;

    /// <summary>Bins of height into which the contact score is split.</summary>
    public int HeightBins { get; set; } = 8;

    /// <summary>Contact score from which a head counts as true.</summary>
    public double TrueFrom { get; set; } = 0.85;

    /// <summary>How far above uniform attention a score may lie for the head to count as none.</summary>
    public double NoneMargin { get; set; } = 0.1;

    /// <summary>The scene of the training data.</summary>
    public DiscScene Scene => new()
    {
        Particles = Particles,
        Radius = Radius,
        RadiusSpread = RadiusSpread,
        EqualMasses = Masses == "equal",
        Sides = Sides switch
        {
            "periodic-x" => BoxSides.PeriodicX,
            "periodic-xy" => BoxSides.PeriodicXY,
            _ => BoxSides.Walls,
        },
        GravityY = -Gravity,
        Restitution = Restitution,
        ContactTime = ContactTime,
        SubstepsPerContact = Substeps,
        FrameInterval = FrameInterval,
        Frames = Frames,
        StartSpeed = StartSpeed,
    };

    /// <summary>The network's sizes.</summary>
    public ParticleTransformerSizes Sizes => new()
    {
        Inputs = Features.Count(Scene),
        Width = Width,
        Blocks = Blocks,
        Heads = Heads,
        MlpRatio = MlpRatio,
        MlpEncoder = Encoder == "mlp",
        Mask = SelfAllowed ? AttentionMask.None : AttentionMask.ExcludeSelf,
        LayerNorm = LayerNorm,
        Activation = Nonlinearity switch
        {
            "relu" => Activation.Relu,
            "gelu-tanh" => Activation.GeluTanh,
            _ => Activation.Gelu,
        },
    };

    /// <summary>Whether a particle may attend to itself.</summary>
    public bool SelfAllowed => Self == "allow";

    /// <summary>What a head counts as, by these thresholds.</summary>
    public HeadLabel LabelOf(HeadScore score) => score.Label(TrueFrom, score.Null + NoneMargin);

    /// <inheritdoc/>
    protected override IEnumerable<Option> Declare() =>
    [
        Option.Int("physics.particles", () => Particles, v => Particles = v, 2, 64, "discs in the box", "N"),
        Option.Double("physics.radius", () => Radius, v => Radius = v, 1e-3, 0.49, "radius of a disc; the box has side 1", "r", "box lengths"),
        Option.Double("physics.gravity", () => Gravity, v => Gravity = v, 0, 100, "downward acceleration", "g"),
        Option.Double("physics.restitution", () => Restitution, v => Restitution = v, 0.01, 1, "speed left after a head-on contact", "e"),
        Option.Double("physics.contact-time", () => ContactTime, v => ContactTime = v, 1e-4, 1, "duration of a contact", "t_c"),
        Option.Int("physics.substeps", () => Substeps, v => Substeps = v, 10, 10_000, "integration steps in a contact"),
        Option.Double("physics.start-speed", () => StartSpeed, v => StartSpeed = v, 0, 100, "deviation of each component of the starting velocities", "σ_v"),
        Option.Double("physics.radius-spread", () => RadiusSpread, v => RadiusSpread = v, 0, 0.9, "radii are uniform in r(1 ± s); above 0 the radius is a fifth input of the network", "s"),
        Option.Choice("physics.masses", () => Masses, v => Masses = v, ["area", "equal"], "masses of discs whose radii differ: as their areas, or all 1"),
        Option.Choice("physics.sides", () => Sides, v => Sides = v, ["walls", "periodic-x", "periodic-xy"], "sides of the box; without walls (periodic-xy) gravity must be 0"),
        Option.Double("data.frame-interval", () => FrameInterval, v => FrameInterval = v, 1e-4, 10, "time from one frame to the next", "Δt"),
        Option.Int("data.frames", () => Frames, v => Frames = v, 1, 100_000, "frames of a trajectory"),
        Option.Int("data.trajectories", () => Trajectories, v => Trajectories = v, 1, 10_000_000, "training trajectories of each seed"),
        Option.Int("data.test-trajectories", () => TestTrajectories, v => TestTrajectories = v, 3, 1_000_000, "held-out trajectories, the same for all seeds"),
        Option.Int("data.test-seed", () => TestSeed, v => TestSeed = v, 0, int.MaxValue, "seed of the held-out trajectories"),
        Option.Int("model.width", () => Width, v => Width = v, 1, 4096, "width of the residual stream", "d"),
        Option.Int("model.blocks", () => Blocks, v => Blocks = v, 1, 64, "transformer blocks", "L"),
        Option.Int("model.heads", () => Heads, v => Heads = v, 1, 64, "attention heads per block", "H"),
        Option.Int("model.mlp-ratio", () => MlpRatio, v => MlpRatio = v, 1, 64, "hidden width of the MLPs over d"),
        Option.Choice("model.encoder", () => Encoder, v => Encoder = v, ["linear", "mlp"], "how a particle's state enters: one layer, or one hidden layer of 2d"),
        Option.Choice("model.self", () => Self, v => Self = v, ["exclude", "allow"], "attention of a particle to itself"),
        Option.Bool("model.layer-norm", () => LayerNorm, v => LayerNorm = v, "layer norms before attention, MLP and decoder"),
        Option.Choice("model.activation", () => Nonlinearity, v => Nonlinearity = v, ["gelu", "gelu-tanh", "relu"], "nonlinearity of the MLPs"),
        Option.Int("train.steps", () => Steps, v => Steps = v, 1, 100_000_000, "training steps"),
        Option.Int("train.batch", () => Batch, v => Batch = v, 1, 65_536, "frames in a batch"),
        Option.Double("train.lr", () => LearningRate, v => LearningRate = v, 0, 10, "peak learning rate of Adam"),
        Option.Int("train.warm-up", () => WarmUp, v => WarmUp = v, 0, 1_000_000, "steps of linear warm-up"),
        Option.Choice("train.schedule", () => Schedule, v => Schedule = v, ["cosine", "constant"], "learning rate after the warm-up"),
        Option.Double("train.beta1", () => Beta1, v => Beta1 = v, 0, 0.9999, "decay of Adam's first moment", "β₁"),
        Option.Double("train.beta2", () => Beta2, v => Beta2 = v, 0, 0.99999, "decay of Adam's second moment", "β₂"),
        Option.Double("train.clip", () => Clip, v => Clip = v, 0, 1e9, "largest norm of the gradient; 0 switches clipping off"),
        Option.Int("train.control-steps", () => ControlSteps, v => ControlSteps = v, 0, 100_000_000, "steps of the control network on discs that pass through each other; 0 leaves it out"),
        Option.Double("analysis.checkpoint-ratio", () => CheckpointRatio, v => CheckpointRatio = v, 1.02, 10, "ratio of the steps of neighbouring checkpoints"),
        Option.Double("analysis.law-bend", () => LawBend, v => LawBend = v, 0, 1, "how far slopes within a power law's stretch may lie from that of the whole, as a share"),
        Option.Int("analysis.height-bins", () => HeightBins, v => HeightBins = v, 1, 64, "bins of height into which the contact score is split"),
        Option.Double("analysis.true-from", () => TrueFrom, v => TrueFrom = v, 0, 1, "contact score from which a head counts as true"),
        Option.Double("analysis.none-margin", () => NoneMargin, v => NoneMargin = v, 0, 1, "how far above uniform attention a head may score and still count as none"),
        .. DeclareLlc(),
    ];

    /// <inheritdoc/>
    public override void Check()
    {
        if (Width % Heads != 0) throw new HandmadeException($"model.width={Width} does not divide into model.heads={Heads}: make the width a multiple of the heads");
        Scene.Validate();
    }
}
