using Handmade.Kernels;

namespace Handmade.Autograd;

public static partial class OpCases
{
    private static IEnumerable<OpCase> Reductions =>
    [
        new("sum", x => x[0].Sum(), x => Over(x[0], [], false, v => v.Sum()), [[new([7, 13])], [new([])], [new([0])], [new([3, 1, 33], Strided: true)]]),
        new("sum (rows)", x => x[0].Sum([-1]), x => Over(x[0], [-1], false, v => v.Sum()), Matrices),
        new("sum (columns)", x => x[0].Sum([0], keepAxes: true), x => Over(x[0], [0], true, v => v.Sum()), Matrices),
        new("sum (axes apart)", x => x[0].Sum([0, 2]), x => Over(x[0], [0, 2], false, v => v.Sum()), Cubes),
        new("mean", x => x[0].Mean(), x => Over(x[0], [], false, v => v.Average()), [[new([7, 13])], [new([1])], [new([])]]),
        new("mean (middle axis)", x => x[0].Mean([1], keepAxes: true), x => Over(x[0], [1], true, v => v.Average()), Cubes),
        new("var", x => x[0].Var(), x => Over(x[0], [], false, v => SquaredDeviations(v) / (v.Length - 1)), [[new([7, 13])], [new([2])]]),
        new("var (biased, rows)", x => x[0].Var([-1], unbiased: false), x => Over(x[0], [-1], false, v => SquaredDeviations(v) / v.Length), Matrices),
        new("var (columns)", x => x[0].Var([0], keepAxes: true), x => Over(x[0], [0], true, v => SquaredDeviations(v) / (v.Length - 1)), Matrices),
        new("max", x => x[0].Max([-1]), x => Over(x[0], [-1], false, v => v.Max()), Matrices),
        new("max (axes apart)", x => x[0].Max([0, 2], keepAxes: true), x => Over(x[0], [0, 2], true, v => v.Max()), Cubes),
        new("min", x => x[0].Min([0]), x => Over(x[0], [0], false, v => v.Min()), Matrices),
        new("logsumexp", x => x[0].LogSumExp([-1]), x => Over(x[0], [-1], false, v => Math.Log(v.Sum(Math.Exp))), Matrices),
        new("logsumexp (columns)", x => x[0].LogSumExp([0], keepAxes: true), x => Over(x[0], [0], true, v => Math.Log(v.Sum(Math.Exp))), Matrices),
        new("argmax", x => x[0].Argmax(-1), x => Over(x[0], [-1], false, v => Array.IndexOf(v, v.Max())), Matrices) { IsDifferentiable = false },
        new("argmax (columns)", x => x[0].Argmax(0, keepAxis: true), x => Over(x[0], [0], true, v => Array.IndexOf(v, v.Max())), Matrices) { IsDifferentiable = false },
    ];

    private static OpInput[][] Matrices => [[new([7, 13])], [new([2, 1])], [new([19, 17], Strided: true)], [new([5, 33])], [new([67, 5])]];

    private static OpInput[][] Cubes => [[new([3, 5, 7])], [new([2, 3, 17], Strided: true)], [new([1, 4, 1])]];

    private static double SquaredDeviations(double[] values) => values.Sum(v => (v - values.Average()) * (v - values.Average()));

    /// <summary>f of all the elements that meet in one output (no axes named: of all elements).</summary>
    private static NaiveTensor Over(NaiveTensor x, int[] axes, bool keepAxes, Func<double[], double> f)
    {
        int[] over = x.Shape.Axes(axes, "naive");
        Shape kept = x.Shape;
        foreach (int axis in over) kept = kept.With(axis, 1);
        var groups = new Dictionary<int, List<double>>();
        NaiveTensor y = new(kept), place = new(kept, [.. Enumerable.Range(0, (int)kept.Count).Select(i => (double)i)]);
        foreach (int i in place.Values.Select(v => (int)v)) groups[i] = [];
        foreach (int[] index in NaiveTensor.Indices(x.Shape)) groups[(int)place.Stretched(index)].Add(x[index]);
        foreach (var (i, values) in groups) y.Values[i] = f([.. values]);
        return keepAxes ? y : y with { Shape = new Shape([.. Enumerable.Range(0, x.Shape.Rank).Except(over).Select(axis => x.Shape[axis])]) };
    }
}
