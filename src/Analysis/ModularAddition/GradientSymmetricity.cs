using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Model;

namespace Handmade.Analysis.ModularAddition;

/// <summary>
/// Gradient symmetricity (Zhong et al. 2023, arXiv 2306.17844): the mean cosine similarity of ∂Q(a, b, c)/∂E_a and ∂Q(a, b, c)/∂E_b, the two
/// embeddings taken as variables of their own also where a = b, over triples of two tokens and any class. 1 for a function of E_a + E_b, 0 for an exact Clock.
/// </summary>
/// <param name="Value">The mean; NaN where every triple was skipped.</param>
/// <param name="Triples">Triples that count.</param>
/// <param name="Skipped">Triples left out because a gradient is zero and has no direction.</param>
public readonly record struct GradientSymmetricity(double Value, int Triples, int Skipped)
{
    // Number of the random stream that draws triples: networks draw parameters from 0, splits from 1.
    private const ulong Draws = 2;

    /// <summary>
    /// Over all p² pairs and the first p classes, for each replica: one forward pass, and one backward pass per class. Nothing of weights is differentiated, and down to the first
    /// nonlinearity a class has one gradient for all pairs, a single row. Bound by the products between the last hidden layer and the vectors.
    /// </summary>
    public static GradientSymmetricity[] Of(PairNetwork network) => [.. Cosines(network).Select(OfCosines)];

    /// <summary>Over triples drawn from all p³ with replacement, the same ones for every replica: one forward and one backward pass.</summary>
    /// <param name="network">R networks.</param>
    /// <param name="triples">How many; the authors take 100, whose noise is 0.01.</param>
    /// <param name="seed">Decides which.</param>
    public static GradientSymmetricity[] Sampled(PairNetwork network, int triples = 1000, ulong seed = 1)
    {
        if (triples < 1) throw new HandmadeException($"gradient symmetricity: {triples} triples; draw at least 1");
        Device device = network.First.Device;
        using Scope scope = device.Scope();
        Tensor drawn = new(new RandomStream(device, [seed], Draws).Integers([1, 3, triples], network.Tokens));
        Tensor first, second;
        using (Tape.NoGrad())
        {
            first = network.First.IndexSelect(1, Drawn(0));
            second = network.Second.IndexSelect(1, Drawn(1));
        }
        var pass = new Pass(network, first, second);
        int[] classes = Drawn(2).ToArray<int>();
        var upstream = new double[network.Replicas * triples * pass.Classes];
        for (int i = 0; i < network.Replicas * triples; i++) upstream[(i * pass.Classes) + classes[i % triples]] = 1;
        double[] cosines = pass.Cosines(pass.Logits.Beside(upstream, pass.Logits.Shape));
        return [.. cosines.Chunk(triples).Select(OfCosines)];

        Tensor Drawn(int which) => drawn.Slice(1, which, 1).Reshape([triples]);
    }

    /// <summary>The cosine of every triple, for each replica at [(a·p + b)·p + c]; NaN where a gradient is zero.</summary>
    public static double[][] Cosines(PairNetwork network)
    {
        int p = network.Tokens, pairs = p * p;
        double[][] cosines = [.. Enumerable.Range(0, network.Replicas).Select(_ => new double[pairs * p])];
        Device device = network.First.Device;
        using Scope scope = device.Scope();
        Tensor first, second;
        using (Tape.NoGrad()) (first, second) = network.AllPairs();
        var pass = new Pass(network, first, second);
        if (pass.Classes < p) throw new HandmadeException($"gradient symmetricity: a network of {p} tokens has {pass.Classes} classes; it needs as many");
        var chosen = new double[pass.Classes];
        for (int c = 0; c < p; c++)
        {
            using Scope temporaries = device.Scope();
            Array.Clear(chosen);
            chosen[c] = 1;
            double[] ofClass = pass.Cosines(pass.Logits.Beside(chosen, [1, 1, pass.Classes]).Expand(pass.Logits.Shape));
            for (int i = 0; i < ofClass.Length; i++) cosines[i / pairs][(i % pairs * p) + c] = ofClass[i];
        }
        return cosines;
    }

    private static GradientSymmetricity OfCosines(double[] cosines)
    {
        int skipped = cosines.Count(double.IsNaN), count = cosines.Length - skipped;
        return new(count == 0 ? double.NaN : cosines.Where(cosine => !double.IsNaN(cosine)).Sum() / count, count, skipped);
    }

    /// <summary>One forward pass, differentiated again and again.</summary>
    private sealed class Pass
    {
        private readonly Tensor first, second;

        public Pass(PairNetwork network, Tensor first, Tensor second)
        {
            this.first = new Tensor(first.View, requiresGrad: true);
            this.second = new Tensor(second.View, requiresGrad: true);
            Logits = network.Forward(this.first, this.second);
        }

        public Tensor Logits { get; }

        public int Classes => Logits.Shape[^1];

        /// <summary>The cosine for each example of the gradients of Σ upstream · logits; NaN where one is zero.</summary>
        public double[] Cosines(Tensor upstream)
        {
            Tensor?[] gradients = Tensor.Gradients(Logits, [first, second], upstream);
            if (gradients[0] is not { } da || gradients[1] is not { } db) return [.. Enumerable.Repeat(double.NaN, (int)(first.Shape.Count / first.Shape[^1]))];
            using IDisposable paused = Tape.NoGrad();
            double[] dot = Dot(da, db), aa = Dot(da, da), bb = Dot(db, db);
            return [.. dot.Select((product, i) => aa[i] > 0 && bb[i] > 0 ? product / Math.Sqrt(aa[i] * bb[i]) : double.NaN)];
        }

        private static double[] Dot(Tensor x, Tensor y) => (x * y).Sum([-1]).ToDoubles();
    }
}
