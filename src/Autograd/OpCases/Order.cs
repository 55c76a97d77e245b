namespace Handmade.Autograd;

public static partial class OpCases
{
    private static IEnumerable<OpCase> Order =>
    [
        new("cumsum", x => x[0].Cumsum(-1), x => Lines(x[0], -1, Accumulated), [.. Matrices, [new([5])], [new([2, 0])]]),
        new("cumsum (middle axis)", x => x[0].Cumsum(1), x => Lines(x[0], 1, Accumulated), Cubes),
        new("sort", x => x[0].Sort().Values, x => Lines(x[0], -1, v => [.. v.Order()]), [.. Matrices, [new([5])], [new([2, 0])]]),
        new("sort (descending, first axis)", x => x[0].Sort(0, descending: true).Values, x => Lines(x[0], 0, v => [.. v.OrderDescending()]), Matrices),
        new("argsort", x => x[0].Argsort(), x => Lines(x[0], -1, Places), Matrices) { IsDifferentiable = false },
    ];

    private static double[] Accumulated(double[] values) => [.. Enumerable.Range(1, values.Length).Select(count => values.Take(count).Sum())];

    private static double[] Places(double[] values) => [.. Enumerable.Range(0, values.Length).OrderBy(i => values[i]).Select(i => (double)i)];

    /// <summary>f of every line along an axis, which keeps its length.</summary>
    private static NaiveTensor Lines(NaiveTensor x, int axis, Func<double[], double[]> f)
    {
        axis = x.Shape.Axis(axis, "naive");
        return NaiveTensor.From(x.Shape, index =>
        {
            var at = (int[])index.Clone();
            double[] line = [.. Enumerable.Range(0, x.Shape[axis]).Select(i =>
            {
                at[axis] = i;
                return x[at];
            })];
            return f(line)[index[axis]];
        });
    }
}
