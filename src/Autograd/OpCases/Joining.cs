namespace Handmade.Autograd;

public static partial class OpCases
{
    private static IEnumerable<OpCase> Joining =>
    [
        new("concat", x => Tensor.Concat(-2, x), x => NaiveConcat(x, x[0].Shape.Rank - 2),
            [new([2, 3, 5]), new([2, 1, 5]), new([2, 7, 5])],
            [new([17, 19], Strided: true), new([1, 19])],
            [new([0, 3]), new([2, 3])],
            [new([3, 33])])
        { Bench = new("rows×width", [2048, 2048], s => [new([s[0], s[1]]), new([s[0], s[1]]), new([s[0], s[1]])]) },
        new("concat (stack)", x => Tensor.Stack(-1, x), x => NaiveTensor.From(new([.. x[0].Shape, x.Length]), i => x[i[^1]][i.AsSpan(..^1)]),
            [new([3, 5]), new([3, 5], Strided: true), new([3, 5])],
            [new([]), new([])]),
        new("slice", x => x[0].Slice(1, 1, 3, 2), x => NaiveTensor.From(x[0].Shape.With(1, 3), i => x[0][Moved(i, 1, 1 + (2 * i[1]))]),
            [new([2, 6, 3])],
            [new([17, 19], Strided: true)]),
        new("slice (split)", x => Tensor.Concat(0, [.. x[0].Split(0, 2, 0, 3).Reverse()]), x => NaiveTensor.From(x[0].Shape, i => x[0][Moved(i, 0, (i[0] + 2) % 5)]),
            [new([5, 3])],
            [new([5, 17], Strided: true)])
        { HasFixedShape = true },
        new("slice (chunk)", x => Tensor.Concat(0, [.. x[0].Chunk(0, 3).Reverse()]), x => NaiveTensor.From(x[0].Shape, i => x[0][Moved(i, 0, i[0] < 1 ? 6 : i[0] < 4 ? i[0] + 2 : i[0] - 4)]),
            [new([7, 3])],
            [new([7])]),
        new("pad", x => x[0].Pad(-1, 2, 1, 0.5), x => NaiveTensor.From(new([.. x[0].Shape.Extents[..^1], x[0].Shape[^1] + 3]), i => i[^1] < 2 || i[^1] >= x[0].Shape[^1] + 2 ? 0.5 : x[0][Moved(i, i.Length - 1, i[^1] - 2)]),
            [new([3, 5])],
            [new([2, 0])],
            [new([17, 19], Strided: true)]),
        new("flip", x => x[0].Flip(0, -1), x => NaiveTensor.From(x[0].Shape, i => x[0][Moved(Moved(i, 0, x[0].Shape[0] - 1 - i[0]), i.Length - 1, x[0].Shape[^1] - 1 - i[^1])]),
            [new([2, 3, 5])],
            [new([1, 33])],
            [new([0, 3])],
            [new([17, 19], Strided: true)]),
    ];

    private static int[] Moved(int[] index, int axis, int at)
    {
        int[] moved = [.. index];
        moved[axis] = at;
        return moved;
    }

    private static NaiveTensor NaiveConcat(NaiveTensor[] parts, int axis) => NaiveTensor.From(parts[0].Shape.With(axis, parts.Sum(part => part.Shape[axis])), index =>
    {
        int at = index[axis], k = 0;
        while (at >= parts[k].Shape[axis]) at -= parts[k++].Shape[axis];
        return parts[k][Moved(index, axis, at)];
    });
}
