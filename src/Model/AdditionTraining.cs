using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model.Data;

namespace Handmade.Model;

/// <summary>How <see cref="AdditionTraining"/> trains. Rates and decays are one for all replicas, or one each: a phase diagram is one run.</summary>
public sealed record AdditionOptions
{
    /// <summary>The network. Its outputs are overruled when the loss is a cross-entropy: there is one for each of the 2p − 1 sums.</summary>
    public AdditionToySizes Sizes { get; init; } = new();

    /// <summary>Pairs of the table in the training set, which is one batch.</summary>
    public int TrainedPairs { get; init; } = 45;

    /// <summary>Learning rate of the embeddings.</summary>
    public double[] EmbeddingRate { get; init; } = [1e-3];

    /// <summary>Learning rate of the decoder.</summary>
    public double[] DecoderRate { get; init; } = [1e-4];

    /// <summary>Decoupled weight decay of the embeddings.</summary>
    public double[] EmbeddingDecay { get; init; } = [0];

    /// <summary>Decoupled weight decay of the decoder.</summary>
    public double[] DecoderDecay { get; init; } = [0];

    /// <summary>Classes and cross-entropy instead of fixed random targets and squared error.</summary>
    public bool Classifies { get; init; }
}

/// <summary>
/// The toy in which grokking was explained: an <see cref="AdditionToy"/> learns the addition table, all training pairs at once, embeddings and decoder
/// each by an AdamW of its own rate. A replica for each seed; the seed decides parameters, targets and split.
/// </summary>
public sealed partial class AdditionTraining
{
    private const ulong TargetStream = 0x7A26E7;
    private readonly AdamW embeddings, decoder;
    private readonly AdditionOptions options;
    private readonly bool classifies;

    /// <summary>Fresh networks and their data.</summary>
    public AdditionTraining(Device device, ReadOnlySpan<ulong> seeds, AdditionOptions options)
    {
        AdditionToySizes sizes = options.Classifies ? options.Sizes with { Outputs = Sums(options.Sizes) } : options.Sizes;
        this.options = options;
        classifies = options.Classifies;
        Model = new AdditionToy(new Init(device, new RandomStream(device, seeds)), sizes);
        embeddings = new AdamW([Model.Embedding], new Schedule(options.EmbeddingRate), weightDecay: options.EmbeddingDecay);
        decoder = new AdamW(Model.DecoderParameters, new Schedule(options.DecoderRate), weightDecay: options.DecoderDecay);
        var table = new AdditionPairs(device, sizes.Symbols, options.TrainedPairs, seeds);
        Targets = new Tensor(new RandomStream(device, seeds, TargetStream).Normal([seeds.Length, Sums(sizes), sizes.Outputs]));
        (Pairs, Tensor sums) = table.Training();
        (TestPairs, TestSums) = table.Test();
        Answers = classifies ? sums : Targets.IndexSelect(1, sums);
        Shape replicas = [seeds.Length];
        (failedStep, gradientNorm, unusedFactor) = (Copy.Full(device, replicas, DType.I32, 0), Copy.Full(device, replicas, DType.F64, 0), Copy.Full(device, replicas, DType.F64, 1));
    }

    /// <summary>The networks.</summary>
    public AdditionToy Model { get; }

    /// <summary>The random vector of each sum, [R, 2p − 1, out].</summary>
    public Tensor Targets { get; }

    /// <summary>The training pairs, [R, pair, p].</summary>
    public Tensor Pairs { get; }

    /// <summary>What the network should say to them: vectors [R, pair, out], or classes I32 [R, pair].</summary>
    public Tensor Answers { get; }

    /// <summary>The pairs left out, [R, pair, p].</summary>
    public Tensor TestPairs { get; }

    /// <summary>Their sums, I32 [R, pair].</summary>
    public Tensor TestSums { get; }

    /// <summary>One step of training on all pairs; the loss of each replica before it, [R]. May be captured.</summary>
    public Tensor Step()
    {
        Tensor loss = Backward();
        embeddings.Step();
        decoder.Step();
        return loss;
    }

    private Tensor Backward()
    {
        embeddings.ZeroGrad();
        decoder.ZeroGrad();
        Tensor answer = Model.Forward(Pairs);
        Tensor loss = classifies ? Loss.CrossEntropy(answer, Answers) : Loss.MeanSquared(answer, Answers);
        loss.Backward();
        return loss;
    }

    private static int Sums(AdditionToySizes sizes) => (2 * sizes.Symbols) - 1;
}
