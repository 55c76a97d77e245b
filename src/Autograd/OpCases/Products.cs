using Handmade.Kernels;
using Handmade.Kernels.Ops;

namespace Handmade.Autograd;

public static partial class OpCases
{
    private static IEnumerable<OpCase> Products =>
    [
        new("matmul", x => Tensor.MatMul(x[0], x[1]), x => NaiveMatMul(x[0], x[1]),
            [new([5, 7]), new([7, 3])],
            [new([2, 17, 33]), new([2, 33, 19])],
            [new([3, 1, 4, 6]), new([2, 6, 5])],
            [new([13, 16], Strided: true), new([16, 31], Strided: true)],
            [new([1, 1]), new([1, 1])],
            [new([0, 3]), new([3, 2])],
            [new([2, 0]), new([0, 3])])
        { ToleranceF32 = 2e-5, Bench = new("M×N×K", [1024, 1024, 1024], s => [new([s[0], s[2]]), new([s[2], s[1]])]) },
        new("linear", x => Tensor.Linear(x[0], x[1], x[2]), x => NaiveLinear(x[0], x[1], x[2], v => v),
            [new([5, 3, 7]), new([5, 2, 7]), new([5, 2])],
            [new([2, 3, 17, 4]), new([2, 33, 4]), new([2, 33])],
            [new([6, 5]), new([3, 5]), new([3])])
        { ToleranceF32 = 2e-5, Bench = LinearBench(residual: false) },
        new("linear (residual)", x => Tensor.Linear(x[0], x[1], x[2], x[3]), x => NaiveTensor.Zip(NaiveLinear(x[0], x[1], x[2], v => v), x[3], (a, b) => a + b),
            [[new([2, 3, 5, 4]), new([2, 8, 4]), new([2, 8]), new([2, 3, 5, 8])]])
        { ToleranceF32 = 2e-5, Bench = LinearBench(residual: true) },
        LinearWith(Activation.Gelu, v => 0.5 * v * (1 + NaiveMath.Erf(v / Math.Sqrt(2)))),
        LinearWith(Activation.GeluTanh, v => 0.5 * v * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (v + (0.044715 * v * v * v))))),
        LinearWith(Activation.Relu, v => Math.Max(v, 0)),
        AttentionWith("attention", AttentionMask.None),
        AttentionWith("attention (exclude self)", AttentionMask.ExcludeSelf),
        AttentionWith("attention (causal)", AttentionMask.Causal),
        new("rated_attention", x => Tensor.RatedAttention(x[0], x[1]).Z, x => NaiveRatedAttention(x[0], x[1]),
            [new([2, 5, 2, 3, 3, 4]), Rates(2)],
            [new([1, 17, 2, 3, 1, 33]), Rates(1)],
            [new([3, 2, 3, 3, 2, 16]), Rates(3)],
            [new([1, 3, 1, 3, 2, 5]), Rates(1)])
        { ToleranceF32 = 1e-5, Bench = new("examples×positions×heads×width", [2784, 2, 4, 32], s => [new([1, s[0], s[1], 3, s[2], s[3]]), Rates(1)]) },
    ];

    private static OpCase LinearWith(Activation activation, Func<double, double> f) =>
        new($"linear ({activation.Name()})", x => Tensor.Linear(x[0], x[1], x[2], activation), x => NaiveLinear(x[0], x[1], x[2], f),
            [new([2, 5, 7]), new([2, 19, 7]), new([2, 19])],
            [new([1, 3, 4]), new([1, 17, 4]), new([1, 17])])
        { ToleranceF32 = 2e-5, Bench = LinearBench(residual: false) };

    private static OpBench LinearBench(bool residual) => new("rows×out×in", [4096, 512, 512], s =>
        [new([1, s[0], s[2]]), new([1, s[1], s[2]]), new([1, s[1]]), .. residual ? [new([1, s[0], s[1]])] : Array.Empty<OpInput>()]);

    private static OpCase AttentionWith(string name, AttentionMask mask) =>
        new(name, x => Tensor.Attention(x[0], mask).Z, x => NaiveAttention(x[0], mask),
            Packed(2, 5, 3, 2, 4),
            Packed(1, 2, 17, 3, 1, 8),
            Packed(16, 3, 1, 17),
            Packed(16, 3, 2, 8),
            Packed(9, 3, 2, 12),
            Packed(2, 3, 2, 5))
        { ToleranceF32 = 1e-5, Bench = new("batch×tokens×heads×width", [8, 256, 8, 32], s => Packed(s[0], s[1], 3, s[2], s[3])) };

    private static OpInput Rates(int replicas) => new(new Shape(replicas), 0, 1, HasGradient: false);

    private static OpInput[] Packed(params int[] extents) => [new OpInput(new Shape(extents))];

    private static NaiveTensor NaiveMatMul(NaiveTensor a, NaiveTensor b)
    {
        Shape batch = Shape.Broadcast(new Shape(a.Shape.Extents[..^2]), new Shape(b.Shape.Extents[..^2]), "naive");
        Shape stretchedA = new([.. batch, .. a.Shape.Extents[^2..]]), stretchedB = new([.. batch, .. b.Shape.Extents[^2..]]);
        return NaiveTensor.From(new Shape([.. batch, a.Shape[^2], b.Shape[^1]]), index =>
        {
            int[] left = [.. index], right = [.. index];
            double sum = 0;
            for (int p = 0; p < stretchedA[^1]; p++)
            {
                left[^1] = p;
                right[^2] = p;
                sum += a.Stretched(left) * b.Stretched(right);
            }
            return sum;
        });
    }

    private static NaiveTensor NaiveLinear(NaiveTensor x, NaiveTensor weight, NaiveTensor bias, Func<double, double> f)
    {
        bool replicated = weight.Shape.Rank == 3;
        return NaiveTensor.From(x.Shape.With(x.Shape.Rank - 1, weight.Shape[^2]), index =>
        {
            int[] input = [.. index];
            double sum = replicated ? bias[index[0], index[^1]] : bias[index[^1]];
            for (int p = 0; p < x.Shape[^1]; p++)
            {
                input[^1] = p;
                sum += x[input] * (replicated ? weight[index[0], index[^1], p] : weight[index[^1], p]);
            }
            return f(sum);
        });
    }

    private static NaiveTensor NaiveRatedAttention(NaiveTensor qkv, NaiveTensor rate)
    {
        NaiveTensor usual = NaiveAttention(qkv, AttentionMask.None);
        return NaiveTensor.From(usual.Shape, i =>
        {
            double sum = Enumerable.Range(0, qkv.Shape[2]).Sum(position => qkv[i[0], i[1], position, 2, i[3], i[4]]);
            return (rate[i[0]] * usual[i]) + ((1 - rate[i[0]]) * sum);
        });
    }

    private static NaiveTensor NaiveAttention(NaiveTensor qkv, AttentionMask mask)
    {
        int tokens = qkv.Shape[^4], width = qkv.Shape[^1];
        Shape result = new([.. qkv.Shape.Extents[..^3], qkv.Shape[^2], width]);
        return NaiveTensor.From(result, index =>
        {
            int query = index[^3];
            var weights = new double[tokens];
            for (int key = 0; key < tokens; key++)
            {
                double dot = 0;
                for (int c = 0; c < width; c++) dot += Packed(query, 0, c) * Packed(key, 1, c);
                bool forbidden = (mask == AttentionMask.ExcludeSelf && key == query) || (mask == AttentionMask.Causal && key > query);
                weights[key] = forbidden ? 0 : Math.Exp(dot / Math.Sqrt(width));
            }
            double sum = weights.Sum(), z = 0;
            for (int key = 0; key < tokens; key++) z += weights[key] / sum * Packed(key, 2, index[^1]);
            return z;

            double Packed(int token, int which, int c) => qkv[[.. index[..^3], token, which, index[^2], c]];
        });
    }
}
