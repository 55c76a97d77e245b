using Kernel = Handmade.Kernels.Ops.Arithmetic;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>a + b, broadcast.</summary>
    public static Tensor operator +(Tensor a, Tensor b) =>
        Tape.Record("add", Kernel.Add(a.View, b.View), [a, b], (_, dy) => [dy.SumTo(a.Shape), dy.SumTo(b.Shape)]);

    /// <summary>a − b, broadcast.</summary>
    public static Tensor operator -(Tensor a, Tensor b) =>
        Tape.Record("subtract", Kernel.Subtract(a.View, b.View), [a, b], (_, dy) => [dy.SumTo(a.Shape), b.RequiresGrad ? (-dy).SumTo(b.Shape) : null]);

    /// <summary>a · b, elementwise, broadcast.</summary>
    public static Tensor operator *(Tensor a, Tensor b) =>
        Tape.Record("multiply", Kernel.Multiply(a.View, b.View), [a, b], (_, dy) =>
        [
            a.RequiresGrad ? (dy * b).SumTo(a.Shape) : null,
            b.RequiresGrad ? (dy * a).SumTo(b.Shape) : null,
        ]);

    /// <summary>a / b, elementwise, broadcast.</summary>
    public static Tensor operator /(Tensor a, Tensor b) =>
        Tape.Record("divide", Kernel.Divide(a.View, b.View), [a, b], (y, dy) =>
        [
            a.RequiresGrad ? (dy / b).SumTo(a.Shape) : null,
            b.RequiresGrad ? (-dy * y / b).SumTo(b.Shape) : null,
        ]);

    /// <summary>−x.</summary>
    public static Tensor operator -(Tensor x) => Tape.Record("negate", Kernel.Negate(x.View), [x], (_, dy) => [-dy]);

    /// <summary>x + c.</summary>
    public static Tensor operator +(Tensor x, double c) => Tape.Record("add", Kernel.Add(x.View, c), [x], (_, dy) => [dy]);

    /// <summary>c + x.</summary>
    public static Tensor operator +(double c, Tensor x) => x + c;

    /// <summary>x − c.</summary>
    public static Tensor operator -(Tensor x, double c) => x + -c;

    /// <summary>c − x.</summary>
    public static Tensor operator -(double c, Tensor x) => Tape.Record("subtract", Kernel.Subtract(c, x.View), [x], (_, dy) => [-dy]);

    /// <summary>c · x.</summary>
    public static Tensor operator *(Tensor x, double c) => Tape.Record("multiply", Kernel.Multiply(x.View, c), [x], (_, dy) => [dy * c]);

    /// <summary>c · x.</summary>
    public static Tensor operator *(double c, Tensor x) => x * c;

    /// <summary>x / c.</summary>
    public static Tensor operator /(Tensor x, double c) => Tape.Record("divide", Kernel.Divide(x.View, c), [x], (_, dy) => [dy / c]);

    /// <summary>c / x.</summary>
    public static Tensor operator /(double c, Tensor x) => Tape.Record("divide", Kernel.Divide(c, x.View), [x], (y, dy) => [-dy * y / x]);
}
