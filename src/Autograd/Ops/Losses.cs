using Handmade.Kernels;
using Handmade.Kernels.Ops;

namespace Handmade.Autograd;

/// <summary>Losses: one value per replica, the mean over all axes but the first. They add up in double, whatever the type of the tensors.</summary>
public static class Loss
{
    /// <summary>Mean squared error of a prediction [R, ...] and a target of the same shape: [R].</summary>
    public static Tensor MeanSquared(Tensor prediction, Tensor target) =>
        Tape.Record("mean_squared", MeanSquaredError.Forward(prediction.View, target.View), [prediction, target], (_, dy) =>
        {
            Tensor dprediction = Tape.IsComposed
                ? (prediction - target) * PerReplica(dy, prediction.Shape) * (2.0 * dy.Shape[0] / prediction.Shape.Count)
                : new Tensor(MeanSquaredError.Backward(prediction.View, target.View, dy.View));
            return [dprediction, target.RequiresGrad ? -dprediction : null];
        });

    /// <summary>
    /// Cross-entropy of logits [R, ..., C] and classes I32 [R, ...]: the mean of log Σ eˣ − x[class], [R]. A class outside
    /// 0…C−1 is an error when run eagerly, a NaN in a captured step.
    /// </summary>
    public static Tensor CrossEntropy(Tensor logits, Tensor classes) =>
        Tape.Record("cross_entropy", Kernels.Ops.CrossEntropy.Forward(logits.View, classes.View), [logits, classes], (_, dy) =>
        {
            if (!Tape.IsComposed) return [new Tensor(Kernels.Ops.CrossEntropy.Backward(logits.View, classes.View, dy.View)), null];
            Tensor slope = PerReplica(dy, logits.Shape) * ((double)dy.Shape[0] / classes.Shape.Count);
            Tensor picked = Tensor.Zeros(logits.Device, logits.Shape, logits.DType)
                .ScatterAdd(-1, classes.Unsqueeze(-1), slope.Expand(classes.Unsqueeze(-1).Shape));
            return [(logits.Softmax() * slope) - picked, null];
        });

    /// <summary>
    /// <see cref="CrossEntropy"/> worked out in double, F64 [R], whatever the logits are; their gradient has their type. For networks that become
    /// so sure of their answers that f32 has no digits left for the loss.
    /// </summary>
    public static Tensor CrossEntropyInDouble(Tensor logits, Tensor classes)
    {
        var (loss, slopes) = Kernels.Ops.CrossEntropyInDouble.Forward(logits.View, classes.View);
        return Tape.Record("cross_entropy_in_double", loss, [logits, classes], (_, dy) =>
        {
            if (Tape.IsComposed) return [Tensor.Gradients(CrossEntropy(logits.Cast(DType.F64), classes), [logits], dy, createGraph: true)[0], null];
            return [new Tensor(slopes) * PerReplica(dy * ((double)dy.Shape[0] / classes.Shape.Count), logits.Shape).Cast(logits.DType), null];
        });
    }

    /// <summary>[R] as [R, 1, ..., 1], to broadcast over a shape.</summary>
    private static Tensor PerReplica(Tensor x, Shape shape) => x.Reshape(new Shape([x.Shape[0], .. Enumerable.Repeat(1, shape.Rank - 1)]));
}
