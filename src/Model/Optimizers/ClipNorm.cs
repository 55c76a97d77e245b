using Handmade.Kernels;
using Handmade.Kernels.Ops;

namespace Handmade.Model;

/// <summary>
/// Limits the norm of the whole gradient, per replica (torch.nn.utils.clip_grad_norm_), and notices the first gradient
/// that is not finite. Norm, factor and flag stay on the device.
/// </summary>
public sealed class ClipNorm
{
    private readonly Optimizer optimizer;
    private readonly double maxNorm;
    private readonly TensorView norm;
    private readonly TensorView factor;
    private readonly TensorView failedStep;

    /// <summary>A limit on the gradient of an optimiser's parameters; infinity only watches.</summary>
    public ClipNorm(Optimizer optimizer, double maxNorm)
    {
        this.optimizer = optimizer;
        this.maxNorm = maxNorm;
        Shape replicas = optimizer.Steps.Shape;
        Device device = optimizer.Steps.Device;
        norm = Copy.Full(device, replicas, DType.F64, 0);
        factor = Copy.Full(device, replicas, DType.F64, 1);
        failedStep = Copy.Full(device, replicas, DType.I32, 0);
    }

    /// <summary>Norm of the last gradient, F64 [R].</summary>
    public TensorView Norm => norm;

    /// <summary>Measures the gradients and returns what <see cref="Optimizer.Step"/> has to multiply them by, F64 [R].</summary>
    public TensorView Factor()
    {
        GradientClip.Launch(Optimizer.Gradients(optimizer.Parameters), maxNorm, optimizer.Steps, norm, factor, failedStep);
        return factor;
    }

    /// <summary>The first step (counted from 1) whose gradient was not finite, of the first replica that had one; 0 when all were finite.</summary>
    public int FailedStep() => failedStep.ToArray<int>().FirstOrDefault(step => step != 0);

    /// <summary>Forgets a failure, for a run that goes back to a checkpoint.</summary>
    public void Reset() => Copy.Fill(failedStep, 0);
}
