using Handmade.Autograd;

namespace Handmade.Model;

/// <summary>Sizes of an <see cref="AdditionToy"/>.</summary>
public sealed record AdditionToySizes
{
    /// <summary>Symbols p, the numbers 0…p−1.</summary>
    public int Symbols { get; init; } = 10;

    /// <summary>Width d of a symbol's embedding.</summary>
    public int EmbeddingWidth { get; init; } = 1;

    /// <summary>Width of the decoder's two hidden layers.</summary>
    public int Width { get; init; } = 200;

    /// <summary>Numbers that the decoder returns: components of a random target, or the 2p − 1 classes.</summary>
    public int Outputs { get; init; } = 30;
}

/// <summary>
/// Dec(E_i + E_j): what a network learns of addition when only the sum of two embeddings reaches its decoder, an MLP d-200-200-out with tanh
/// (Liu et al. 2022, "Towards understanding grokking: an effective theory of representation learning").
/// </summary>
public sealed class AdditionToy : Module
{
    // The embeddings of the paper's code are uniform in ±1/2.
    private const int EmbeddingFanIn = 4;
    private readonly Decoder decoder;

    /// <summary>A network with fresh parameters.</summary>
    public AdditionToy(Init init, AdditionToySizes sizes)
    {
        Embedding = Parameter("embedding", init.Uniform([sizes.Symbols, sizes.EmbeddingWidth], EmbeddingFanIn));
        decoder = Child("decoder", new Decoder(init, sizes));
    }

    /// <summary>E, <c>[R, p, d]</c>.</summary>
    public Tensor Embedding { get; }

    /// <summary>The decoder's parameters, which train at a rate of their own.</summary>
    public IReadOnlyList<Tensor> DecoderParameters => decoder.Parameters();

    /// <summary>
    /// What the decoder says about pairs: <c>[R, pair, p] → [R, pair, out]</c>. A pair (i, j) is a row with 1 at i and 1 at j, or 2 at i = j, so that
    /// its sum of embeddings is a product with the table.
    /// </summary>
    public Tensor Forward(Tensor pairs) => decoder.Forward(Tensor.MatMul(pairs, Embedding));

    private sealed class Decoder : Module
    {
        private readonly Linear first, second, last;

        public Decoder(Init init, AdditionToySizes sizes)
        {
            first = Child("first", new Linear(init, sizes.EmbeddingWidth, sizes.Width));
            second = Child("second", new Linear(init, sizes.Width, sizes.Width));
            last = Child("last", new Linear(init, sizes.Width, sizes.Outputs));
        }

        public Tensor Forward(Tensor x) => last.Forward(second.Forward(first.Forward(x).Tanh()).Tanh());
    }
}
