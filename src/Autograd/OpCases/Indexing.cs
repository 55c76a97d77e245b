using Handmade.Kernels;

namespace Handmade.Autograd;

public static partial class OpCases
{
    private static IEnumerable<OpCase> Indexing =>
    [
        new("index_select", x => x[0].IndexSelect(1, x[1]), x => NaiveRows(x[0], 1, x[1]),
            [new([2, 5, 3]), IndexInput([2, 7], 5)],
            [new([1, 17, 33]), IndexInput([3, 4, 2], 17)],
            [new([3, 4]), IndexInput([1, 5], 4)],
            [new([3, 4]), IndexInput([5], 4)],
            [new([19, 17], Strided: true), IndexInput([19, 1], 17)],
            [new([2, 3, 0]), IndexInput([2, 2], 3)],
            [new([2, 3, 4]), IndexInput([2, 0], 3)])
        { Bench = RowsBench },
        new("embedding", x => Tensor.Embedding(x[0], x[1]), x => NaiveRows(x[0], 1, x[1]),
            [new([1, 11, 17]), IndexInput([1, 3, 5], 11)],
            [new([2, 3, 33]), IndexInput([2, 13], 3)],
            [new([2, 3, 1]), IndexInput([2, 2], 3)])
        { Bench = RowsBench },
        new("gather", x => x[0].Gather(1, x[1]), x => NaiveGather(x[0], 1, x[1]),
            [new([3, 5, 7]), IndexInput([3, 2, 7], 5)],
            [new([3, 5, 7]), IndexInput([2, 11, 1], 5)],
            [new([17, 19], Strided: true), IndexInput([17, 1], 19)],
            [new([2, 3]), IndexInput([2, 0], 3)])
        { Bench = new("lines×extent×picked", [2048, 2048, 2048], s => [new([s[0], s[1]]), IndexInput([s[0], s[2]], s[1])]) },
        new("scatter_add", x => x[0].ScatterAdd(1, x[1], x[2]), x => NaiveScatterAdd(x[0], 1, x[1], x[2]),
            [new([3, 5, 7]), IndexInput([3, 2, 7], 5), new([3, 2, 7])],
            [new([3, 5, 7]), IndexInput([2, 11, 1], 5), new([2, 11, 1])],
            [new([17, 19], Strided: true), IndexInput([17, 3], 19), new([17, 3], Strided: true)],
            [new([2, 3]), IndexInput([2, 0], 3), new([2, 0])])
        { Bench = new("lines×extent×added", [2048, 2048, 2048], s => [new([s[0], s[1]]), IndexInput([s[0], s[2]], s[1]), new([s[0], s[2]])]) },
        PairMixWith("pair_mix", relu: false),
        PairMixWith("pair_mix (relu)", relu: true),
    ];

    private static OpCase PairMixWith(string name, bool relu) =>
        new(name, x => Tensor.PairMix(x[0], x[1], x[2], relu), x => NaivePairMix(x[0], x[1], x[2], relu),
            [new([2, 5, 3, 7]), new([2, 11, 2]), IndexInput([2, 11, 2], 3)],
            [new([1, 3, 5, 33]), new([1, 4, 1]), IndexInput([1, 4, 2], 5)],
            [new([1, 9, 4, 16], Strided: true), new([1, 6, 4]), IndexInput([1, 6, 2], 4)],
            [new([1, 3, 2, 5]), new([1, 0, 1]), IndexInput([1, 0, 2], 2)])
        { Bench = new("pairs×rows×width×heads", [2784, 59, 512, 4], s => [new([1, 1 + (2 * s[3]), s[1], s[2]]), new([1, s[0], s[3]]), IndexInput([1, s[0], 2], s[1])]) };

    private static NaiveTensor NaivePairMix(NaiveTensor tables, NaiveTensor weights, NaiveTensor pairs, bool relu) =>
        NaiveTensor.From([pairs.Shape[0], pairs.Shape[1], tables.Shape[3]], i =>
        {
            int a = (int)pairs[i[0], i[1], 0], b = (int)pairs[i[0], i[1], 1], heads = weights.Shape[2];
            double y = tables[i[0], 0, b, i[2]];
            for (int h = 0; h < heads; h++) y += weights[i[0], i[1], h] * (tables[i[0], 1 + h, a, i[2]] - tables[i[0], 1 + heads + h, b, i[2]]);
            return relu ? Math.Max(y, 0) : y;
        });

    private static OpBench RowsBench => new("rows×picked×width", [65536, 32768, 128], s => [new([1, s[0], s[2]]), IndexInput([1, s[1]], s[0])]);

    private static OpInput IndexInput(Shape shape, int extent) => new(shape, 0, extent, DType.I32, HasGradient: false);

    private static NaiveTensor NaiveRows(NaiveTensor x, int axis, NaiveTensor indices)
    {
        int first = indices.Shape.Rank == 1 ? 0 : axis;
        Shape own = new(x.Shape.Extents[..axis]);
        Shape lead = first == 0 ? own : Shape.Broadcast(own, new(indices.Shape.Extents[..axis]), "naive");
        ReadOnlySpan<int> picked = indices.Shape.Extents[first..];
        int row = axis + picked.Length;
        return NaiveTensor.From(new([.. lead, .. picked, .. x.Shape.Extents[(axis + 1)..]]), i =>
        {
            int at = (int)indices.Stretched(i.AsSpan(axis - first, indices.Shape.Rank));
            return x.Stretched([.. i.AsSpan(0, axis), at, .. i.AsSpan(row)]);
        });
    }

    private static NaiveTensor NaiveGather(NaiveTensor x, int axis, NaiveTensor indices) => NaiveTensor.From(indices.Shape, i =>
    {
        int[] at = [.. i];
        at[axis] = (int)indices[i];
        return x[at];
    });

    private static NaiveTensor NaiveScatterAdd(NaiveTensor x, int axis, NaiveTensor indices, NaiveTensor source)
    {
        var y = new NaiveTensor(x.Shape, [.. x.Values]);
        foreach (int[] i in NaiveTensor.Indices(indices.Shape))
        {
            int[] at = [.. i];
            at[axis] = (int)indices[i];
            y[at] += source[i];
        }
        return y;
    }
}
