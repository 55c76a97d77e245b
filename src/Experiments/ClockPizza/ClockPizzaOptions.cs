using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model;
using Handmade.Model.Data;

namespace Handmade.Experiments.ClockPizza;

/// <summary>Everything that can be set in the clock-pizza experiment; the defaults are the preset <c>quick</c>.</summary>
public sealed class ClockPizzaOptions : ExperimentOptions
{
    /// <summary>The modulus p.</summary>
    public int P { get; set; } = 59;

    /// <summary>sum, difference or product.</summary>
    public string Operation { get; set; } = "sum";

    /// <summary>Share of the p² pairs to train on.</summary>
    public double TrainShare { get; set; } = 0.8;

    /// <summary>Whether the second number has tokens of its own.</summary>
    public bool SeparateVocabularies { get; set; }

    /// <summary>Whether an equals sign follows the pair.</summary>
    public bool EqualsSign { get; set; }

    /// <summary>transformer, or the letter of a linear model.</summary>
    public string Kind { get; set; } = "transformer";

    /// <summary>Attention rates α; networks are trained at each.</summary>
    public IReadOnlyList<double> AttentionRates { get; set; } = [0, 0.25, 0.5, 0.75, 1];

    /// <summary>Width d of the residual stream, or of a linear model's hidden layers.</summary>
    public int Width { get; set; } = 64;

    /// <summary>Layers of attention and MLP.</summary>
    public int Layers { get; set; } = 1;

    /// <summary>Attention heads of a layer.</summary>
    public int Heads { get; set; } = 4;

    /// <summary>Nonlinearity of the MLPs.</summary>
    public string Nonlinearity { get; set; } = "relu";

    /// <summary>Training steps, each on all training pairs.</summary>
    public int Steps { get; set; } = 800;

    /// <summary>Learning rate after the warm-up.</summary>
    public double LearningRate { get; set; } = 3e-3;

    /// <summary>Steps of linear warm-up; the first has rate 0.</summary>
    public int WarmUp { get; set; } = 10;

    /// <summary>Decoupled weight decay of all parameters.</summary>
    public double Decay { get; set; } = 2;

    /// <summary>AdamW's β₁.</summary>
    public double Beta1 { get; set; } = 0.9;

    /// <summary>AdamW's β₂.</summary>
    public double Beta2 { get; set; } = 0.98;

    /// <summary>Measurements over training, evenly spaced.</summary>
    public int Measurements { get; set; } = 20;

    /// <summary>Triples of a measurement's gradient symmetricity; the final one takes all p³.</summary>
    public int Triples { get; set; } = 1000;

    /// <summary>Below this gradient symmetricity a network counts as a Clock in phase diagrams.</summary>
    public double PizzaFrom { get; set; } = 0.9;

    /// <summary>Whether the network is the transformer.</summary>
    public bool IsTransformer => Kind == "transformer";

    /// <summary>What is to be learnt.</summary>
    public ModularTask Task => ModularTask.Named(Operation, P);

    /// <summary>How pairs are written.</summary>
    public PairTokens Form => new(P, SeparateVocabularies, EqualsSign);

    /// <summary>The transformer's sizes.</summary>
    public ModularAdditionSizes Sizes => new()
    {
        Vocabulary = Form.Vocabulary,
        Positions = Form.Positions,
        Width = Width,
        Heads = Heads,
        Layers = Layers,
        Activation = Nonlinearity switch
        {
            "gelu" => Activation.Gelu,
            "gelu-tanh" => Activation.GeluTanh,
            _ => Activation.Relu,
        },
    };

    /// <inheritdoc/>
    protected override IEnumerable<Option> Declare() =>
    [
        Option.Int("data.p", () => P, v => P = v, 3, 499, "the modulus", "p"),
        Option.Choice("data.operation", () => Operation, v => Operation = v, ["sum", "difference", "product"], "what the network learns modulo p"),
        Option.Double("data.train-share", () => TrainShare, v => TrainShare = v, 0.01, 0.99, "share of the p² pairs to train on"),
        Option.Bool("data.separate-vocabularies", () => SeparateVocabularies, v => SeparateVocabularies = v, "the second number has tokens of its own"),
        Option.Bool("data.equals-sign", () => EqualsSign, v => EqualsSign = v, "a third token follows the pair, and the answer is read there"),
        Option.Choice("model.kind", () => Kind, v => Kind = v, ["transformer", "alpha", "alpha-prime", "beta", "gamma", "delta"], "the transformer, or a linear model of the paper's appendix"),
        Option.Doubles("model.attention-rate", () => AttentionRates, v => AttentionRates = v, 0, 1, "attention rates: networks are trained at each; 0 is constant attention, 1 the usual one", "α"),
        Option.Int("model.width", () => Width, v => Width = v, 4, 4096, "width of the residual stream, or of a linear model", "d"),
        Option.Int("model.layers", () => Layers, v => Layers = v, 1, 4, "layers of attention and MLP", "L"),
        Option.Int("model.heads", () => Heads, v => Heads = v, 1, 64, "attention heads of a layer", "H"),
        Option.Choice("model.activation", () => Nonlinearity, v => Nonlinearity = v, ["relu", "gelu", "gelu-tanh"], "nonlinearity of the MLPs"),
        Option.Int("train.steps", () => Steps, v => Steps = v, 1, 100_000_000, "training steps, each on all training pairs"),
        Option.Double("train.lr", () => LearningRate, v => LearningRate = v, 0, 10, "learning rate of AdamW after the warm-up"),
        Option.Int("train.warm-up", () => WarmUp, v => WarmUp = v, 0, 1_000_000, "steps of linear warm-up, the first at rate 0"),
        Option.Double("train.decay", () => Decay, v => Decay = v, 0, 1e6, "decoupled weight decay of all parameters"),
        Option.Double("train.beta1", () => Beta1, v => Beta1 = v, 0, 0.9999, "decay of AdamW's first moment", "β₁"),
        Option.Double("train.beta2", () => Beta2, v => Beta2 = v, 0, 0.99999, "decay of AdamW's second moment", "β₂"),
        Option.Int("analysis.measurements", () => Measurements, v => Measurements = v, 1, 100_000, "measurements and checkpoints over training, evenly spaced"),
        Option.Int("analysis.triples", () => Triples, v => Triples = v, 1, 1_000_000, "triples drawn for the gradient symmetricity over training; at the end it takes all p³"),
        Option.Double("analysis.pizza-from", () => PizzaFrom, v => PizzaFrom = v, 0, 1, "gradient symmetricity from which a network lies on the Pizza's side of a phase diagram"),
    ];

    /// <inheritdoc/>
    public override void Check()
    {
        if (Width < Heads) throw new HandmadeException($"model.width={Width} is less than model.heads={Heads}: each head needs at least one feature");
        if (!IsTransformer && (EqualsSign || SeparateVocabularies || Layers > 1))
            throw new HandmadeException($"model.kind={Kind} reads two vectors and has its own layers: data.equals-sign, data.separate-vocabularies and model.layers belong to the transformer");
        if (!IsTransformer && Width % 2 != 0) throw new HandmadeException($"model.width={Width} is odd: linear models halve it");
        _ = Task;
    }
}
