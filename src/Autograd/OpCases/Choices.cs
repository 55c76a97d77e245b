using Handmade.Kernels;

namespace Handmade.Autograd;

public static partial class OpCases
{
    private static OpInput Mask(params int[] extents) => new(new Shape(extents), DType: DType.Bool, HasGradient: false);

    // Small integers, so that pairs are often equal.
    private static OpInput[][] IntegerPairs =>
    [
        [new([7, 13], -2, 2, DType.I32), new([7, 13], -2, 2, DType.I32)],
        [new([3, 1, 5], -2, 2, DType.I32), new([4, 1], -2, 2, DType.I32)],
        [new([33], -2, 2, DType.I32), new([], -2, 2, DType.I32)],
        [new([5, 19], -2, 2, DType.I32, Strided: true), new([19], -2, 2, DType.I32)],
    ];

    private static IEnumerable<OpCase> Comparison(string name, Func<Tensor, Tensor, Tensor> apply, Func<Tensor, Tensor> applyConstant, Func<double, double, bool> reference) =>
    [
        Function(name, apply, (a, b) => reference(a, b) ? 1 : 0, Pairs()) with { IsDifferentiable = false },
        Function($"{name} (constant)", applyConstant, x => reference(x, 0.5) ? 1 : 0, Singles()) with { IsDifferentiable = false },
        Function($"{name} (i32)", apply, (a, b) => reference(a, b) ? 1 : 0, IntegerPairs) with { IsDifferentiable = false },
    ];

    private static NaiveTensor NaiveWhere(NaiveTensor[] x)
    {
        Shape shape = Shape.Broadcast(x[0].Shape, Shape.Broadcast(x[1].Shape, x[2].Shape, "where"), "where");
        return NaiveTensor.From(shape, index => x[0].Stretched(index) != 0 ? x[1].Stretched(index) : x[2].Stretched(index));
    }

    private static IEnumerable<OpCase> Choices =>
    [
        Function("maximum", Tensor.Maximum, Math.Max, Pairs()),
        Function("minimum", Tensor.Minimum, Math.Min, Pairs()),
        Function("clamp", x => x.Clamp(-0.5, 1), x => Math.Clamp(x, -0.5, 1), Singles()),
        Function("clamp (one side)", x => x.Clamp(min: 0.25), x => Math.Max(x, 0.25), Singles()),

        new("where", x => Tensor.Where(x[0], x[1], x[2]), NaiveWhere,
            [Mask(7, 13), new([7, 13]), new([7, 13])],
            [Mask(33), new([2, 33]), new([])],
            [Mask(4, 1), new([3, 1, 5]), new([5])],
            [Mask(1), new([2, 3]), new([2, 3], Strided: true)],
            [Mask(0), new([0]), new([1])]),
        new("where (constant)", x => Tensor.Where(x[0], x[1], -0.5), x => NaiveTensor.Zip(x[0], x[1], (m, a) => m != 0 ? a : -0.5),
            [Mask(7, 13), new([7, 13])],
            [Mask(3, 1, 5), new([4, 1])]),
        new("masked_fill", x => x[0].MaskedFill(x[1], -3), x => NaiveTensor.Zip(x[0], x[1], (a, m) => m != 0 ? -3 : a),
            [new([7, 13]), Mask(7, 13)],
            [new([2, 3, 17]), Mask(3, 1)],
            [new([5, 19], Strided: true), Mask(19)],
            [new([5]), Mask(3, 5)]),

        .. Comparison("eq", (a, b) => a.Eq(b), x => x.Eq(0.5), (a, b) => a == b),
        .. Comparison("ne", (a, b) => a.Ne(b), x => x.Ne(0.5), (a, b) => a != b),
        .. Comparison("lt", (a, b) => a < b, x => x < 0.5, (a, b) => a < b),
        .. Comparison("le", (a, b) => a <= b, x => x <= 0.5, (a, b) => a <= b),
        .. Comparison("gt", (a, b) => a > b, x => x > 0.5, (a, b) => a > b),
        .. Comparison("ge", (a, b) => a >= b, x => x >= 0.5, (a, b) => a >= b),

        Function("cast", x => x.Cast(DType.F64), x => x, Singles()),
        Function("cast (f32)", x => x.Cast(DType.F32), x => (float)x, Singles()) with { IsDifferentiable = false },
        Function("cast (i32)", x => (x * 3).Cast(DType.I32), x => Math.Truncate(x * 3), Singles()) with { IsDifferentiable = false },
        Function("cast (bool)", x => x.Relu().Cast(DType.Bool), x => x > 0 ? 1 : 0, Singles()) with { IsDifferentiable = false },
        Function("cast (from i32)", x => (x * 5).Cast(DType.I32).Cast(x.DType), x => Math.Truncate(x * 5), Singles()) with { IsDifferentiable = false },
        new("cast (from bool)", x => x[0].Cast(DType.F32), x => x[0], [Mask(33)], [Mask(3, 5)]) { IsDifferentiable = false },
    ];
}
