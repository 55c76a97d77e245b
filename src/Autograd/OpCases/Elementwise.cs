namespace Handmade.Autograd;

public static partial class OpCases
{
    private static OpInput[][] Pairs =>
    [
        [new([7, 13]), new([7, 13])],
        [new([3, 1, 5]), new([4, 1])],
        [new([1]), new([])],
        [new([17, 19], Strided: true), new([19])],
        [new([0, 3]), new([3])],
    ];

    private static IEnumerable<OpCase> Elementwise =>
    [
        new("add", x => x[0] + x[1], x => NaiveTensor.Zip(x[0], x[1], (a, b) => a + b), Pairs),
        new("multiply", x => x[0] * x[1], x => NaiveTensor.Zip(x[0], x[1], (a, b) => a * b), Pairs),
    ];
}
