using Handmade.Kernels.Ops;
using Kernel = Handmade.Kernels.Ops.Gemm;

namespace Handmade.Autograd;

public sealed partial class Tensor
{
    /// <summary>Matrix product over the last two axes, <c>[..., M, K] · [..., K, N]</c>; leading axes broadcast.</summary>
    public static Tensor MatMul(Tensor a, Tensor b) =>
        Tape.Record("matmul", Kernel.MatMul(a.View, b.View), [a, b], (_, dy) =>
        [
            Tape.Wants(a) ? MatMul(dy, b.Transpose(-1, -2)).SumTo(a.Shape) : null,
            Tape.Wants(b) ? MatMul(a.Transpose(-1, -2), dy).SumTo(b.Shape) : null,
        ]);

    /// <summary>
    /// <c>y = x Wᵀ + bias (+ residual)</c> in one kernel. With replicas x is <c>[R, ..., K]</c>, W <c>[R, N, K]</c>, bias
    /// <c>[R, N]</c>; without, W is <c>[N, K]</c> (as torch.nn.functional.linear) and bias <c>[N]</c>. The residual has y's shape.
    /// </summary>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias = null, Tensor? residual = null) =>
        Tape.Record("linear", Kernel.Linear(x.View, weight.View, bias?.View, residual?.View), Inputs(x, weight, bias, residual), (_, dy) =>
            LinearGradients(x, weight, bias, dy, residual is null ? [] : [dy]));

    /// <summary><c>y = f(x Wᵀ + bias)</c> with the activation in the epilogue of the product; shapes as without it.</summary>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias, Activation activation)
    {
        if (activation == Activation.None) return Linear(x, weight, bias);
        var (kept, activated) = Kernel.LinearActivated(x.View, weight.View, bias?.View, activation);
        return Tape.Record($"linear ({activation.Name()})", activated, Inputs(x, weight, bias, null), (_, dy) =>
            LinearGradients(x, weight, bias, Slope(dy), []));

        Tensor Slope(Tensor dy)
        {
            if (!Tape.IsComposed) return new Tensor(Kernel.ActivationBackward(kept, dy.View, activation));
            Tensor preActivation = Linear(x, weight, bias);
            Tensor y = activation switch
            {
                Activation.Gelu => preActivation.Gelu(),
                Activation.GeluTanh => preActivation.Gelu(tanh: true),
                _ => preActivation.Relu(),
            };
            return Gradients(y, [preActivation], dy, createGraph: true)[0]!;
        }
    }

    private static Tensor[] Inputs(Tensor x, Tensor weight, Tensor? bias, Tensor? residual) => [.. new[] { x, weight, bias, residual }.OfType<Tensor>()];

    private static Tensor?[] LinearGradients(Tensor x, Tensor weight, Tensor? bias, Tensor dy, Tensor[] residual)
    {
        Tensor? all = null;
        Tensor? dx = Tape.Wants(x) ? InputGradient() : null;
        Tensor? dw = Tape.Wants(weight) ? MatMul(All().Transpose(-1, -2), Rows(x, weight)) : null;
        if (bias is null) return [dx, dw, .. residual];
        return [dx, dw, Tape.Wants(bias) ? All().Sum([-2]) : null, .. residual];

        Tensor All() => all ??= Rows(dy, weight);

        // dy W. Where every example has the same gradient, as that of a sum or of one class of all examples, one row is multiplied and repeated on.
        Tensor InputGradient()
        {
            Tensor row = dy;
            for (int axis = weight.Shape.Rank - 2; axis < dy.Shape.Rank - 1; axis++)
                if (dy.View.Strides[axis] == 0 && dy.Shape[axis] > 1) row = row.Slice(axis, 0, 1);
            if (row.Shape == dy.Shape) return MatMul(All(), weight).Reshape(x.Shape);
            return MatMul(Rows(row, weight), weight).Reshape(row.Shape.With(row.Shape.Rank - 1, x.Shape[^1])).Expand(x.Shape);
        }
    }

    /// <summary>All axes between the replica's and the features' as one: [R, M, K], or [M, K] where weights carry no replica axis.</summary>
    private static Tensor Rows(Tensor x, Tensor weight) => weight.Shape.Rank == 2
        ? x.Reshape([(int)(x.Shape.Count / Math.Max(x.Shape[^1], 1)), x.Shape[^1]])
        : x.Reshape([x.Shape[0], (int)(x.Shape.Count / Math.Max(x.Shape[0] * x.Shape[^1], 1)), x.Shape[^1]]);
}
