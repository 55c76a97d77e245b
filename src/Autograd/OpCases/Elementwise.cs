using Handmade.Kernels;

namespace Handmade.Autograd;

public static partial class OpCases
{
    // Nothing, a scalar, primes, one past a vector of either type, a view.
    private static OpInput[][] Singles(double low = -2, double high = 2) =>
    [
        .. new Shape[] { [0, 3], [], [1], [17], [2, 33], [3, 5, 7] }.Select(shape => new OpInput[] { new(shape, low, high) }),
        [new([5, 19], low, high, Strided: true)],
    ];

    private static OpInput[][] Pairs(double low = -2, double high = 2, double lowB = -2, double highB = 2) =>
    [
        [new([7, 13], low, high), new([7, 13], lowB, highB)],
        [new([3, 1, 5], low, high), new([4, 1], lowB, highB)],
        [new([1], low, high), new([], lowB, highB)],
        [new([9, 19], low, high, Strided: true), new([19], lowB, highB)],
        [new([2, 17], low, high), new([3, 2, 17], lowB, highB)],
        [new([0, 3], low, high), new([3], lowB, highB)],
    ];

    private static OpCase Function(string name, Func<Tensor, Tensor> apply, Func<double, double> reference, OpInput[][] inputs) =>
        new(name, x => apply(x[0]), x => x[0].Map(reference), inputs);

    private static OpCase Function(string name, Func<Tensor, Tensor, Tensor> apply, Func<double, double, double> reference, OpInput[][] inputs) =>
        new(name, x => apply(x[0], x[1]), x => NaiveTensor.Zip(x[0], x[1], reference), inputs);

    private static IEnumerable<OpCase> Elementwise =>
    [
        Function("add", (a, b) => a + b, (a, b) => a + b, Pairs()),
        Function("add (constant)", x => 1.5 + (x + 0.25), x => x + 1.75, Singles()),
        Function("subtract", (a, b) => a - b, (a, b) => a - b, Pairs()),
        Function("subtract (constant)", x => 1.5 - (x - 0.25), x => 1.75 - x, Singles()),
        Function("multiply", (a, b) => a * b, (a, b) => a * b, Pairs()),
        Function("multiply (constant)", x => 1.5 * (x * -0.25), x => -0.375 * x, Singles()),
        Function("divide", (a, b) => a / b, (a, b) => a / b, Pairs(lowB: 0.5)),
        Function("divide (by a constant)", x => x / 1.5, x => x / 1.5, Singles()),
        Function("divide (a constant)", x => 1.5 / x, x => 1.5 / x, Singles(low: 0.5)),
        Function("negate", x => -x, x => -x, Singles()),

        Function("exp", x => x.Exp(), Math.Exp, Singles(-3, 3)),
        Function("log", x => x.Log(), Math.Log, Singles(0.1, 4)),
        Function("erf", x => x.Erf(), NaiveMath.Erf, Singles(-4, 4)),
        Function("sqrt", x => x.Sqrt(), Math.Sqrt, Singles(0.1, 4)),
        Function("rsqrt", x => x.Rsqrt(), x => 1 / Math.Sqrt(x), Singles(0.1, 4)),
        Function("sin", x => x.Sin(), Math.Sin, Singles(-7, 7)),
        Function("cos", x => x.Cos(), Math.Cos, Singles(-7, 7)),
        Function("pow", (x, y) => x.Pow(y), Math.Pow, Pairs(0.2, 2)),
        Function("pow (square)", x => x.Pow(2), x => x * x, Singles()),
        Function("pow (cube)", x => x.Pow(3), x => x * x * x, Singles()),
        Function("pow (inverse root)", x => x.Pow(-0.5), x => 1 / Math.Sqrt(x), Singles(0.3, 2)),
        Function("abs", x => x.Abs(), Math.Abs, Singles()),
        Function("sign", x => x.Sign(), x => Math.Sign(x), Singles()),

        Function("relu", x => x.Relu(), x => Math.Max(x, 0), Singles()),
        Function("leaky_relu", x => x.LeakyRelu(0.1), x => x > 0 ? x : 0.1 * x, Singles()),
        Function("sigmoid", x => x.Sigmoid(), x => 1 / (1 + Math.Exp(-x)), Singles(-4, 4)),
        Function("silu", x => x.Silu(), x => x / (1 + Math.Exp(-x)), Singles(-4, 4)),
        Function("tanh", x => x.Tanh(), Math.Tanh, Singles()),
        Function("gelu", x => x.Gelu(), x => 0.5 * x * (1 + NaiveMath.Erf(x * Math.Sqrt(0.5))), Singles(-4, 4)),
        Function("gelu (tanh)", x => x.Gelu(tanh: true), x => 0.5 * x * (1 + Math.Tanh(Math.Sqrt(2 / Math.PI) * (x + (0.044715 * x * x * x)))), Singles(-4, 4)),
    ];
}
