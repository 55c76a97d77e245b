using System.Runtime.Intrinsics;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Norm of a network's gradient over all its parameters, per replica, and the factor that brings it under a limit
/// (as torch.nn.utils.clip_grad_norm_). Bound by memory: each gradient is read once.
/// </summary>
public static class GradientClip
{
    /// <summary>
    /// <c>norm[r] = √Σ g²</c> and <c>factor[r] = min(1, maxNorm/(norm + 1e-6))</c>, F64 [R] each, over gradients <c>[R, ...]</c>.
    /// Where a norm is not finite and <paramref name="failedStep"/>[r] is 0, it is set to <paramref name="steps"/>[r] + 1: a
    /// flag that stays up until somebody looks.
    /// </summary>
    public static void Launch(IReadOnlyList<TensorView> gradients, double maxNorm, TensorView steps, TensorView norm, TensorView factor, TensorView failedStep)
    {
        foreach (TensorView gradient in gradients)
        {
            Require.Same("clip_grad_norm", gradients[0], gradient);
            if (!gradient.IsContiguous || gradient.Shape[0] != norm.Count)
                throw new HandmadeException($"clip_grad_norm: a gradient has shape {gradient.Shape}; it must be dense and start with the {norm.Count} replicas");
        }
        norm.Device.Submit(gradients[0].DType == DType.F32
            ? new NormLaunch<float>([.. gradients], maxNorm, steps, norm, factor, failedStep)
            : new NormLaunch<double>([.. gradients], maxNorm, steps, norm, factor, failedStep));
    }

    private sealed unsafe class NormLaunch<T>(TensorView[] gradients, double maxNorm, TensorView steps, TensorView norm, TensorView factor, TensorView failedStep)
        : Launch("clip_grad_norm", [.. gradients, steps], [norm, factor, failedStep])
        where T : unmanaged
    {
        public override int Grid => (int)norm.Count;

        public override long Work { get; } = 2 * gradients.Sum(gradient => gradient.Count);

        public override void Run(int begin, int end)
        {
            for (int r = begin; r < end; r++)
            {
                double sum = 0;
                foreach (TensorView gradient in gradients)
                {
                    long count = gradient.Count / norm.Count;
                    sum += SumOfSquares(gradient.Pointer<T>() + (r * count), count);
                }
                double length = Math.Sqrt(sum);
                norm.Pointer<double>()[r] = length;
                factor.Pointer<double>()[r] = Math.Min(1, maxNorm / (length + 1e-6));
                if (!double.IsFinite(length) && failedStep.Pointer<int>()[r] == 0) failedStep.Pointer<int>()[r] = steps.Pointer<int>()[r] + 1;
            }
        }

        // Two vectors of 8 doubles, whatever the element type, then the rest one by one: the same order on every machine.
        private static double SumOfSquares(T* x, long count)
        {
            Vector512<double> even = default, odd = default;
            long i = 0;
            for (; i <= count - 16; i += 16)
            {
                Vector512<double> a, b;
                if (typeof(T) == typeof(float)) (a, b) = Vector512.Widen(Vector512.Load((float*)x + i));
                else (a, b) = (Vector512.Load((double*)x + i), Vector512.Load((double*)x + i + 8));
                even += a * a;
                odd += b * b;
            }
            double sum = new Lanes.Lanes<double>(even + odd).Sum();
            for (; i < count; i++)
            {
                double value = typeof(T) == typeof(float) ? ((float*)x)[i] : ((double*)x)[i];
                sum += value * value;
            }
            return sum;
        }
    }
}
