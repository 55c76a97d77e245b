using Handmade.Kernels;

namespace Handmade.Autograd;

public static partial class OpCases
{
    private static IEnumerable<OpCase> Losses =>
    [
        new("mean_squared", x => Loss.MeanSquared(x[0], x[1]), x => PerReplica(NaiveTensor.Zip(x[0], x[1], (a, b) => (a - b) * (a - b))),
            [new([1, 1]), new([1, 1])],
            [new([3, 33]), new([3, 33])],
            [new([2, 17, 5], Strided: true), new([2, 17, 5])],
            [new([4]), new([4])]),
        new("cross_entropy", x => Loss.CrossEntropy(x[0], x[1]), x => PerReplica(NaiveCrossEntropy(x[0], x[1])),
            [new([2, 19, 7]), Classes(7, 2, 19)],
            [new([1, 1, 33]), Classes(33, 1, 1)],
            [new([3, 2, 5, 17], Strided: true), Classes(17, 3, 2, 5)],
            [new([5, 2]), Classes(2, 5)])
        { Bench = new("rows×classes", [8192, 1024], s => [new([1, s[0], s[1]]), Classes(s[1], 1, s[0])]) },
        new("cross_entropy_in_double", x => Loss.CrossEntropyInDouble(x[0], x[1]), x => PerReplica(NaiveCrossEntropy(x[0], x[1])),
            [new([2, 19, 7]), Classes(7, 2, 19)],
            [new([1, 1, 33]), Classes(33, 1, 1)],
            [new([3, 2, 5, 17], Strided: true), Classes(17, 3, 2, 5)],
            [new([5, 2]), Classes(2, 5)])
        { Bench = new("rows×classes", [2784, 59], s => [new([1, s[0], s[1]]), Classes(s[1], 1, s[0])]) },
    ];

    private static OpInput Classes(int count, params ReadOnlySpan<int> shape) => new(new Shape(shape), 0, count, DType.I32, HasGradient: false);

    private static NaiveTensor NaiveCrossEntropy(NaiveTensor logits, NaiveTensor classes)
    {
        NaiveTensor logs = NaiveSoftmax(logits, -1).Map(Math.Log);
        return NaiveTensor.From(classes.Shape, index => -logs[[.. index, (int)classes[index]]]);
    }

    private static NaiveTensor PerReplica(NaiveTensor x) =>
        x.Shape.Rank == 1 ? x : Over(x, [.. Enumerable.Range(1, x.Shape.Rank - 1)], false, v => v.Average());
}
