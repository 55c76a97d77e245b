using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;
using Handmade.Model.Data;

namespace Handmade.Model;

/// <summary>Sizes of a <see cref="ModularAdditionTransformer"/>; the defaults are the paper's.</summary>
public sealed record ModularAdditionSizes
{
    /// <summary>Tokens, and classes to choose from: p, or more where the two summands have tokens of their own or an equals sign follows.</summary>
    public int Vocabulary { get; init; } = 59;

    /// <summary>Tokens of an example. The answer is read at the last.</summary>
    public int Positions { get; init; } = 2;

    /// <summary>Width d of the residual stream.</summary>
    public int Width { get; init; } = 128;

    /// <summary>Attention heads of a layer.</summary>
    public int Heads { get; init; } = 4;

    /// <summary>Layers of attention and MLP.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>Hidden width of the MLPs, as a multiple of d.</summary>
    public int MlpRatio { get; init; } = 4;

    /// <summary>Nonlinearity of the MLPs.</summary>
    public Activation Activation { get; init; } = Activation.Relu;
}

/// <summary>
/// The transformer of "The clock and the pizza" (Zhong, Liu, Tegmark, Andreas 2023, arXiv 2306.17844): token and position embeddings, layers of
/// <see cref="RatedAttention"/> and MLP without layer norms, an unembedding without bias. Sizes and scales are those of the authors' program.
/// </summary>
/// <remarks>
/// <see cref="Forward"/> takes any tokens through every layer. <see cref="ForwardPairs"/> is the same function of pairs for a fraction of the
/// arithmetic: in front of the first nonlinearity there are only as many different vectors as tokens and positions. It is for training; hooks are heard
/// by <see cref="Forward"/>.
/// </remarks>
public sealed class ModularAdditionTransformer : Module
{
    private readonly ModularAdditionSizes sizes;
    private readonly Embedding embedding;
    private readonly Layer[] layers;

    /// <summary>A network with fresh parameters; one attention rate, or one per replica.</summary>
    public ModularAdditionTransformer(Init init, ModularAdditionSizes sizes, params double[] attentionRate)
    {
        if (sizes.Positions < 2 || sizes.Layers < 1) throw new HandmadeException($"modular addition: {sizes.Positions} positions and {sizes.Layers} layers; it needs at least 2 and 1");
        this.sizes = sizes;
        AttentionRates = [.. Enumerable.Range(0, init.Replicas).Select(r => attentionRate[Math.Min(r, attentionRate.Length - 1)])];
        double scale = 1 / Math.Sqrt(sizes.Width);
        embedding = Child("embed", new Embedding(init, sizes.Vocabulary, sizes.Width, scale));
        Positions = Parameter("pos_embed", init.Normal([sizes.Positions, sizes.Width], scale));
        layers = [.. Enumerable.Range(0, sizes.Layers).Select(layer => Child($"blocks.{layer}", new Layer(init, sizes, attentionRate)))];
        Unembedding = Parameter("unembed", init.Normal([sizes.Width, sizes.Vocabulary], 1 / Math.Sqrt(sizes.Vocabulary)));
    }

    /// <summary>Its sizes.</summary>
    public ModularAdditionSizes Sizes => sizes;

    /// <summary>α of each replica.</summary>
    public IReadOnlyList<double> AttentionRates { get; }

    /// <summary>A vector for each token, [R, vocabulary, d].</summary>
    public Tensor Tokens => embedding.Weight;

    /// <summary>A vector for each position, [R, position, d].</summary>
    public Tensor Positions { get; }

    /// <summary>From the residual stream to the logits, [R, d, vocabulary].</summary>
    public Tensor Unembedding { get; }

    /// <summary>Logits [R, batch, vocabulary] of tokens I32 [R, batch, position].</summary>
    public Tensor Forward(Tensor tokens) => ForwardEmbedded(embedding.Forward(tokens));

    /// <summary>Logits [R, batch, vocabulary] of token embeddings [R, batch, position, d]: what gradients with respect to single tokens need.</summary>
    public Tensor ForwardEmbedded(Tensor tokens) => Through(tokens, lastPosition: false);

