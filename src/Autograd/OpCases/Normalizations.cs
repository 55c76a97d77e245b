namespace Handmade.Autograd;

public static partial class OpCases
{
    private static IEnumerable<OpCase> Normalizations =>
    [
        new("layer_norm", x => Tensor.LayerNorm(x[0], x[1], x[2]), x => NaiveLayerNorm(x[0], x[1], x[2], 1e-5),
            [new([3, 7]), new([7]), new([7])],
            [new([2, 5, 17]), new([2, 17]), new([2, 17])],
            [new([2, 3, 33, 5], Strided: true), new([2, 5]), new([2, 5])],
            [new([131, 3]), new([1, 3]), new([1, 3])],
            [new([0, 4]), new([4]), new([4])]) { ToleranceF32 = 2e-5, Bench = new("rows×width", [8192, 512], s => [new([s[0], s[1]]), new([s[1]]), new([s[1]])]) },
        new("softmax", x => x[0].Softmax(), x => NaiveSoftmax(x[0], -1), [.. Matrices, [new([3])], [new([2, 3, 33])], [new([0, 5])]]),
        new("softmax (first axis)", x => x[0].Softmax(0), x => NaiveSoftmax(x[0], 0), Matrices),
        new("log_softmax", x => x[0].LogSoftmax(), x => NaiveSoftmax(x[0], -1).Map(Math.Log), [.. Matrices, [new([2, 3, 33])]]),
        new("log_softmax (middle axis)", x => x[0].LogSoftmax(1), x => NaiveSoftmax(x[0], 1).Map(Math.Log), Cubes),
    ];

    private static NaiveTensor NaiveSoftmax(NaiveTensor x, int axis) =>
        NaiveTensor.Zip(x.Map(Math.Exp), Over(x, [axis], true, v => v.Sum(Math.Exp)), (e, sum) => e / sum);

    private static NaiveTensor NaiveLayerNorm(NaiveTensor x, NaiveTensor weight, NaiveTensor bias, double eps)
    {
        NaiveTensor mean = Over(x, [-1], true, v => v.Average()), variance = Over(x, [-1], true, v => SquaredDeviations(v) / v.Length);
        double Own(NaiveTensor parameter, int[] index) => parameter.Shape.Rank == 1 ? parameter[index[^1]] : parameter[parameter.Shape[0] == 1 ? 0 : index[0], index[^1]];
        return NaiveTensor.From(x.Shape, index =>
            ((x[index] - mean.Stretched(index)) / Math.Sqrt(variance.Stretched(index) + eps) * Own(weight, index)) + Own(bias, index));
    }
}
