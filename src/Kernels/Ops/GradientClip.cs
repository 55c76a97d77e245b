using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Norm of a network's gradient over all its parameters, per replica, and the factor that brings it under a limit
/// (as torch.nn.utils.clip_grad_norm_). Bound by memory: each gradient is read once.
/// </summary>
/// <remarks>
/// Squares add up in double, in two vectors of 8 per piece of at most 4,096 elements of one tensor: added, folded by
/// halves, then piece after piece. A replica's norm has the same bits alone and among others.
/// </remarks>
public static class GradientClip
{
    /// <summary>
    /// <c>norm[r] = √Σ g²</c> and <c>factor[r] = min(1, maxNorm/(norm + 1e-6))</c>, F64 [R] each, over gradients <c>[R, ...]</c>.
    /// Where a norm is not finite and <paramref name="failedStep"/>[r] is 0, it is set to <paramref name="steps"/>[r] + 1: a
    /// flag that stays up until somebody looks.
    /// </summary>
    public static void Launch(IReadOnlyList<TensorView> gradients, double maxNorm, TensorView steps, TensorView norm, TensorView factor, TensorView failedStep)
    {
        Device device = norm.Device;
        var segments = new Segments("clip_grad_norm", "gradient", gradients, (int)norm.Count);
        TensorView squares = device.Empty([(int)norm.Count, segments.PerReplica], DType.F64);
        device.Submit(gradients[0].DType == DType.F32
            ? new SquaresLaunch<float, F32>([.. gradients], segments, squares)
            : new SquaresLaunch<double, F64>([.. gradients], segments, squares));
        device.Submit(new FactorLaunch(squares, maxNorm, steps, norm, factor, failedStep));
    }

    /// <summary>Σ g² of each piece, F64 [R, pieces].</summary>
    private sealed unsafe class SquaresLaunch<T, TS>(TensorView[] gradients, Segments segments, TensorView squares)
        : Launch("clip_grad_norm", [.. gradients], [squares])
        where T : unmanaged
        where TS : struct, IScalarMath<T>
    {
        public override int Grid => segments.Count;

        public override long Work => 2 * segments.Elements;

        public override Launch? For(ReplicaBlock block)
        {
            if (!block.HasOneEach(squares)) return null;
            TensorView[] parts = block.Of(gradients);
            return new SquaresLaunch<T, TS>(parts, new Segments(Name, "gradient", parts, block.Count), block.Of(squares));
        }

        public override void Enqueue(KernelQueue queue)
        {
            RowThreads threads = RowThreads.For(queue.Device, Segments.Longest);
            for (int first = 0, piece = 0; first < gradients.Length; first += GradientClipKernels.Tensors)
            {
                int pieces = 0;
                GradientPieces batch = default;
                long Length(int k) => first + k < gradients.Length ? segments.LengthOf(first + k) : 0;
                int Start(int k) => first + k < gradients.Length ? pieces += segments.PiecesOf(first + k - 1) : int.MaxValue;
                (batch.Length0, batch.Length1, batch.Length2, batch.Length3) = (Length(0), Length(1), Length(2), Length(3));
                (batch.Length4, batch.Length5, batch.Length6, batch.Length7) = (Length(4), Length(5), Length(6), Length(7));
                (batch.Start1, batch.Start2, batch.Start3, batch.Start4) = (Start(1), Start(2), Start(3), Start(4));
                (batch.Start5, batch.Start6, batch.Start7) = (Start(5), Start(6), Start(7));
                pieces += segments.PiecesOf(Math.Min(first + GradientClipKernels.Tensors, gradients.Length) - 1);
                TensorView Gradient(int k) => gradients[Math.Min(first + k, gradients.Length - 1)];
                GradientClipKernels.Squares<T, TS>(
                    queue, threads.Over(squares.Shape[0] * pieces), squares, Gradient(0), Gradient(1), Gradient(2), Gradient(3), Gradient(4), Gradient(5), Gradient(6), Gradient(7),
                    batch, squares.Shape[0], pieces, piece, segments.PerReplica, Segments.Longest, threads.Lanes);
                piece += pieces;
            }
        }

        public override void Run(int begin, int end)
        {
            double* sums = squares.Pointer<double>();
            for (int unit = begin; unit < end; unit++)
            {
                (_, int tensor, nint start, int length) = segments[unit];
                T* g = gradients[tensor].Pointer<T>() + start;
                int whole = length / Lanes<T>.Count * Lanes<T>.Count;
                // The padded vector comes first: a call behind the loop would cost it its registers.
                sums[unit] = Sum(g, whole, whole < length ? Lanes<T>.LoadPartial(g + whole, length - whole) : default);
            }
        }

        private static double Sum(T* g, int whole, Lanes<T> last)
        {
            Vector512<double> lower = default, upper = default;
            Add(last, ref lower, ref upper);
            for (T* end = g + whole; g < end; g += Lanes<T>.Count) Add(Lanes<T>.Load(g), ref lower, ref upper);
            return new Lanes<double>(lower + upper).Sum();
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static void Add(Lanes<T> g, ref Vector512<double> lower, ref Vector512<double> upper)
        {
            if (typeof(T) == typeof(float))
            {
                (Vector512<double> a, Vector512<double> b) = Vector512.Widen(g.V.AsSingle());
                lower += a * a;
                upper += b * b;
            }
            else
            {
                lower += g.V.AsDouble() * g.V.AsDouble();
            }
        }
    }

    private sealed unsafe class FactorLaunch(TensorView squares, double maxNorm, TensorView steps, TensorView norm, TensorView factor, TensorView failedStep)
        : Launch("clip_factor", [squares, steps, failedStep], [norm, factor, failedStep])
    {
        private readonly int pieces = squares.Shape[1];

        public override int Grid => squares.Shape[0];

        public override long Work => squares.Count;

        public override Launch? For(ReplicaBlock block) => block.Cuts(squares, steps, norm, factor, failedStep)
            ? new FactorLaunch(block.Of(squares), maxNorm, block.Of(steps), block.Of(norm), block.Of(factor), block.Of(failedStep))
            : null;

        public override void Enqueue(KernelQueue queue)
        {
            RowThreads threads = RowThreads.For(queue.Device, pieces);
            GradientClipKernels.Factor(queue, threads.Over(Grid), norm, factor, failedStep, squares, steps, Grid, pieces, maxNorm, threads.Lanes);
        }

        public override void Run(int begin, int end)
        {
            double* sums = squares.Pointer<double>(), norms = norm.Pointer<double>(), factors = factor.Pointer<double>();
            int* failed = failedStep.Pointer<int>(), counter = steps.Pointer<int>();
            for (int r = begin; r < end; r++)
            {
                double sum = 0;
                for (int i = 0; i < pieces; i++) sum += sums[((nint)r * pieces) + i];
                norms[r] = Math.Sqrt(sum);
                factors[r] = Math.Min(1, maxNorm / (norms[r] + 1e-6));
                if (!double.IsFinite(norms[r]) && failed[r] == 0) failed[r] = counter[r] + 1;
            }
        }
    }
}