    /// <summary>
    /// This network as a reader of pairs modulo p. Its vocabulary says how it reads them: p tokens, or 2p where the second summand has tokens of its
    /// own, and one more, the last, where an equals sign follows (3 positions).
    /// </summary>
    public PairNetwork Pairs(int p)
    {
        int signs = sizes.Positions - 2, summands = sizes.Vocabulary - signs;
        if (signs > 1 || (summands != p && summands != 2 * p))
            throw new HandmadeException($"modular addition: pairs modulo {p} for a network of {sizes.Vocabulary} tokens and {sizes.Positions} positions; it takes {p} or {2 * p} tokens at 2 positions, or one more at 3");
        Tensor first = summands == sizes.Vocabulary && summands == p ? Tokens : Tokens.Slice(1, 0, p);
        Tensor second = summands == p ? first : Tokens.Slice(1, p, p);
        return new PairNetwork(first, second, (a, b) => Through(signs == 0 ? Tensor.Stack(2, a, b) : Tensor.Stack(2, a, b, Sign(a.Shape)), lastPosition: true));

        Tensor Sign(Shape like) => Tokens.Slice(1, sizes.Vocabulary - 1, 1).Expand(like);
    }

    /// <summary>
    /// As <see cref="Forward"/> of <see cref="TokenPairs.Tokens"/>. What depends on a token and its position alone is computed once for each of
    /// them, and only the last position goes on behind the last attention. With one layer nothing is left per pair but the hidden layer: the values
    /// pass the output layer, the MLP's first layer and the unembedding in tables, and the MLP's second layer and the unembedding are multiplied first.
    /// </summary>
    public Tensor ForwardPairs(TokenPairs pairs)
    {
        if (sizes.Positions != 2 || sizes.Vocabulary != pairs.Vocabulary)
            throw new HandmadeException($"modular addition: pairs of {pairs.Vocabulary} tokens for a network of {sizes.Vocabulary} tokens and {sizes.Positions} positions; it takes 2 positions and as many tokens");
        // [R, position, token, d]
        Tensor x = Tokens.Unsqueeze(1) + Positions.Unsqueeze(2);
        if (layers.Length == 1) return layers[0].ForwardPairs(x, pairs, Unembedding);
        Tensor qkv = PerPair(layers[0].Attention.Qkv.Forward(x));
        x = PerPair(x);
        foreach (Layer layer in layers)
        {
            bool isLast = layer == layers[^1];
            x = layer.Forward(x, layer == layers[0] ? qkv : layer.Attention.Qkv.Forward(x), isLast);
        }
        return Unembed(Last(x));

        Tensor PerPair(Tensor table) => Tensor.Embedding(table.Reshape([table.Shape[0], 2 * sizes.Vocabulary, table.Shape[^1]]), pairs.Rows);
    }

    private Tensor Through(Tensor tokens, bool lastPosition)
    {
        Tensor x = tokens + Positions.Unsqueeze(1);
        foreach (Layer layer in layers) x = layer.Forward(x, layer.Attention.Qkv.Forward(x), lastPosition && layer == layers[^1]);
        return Unembed(Last(x));
    }

    private Tensor Unembed(Tensor x) => Tensor.Linear(x, Unembedding.Transpose(-1, -2));

    private static Tensor Last(Tensor x) => x.Slice(2, x.Shape[2] - 1, 1).Squeeze(2);

    /// <summary>x += attention(x); x += mlp(x).</summary>
    private sealed class Layer : Module
    {
        private readonly Mlp mlp;

        public Layer(Init init, ModularAdditionSizes sizes, double[] attentionRate)
        {
            int width = sizes.Width, hidden = sizes.MlpRatio * sizes.Width;
            Attention = Child("attn", new RatedAttention(init, width, sizes.Heads, attentionRate));
            HookResidMid = Hook("hook_resid_mid", "[replica, batch, position, d]");
            // The scales follow the widths of the results, as in the authors' program.
            Linear up = new(init.Normal([hidden, width], 1 / Math.Sqrt(hidden)), init.Constant([hidden], 0));
            Linear down = new(init.Normal([width, hidden], 1 / Math.Sqrt(width)), init.Constant([width], 0));
            mlp = Child("mlp", new Mlp(up, down, sizes.Activation));
            HookResidPost = Hook("hook_resid_post", "[replica, batch, position, d]");
        }

        public RatedAttention Attention { get; }

        private HookPoint HookResidMid { get; }

