using Handmade.Autograd;
using Handmade.Kernels;
using Handmade.Kernels.Ops;

namespace Handmade.Analysis.Tests.Llc;

/// <summary>Losses whose local learning coefficient is known, R replicas of them.</summary>
internal static class Landscapes
{
    /// <summary>Σ_i (h_i·w_i²/2 + z_i·w_i) around w* = 0 with z ~ N(0, s²/m) drawn for each batch, times a scale of each direction: exact curvature, noisy slope.</summary>
    public sealed class Quadratic(Device device, int replicas, double[] curvatures, double noise = 0, ulong[]? seeds = null, DType dtype = DType.F64, double[]? scales = null) : LlcTarget
    {
        private readonly Tensor w = new(Copy.Full(device, [replicas, curvatures.Length], dtype, 0), requiresGrad: true);
        private readonly Tensor h = Tensor.From<double>(device, curvatures, [1, curvatures.Length]).Cast(dtype);
        private readonly Tensor scale = Tensor.From<double>(device, scales ?? [1], [1, scales?.Length ?? 1]).Cast(dtype);
        private readonly RandomStream stream = new(device, seeds ?? new ulong[replicas], 77);
        private Tensor? slope;

        public override IReadOnlyList<Tensor> Parameters => [w];

        public override void NextBatch()
        {
            if (noise > 0) slope = new Tensor(stream.Normal(w.Shape, 0, noise, dtype)) * scale;
        }

        public override Tensor Loss()
        {
            Tensor loss = (w * w * h * 0.5).Sum([1]);
            return slope is null ? loss : loss + (slope * w).Sum([1]);
        }

        public override Tensor LossAtCenter() => new(Copy.Full(device, [replicas], dtype, 0));
    }

    /// <summary>Σ over copies of w₁²·w₂^(2b) around 0: λ of a copy is 1/(2b), for b = 1 with multiplicity 2.</summary>
    public sealed class Crossing(Device device, int replicas, int copies, int b, DType dtype = DType.F32) : LlcTarget
    {
        private readonly Tensor first = new(Copy.Full(device, [replicas, copies], dtype, 0), requiresGrad: true);
        private readonly Tensor second = new(Copy.Full(device, [replicas, copies], dtype, 0), requiresGrad: true);

        public override IReadOnlyList<Tensor> Parameters => [first, second];

        public override Tensor Loss()
        {
            Tensor square = second * second;
            return (first * first * (b == 1 ? square : square * square)).Sum([1]);
        }

        public override Tensor LossAtCenter() => new(Copy.Full(device, [replicas], dtype, 0));

        /// <summary>E[nβ·L] of a copy under exp(−nβ·L − γ/2·|w|²): w₁ is normal given w₂, which is left to quadrature.</summary>
        public static double Expected(int b, double nbeta, double localization)
        {
            const int Points = 400_000;
            double reach = 12 / Math.Sqrt(localization), sum = 0, weights = 0;
            for (int i = 0; i < Points; i++)
            {
                double w = (i + 0.5) * reach / Points, stiff = 2 * nbeta * Math.Pow(w, 2 * b), weight = Math.Exp(-localization * w * w / 2) / Math.Sqrt(stiff + localization);
                sum += weight * stiff / 2 / (stiff + localization);
                weights += weight;
            }
            return sum / weights;
        }
    }

    /// <summary>
    /// A deep linear network on white inputs: ½·|W_L…W₁ − T|² where T and w* are the identity on the first r coordinates. Its λ is known for all widths and ranks
    /// (Aoyagi 2024, "Consideration on the learning efficiency of multiple-layered neural networks with linear units").
    /// </summary>
    public sealed class LinearNetwork : LlcTarget
    {
        private readonly Device device;
        private readonly int replicas;
        private readonly Tensor[] layers;
        private readonly Tensor truth;

        public LinearNetwork(Device device, int replicas, int[] widths, int rank)
        {
            (this.device, this.replicas) = (device, replicas);
            layers = [.. widths.Skip(1).Zip(widths, (rows, columns) => new Tensor(Truth(replicas, rows, columns).View, requiresGrad: true))];
            truth = Truth(1, widths[^1], widths[0]);

            Tensor Truth(int count, int rows, int columns)
            {
                var ones = new float[count * rows * columns];
                for (int c = 0; c < count; c++)
                    for (int i = 0; i < rank; i++) ones[(c * rows * columns) + (i * columns) + i] = 1;
                return Tensor.From<float>(device, ones, [count, rows, columns]);
            }
        }

        public override IReadOnlyList<Tensor> Parameters => layers;

        public override Tensor Loss()
        {
            Tensor error = layers.Aggregate((product, layer) => Tensor.MatMul(layer, product)) - truth;
            return (error * error).Sum([1, 2]) * 0.5;
        }

        public override Tensor LossAtCenter() => new(Copy.Full(device, [replicas], DType.F32, 0));
    }
}
