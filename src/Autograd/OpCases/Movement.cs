using Handmade.Kernels;

namespace Handmade.Autograd;

public static partial class OpCases
{
    private static IEnumerable<OpCase> Movement =>
    [
        new("reshape", x => x[0].Reshape([3, 10]), x => x[0] with { Shape = new Shape(3, 10) },
            [new([5, 6])],
            [new([2, 3, 5], Strided: true)])
        { HasFixedShape = true },
        new("permute", x => x[0].Permute(2, 0, 1), x => NaiveTensor.From([x[0].Shape[2], x[0].Shape[0], x[0].Shape[1]], i => x[0][i[1], i[2], i[0]]),
            [new([3, 5, 7])],
            [new([2, 17, 3], Strided: true)],
            [new([2, 0, 3])]),
        new("transpose", x => x[0].Transpose(0, -1), x => NaiveTensor.From([x[0].Shape[^1], .. x[0].Shape.Extents[1..^1], x[0].Shape[0]], i => x[0][[i[^1], .. i[1..^1], i[0]]]),
            [new([3, 5, 7])],
            [new([17, 5], Strided: true)]),
        new("expand", x => x[0].Expand([3, 4, 5]), x => NaiveTensor.From([3, 4, 5], i => x[0].Stretched(i)),
            [new([4, 5])],
            [new([3, 1, 5])],
            [new([])],
            [new([4, 1], Strided: true)])
        { HasFixedShape = true },
        new("contiguous", x => x[0].Contiguous(), x => x[0],
            [new([17, 5], Strided: true)],
            [new([2, 5, 33], Strided: true)],
            [new([7])])
        { Bench = new("rows×width", [2048, 2048], s => [new([s[0], s[1]], Strided: true)]) },
        new("unsqueeze", x => x[0].Unsqueeze(1), x => x[0] with { Shape = new Shape([x[0].Shape[0], 1, .. x[0].Shape.Extents[1..]]) },
            [new([5, 3])],
            [new([5, 17], Strided: true)],
            [new([3])]),
        new("squeeze", x => x[0].Squeeze(1), x => x[0] with { Shape = x[0].Shape.Without(1) },
            [new([5, 1, 3])],
            [new([7, 1], Strided: true)])
        { HasFixedShape = true },
    ];
}