        private HookPoint HookResidPost { get; }

        /// <summary>The residual stream behind the layer: at every position, or at the last alone.</summary>
        public Tensor Forward(Tensor x, Tensor qkv, bool lastPosition = false)
        {
            Tensor z = Attention.Gather(qkv);
            if (lastPosition) (x, z) = (Last(x).Unsqueeze(2), Last(z).Unsqueeze(2));
            x = HookResidMid.Pass(Attention.Output.Forward(z, residual: x));
            return HookResidPost.Pass(mlp.Forward(x, residual: x));
        }

        // With u₀ = W_O v of the first token and u₁ of the second, head by head, the last position in front of the MLP is
        //     x₁ + Σ A u₀ + (2 − α − A) u₁ = [x₁ + (2 − α) Σ u₁] + Σ A (u₀ − u₁):
        // a mix of rows of tables, which it stays behind any linear map.
        public Tensor ForwardPairs(Tensor x, TokenPairs pairs, Tensor unembedding)
        {
            int replicas = x.Shape[0], tokens = x.Shape[2], d = x.Shape[3], heads = Attention.IsConstant ? 1 : Attention.Heads, width = Attention.Output.Weight.Shape[^1];
            Tensor value = Tensor.Linear(x, Attention.Qkv.Weight.Slice(1, 2 * width, width)).Reshape([replicas, 2, tokens, heads, width / heads]).Transpose(2, 3);
            Tensor output = Attention.Output.Weight.Reshape([replicas, 1, d, heads, width / heads]).Permute(0, 1, 3, 4, 2);
            Tensor u = Tensor.MatMul(value, output);
            Tensor sum = u.Slice(1, 1, 1).Sum([2]);
            Tensor ground = x.Slice(1, 1, 1) + Attention.Rated(sum, sum * 2);
            Tensor tables = Tensor.Concat(1, ground, u.Reshape([replicas, 2 * heads, tokens, d]));
            Tensor weights = Attention.IsConstant ? Tensor.Ones(x.Device, [replicas, pairs.Count, 1], x.DType) : Weights(x, pairs);

            bool isRelu = mlp.Activation == Activation.Relu;
            Tensor hidden = Tensor.PairMix(mlp.Up.Forward(tables), weights, pairs.Tokens, isRelu);
            if (!isRelu) hidden = hidden.Gelu(tanh: mlp.Activation == Activation.GeluTanh);
            Tensor direct = Tensor.PairMix(Tensor.Linear(tables, unembedding.Transpose(-1, -2)), weights, pairs.Tokens);
            Tensor readOut = Tensor.MatMul(unembedding.Transpose(-1, -2), mlp.Down.Weight);
            Tensor bias = Tensor.MatMul(mlp.Down.Bias!.Unsqueeze(1), unembedding).Squeeze(1);
            return Tensor.Linear(hidden, readOut, bias, residual: direct);
        }

        // A of the first token, [R, pairs, head]: a softmax over two scores is a sigmoid of their difference.
        private Tensor Weights(Tensor x, TokenPairs pairs)
        {
            int replicas = x.Shape[0], tokens = x.Shape[2], width = Attention.Output.Weight.Shape[^1];
            Tensor packed = Tensor.Linear(x, Attention.Qkv.Weight.Slice(1, 0, 2 * width)).Reshape([replicas, 2, tokens, 2, Attention.Heads, width / Attention.Heads]);
            Tensor query = Part(1, 0), firstKey = Part(0, 1), secondKey = Part(1, 1);
            Tensor gap = Tensor.MatMul(query, firstKey.Transpose(-1, -2)) - (query * secondKey).Sum([-1], keepAxes: true);
            Tensor share = (gap * Math.Sqrt((double)Attention.Heads / width)).Sigmoid();
            Tensor weights = Attention.Rated(share, Tensor.Ones(x.Device, share.Shape, x.DType));
            return Tensor.Embedding(weights.Permute(0, 2, 3, 1).Reshape([replicas, tokens * tokens, Attention.Heads]), pairs.Places);

            // [R, head, token, d_head]
            Tensor Part(int position, int which) => packed.Slice(1, position, 1).Slice(3, which, 1).Squeeze(3).Squeeze(1).Transpose(1, 2);
        }
    }
}
