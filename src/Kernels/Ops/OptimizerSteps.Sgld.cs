using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>The localised Langevin step.</summary>
public static partial class OptimizerSteps
{
    /// <summary>
    /// The diagonal metric of a preconditioned Langevin step (Li, Chen, Carlson, Carin 2016, "Preconditioned stochastic gradient Langevin dynamics", without
    /// its Γ): V ← αV + (1−α)g², G = 1/(√V̂ + λ), and ε·G takes the place of ε in drift and noise. V̂ is V over 1 − αᵗ, as it began at 0.
    /// </summary>
    /// <param name="Squares">V, of the parameters' shapes; zeros before the first step.</param>
    /// <param name="Steps">t, which counts this step already, I32 [R].</param>
    /// <param name="Decay">α; with 1 the squares stay as they are, and V̂ is V.</param>
    /// <param name="Damping">λ.</param>
    public sealed record RmsMetric(IReadOnlyList<TensorView> Squares, TensorView Steps, double Decay, double Damping);

    /// <summary>
    /// w ← w − ε/2 · (nβ·g + γ·(w − w*)) + √ε·ξ with ξ of mean 0 and variance 1: rates hold ε, factors multiply g. A replica's ξ are those that
    /// <c>noise.Normal</c> would draw in the shapes of the parameters, one after the other; they take no memory. The stream moves on by as much.
    /// </summary>
    /// <param name="parameters">w, dense <c>[R, ...]</c>.</param>
    /// <param name="gradients">g, of the same shapes.</param>
    /// <param name="centers">w*, of the same shapes.</param>
    /// <param name="rates">F64 [R].</param>
    /// <param name="factors">F64 [R].</param>
    /// <param name="noise">A stream of R replicas.</param>
    /// <param name="nbeta">nβ: one value, or one per replica.</param>
    /// <param name="localization">γ: one value, or one per replica.</param>
    /// <param name="metric">Steps in RMSprop's metric; null for the plain step.</param>
    public static void Sgld(
        IReadOnlyList<TensorView> parameters, IReadOnlyList<TensorView> gradients, IReadOnlyList<TensorView> centers,
        TensorView rates, TensorView factors, RandomStream noise, double[] nbeta, double[] localization, RmsMetric? metric = null)
    {
        Segments segments = Cut("sgld", parameters, gradients, rates);
        OnePerReplica("sgld", "values of nβ", nbeta, rates);
        OnePerReplica("sgld", "values of γ", localization, rates);
        if (noise.Replicas != rates.Count) throw new HandmadeException($"sgld: a random stream of {noise.Replicas} replicas for parameters of {rates.Count}; it needs as many");
        if (parameters[0].DType == DType.F32)
        {
            var launch = new SgldF32([.. parameters], [.. gradients], [.. centers], rates, factors, noise.State, nbeta, localization, metric, segments);
            noise.Draw(launch, launch.Blocks);
        }
        else
        {
            var launch = new SgldF64([.. parameters], [.. gradients], [.. centers], rates, factors, noise.State, nbeta, localization, metric, segments);
            noise.Draw(launch, launch.Blocks);
        }
    }

    private abstract unsafe class SgldLaunch<T, TM>(
        TensorView[] parameters, TensorView[] gradients, TensorView[] centers, TensorView rates, TensorView factors, TensorView noise,
        double[] nbeta, double[] localization, RmsMetric? metric, Segments segments, int perBlock)
        : StepLaunch<T>(
            "sgld", parameters, gradients, centers, metric is null ? [] : [.. metric.Squares], metric is null ? [rates, factors, noise] : [rates, factors, noise, metric.Steps],
            metric is null ? parameters : [.. parameters, .. metric.Squares], segments, (int)rates.Count, perThread: perBlock)
        where T : unmanaged, INumberBase<T>
        where TM : struct, IMath<Lanes<T>>
    {
        // Normals of a piece stay in the first-level cache between drawing and use.
        private const int Chunk = 512;
        private readonly PerReplica? nbetas = PerReplica.On(rates.Device, nbeta), localizations = PerReplica.On(rates.Device, localization);
        // Philox blocks before each parameter, and in all: each begins at a whole one.
        private readonly long[] before = Sums(segments, parameters.Length, perBlock);

        /// <summary>Philox blocks that one replica uses up.</summary>
        public long Blocks => before[^1];

        public override long Work => 3 * base.Work;

        protected override void Prepare(int replica, double* coefficients)
        {
            double rate = rates.Pointer<double>()[replica];
            coefficients[0] = rate / 2 * nbeta[nbeta.Length == 1 ? 0 : replica] * factors.Pointer<double>()[replica];
            coefficients[1] = rate / 2 * localization[localization.Length == 1 ? 0 : replica];
            coefficients[2] = Math.Sqrt(rate);
            if (metric is null) return;
            coefficients[3] = factors.Pointer<double>()[replica];
            coefficients[4] = metric.Decay < 1 ? 1 / Math.Sqrt(1 - Math.Pow(metric.Decay, metric.Steps.Pointer<int>()[replica])) : 1;
        }

        [SkipLocalsInit]
        protected override void Update(T* p, T* g, T* center, T* square, int count, double* c, StepPlace place)
        {
            uint* words = stackalloc uint[Chunk * 4 / PerThread];
            T* normals = stackalloc T[Chunk];
            int* stream = noise.Pointer<int>() + (place.Replica * RandomState.Size);
            Lanes<T> slope = TM.Of(c[0]), pull = TM.Of(c[1]), spread = TM.Of(c[2]);
            for (int from = 0; from < count; from += Chunk)
            {
                int end = Math.Min(count, from + Chunk);
                RandomState.Words(stream, (ulong)(before[place.Tensor] + ((place.Start + from) / PerThread)), words, (end - from) * 4 / PerThread);
                Convert(words, normals, end - from);
                if (metric is null)
                {
                    for (int i = from; i < end; i += Lanes<T>.Count)
                    {
                        Lanes<T> parameter = Lanes<T>.Load(p + i), gradient = Lanes<T>.Load(g + i), middle = Lanes<T>.Load(center + i), normal = Lanes<T>.Load(normals + i - from);
                        OptimizerRules.Sgld(parameter, gradient, middle, normal, slope, pull, spread).Store(p + i);
                    }
                    continue;
                }
                Lanes<T> clip = TM.Of(c[3]), inverseRoot = TM.Of(c[4]), keep = TM.Of(metric.Decay), rest = TM.Of(1 - metric.Decay), damping = TM.Of(metric.Damping);
                for (int i = from; i < end; i += Lanes<T>.Count)
                {
                    Lanes<T> parameter = Lanes<T>.Load(p + i), gradient = Lanes<T>.Load(g + i), middle = Lanes<T>.Load(center + i), normal = Lanes<T>.Load(normals + i - from);
                    Lanes<T> mean = OptimizerRules.DecayedSquare(Lanes<T>.Load(square + i), gradient * clip, keep, rest), step = OptimizerRules.Metric<Lanes<T>, TM>(mean, inverseRoot, damping);
                    mean.Store(square + i);
                    OptimizerRules.Sgld<Lanes<T>, TM>(parameter, gradient, middle, normal, slope, pull, spread, step).Store(p + i);
                }
            }
        }

        public override Launch? For(ReplicaBlock block)
        {
            if (!block.HasOneEach(rates, factors, noise)) return null;
            TensorView[] parts = block.Of(Tensors.Parameters);
            return Make(
                parts, block.Of(Tensors.Gradients), block.Of(Tensors.First), block.Of(rates), block.Of(factors), block.Of(noise), block.Of(nbeta), block.Of(localization),
                metric is null ? null : metric with { Squares = block.Of(metric.Squares), Steps = block.Of(metric.Steps) }, new Segments(Name, "parameter", parts, block.Count));
        }

        /// <summary>The same launch over other tensors.</summary>
        protected abstract Launch Make(
            TensorView[] parameters, TensorView[] gradients, TensorView[] centers, TensorView rates, TensorView factors, TensorView noise,
            double[] nbeta, double[] localization, RmsMetric? metric, Segments segments);

        protected TensorView Noise => noise;

        protected SgldNumbers Numbers => new() { Decay = metric?.Decay ?? 0, Damping = metric?.Damping ?? 0 };

        protected int IsPreconditioned => metric is null ? 0 : 1;

        private static long[] Sums(Segments segments, int parameters, int perBlock)
        {
            var sums = new long[parameters + 1];
            for (int i = 0; i < parameters; i++) sums[i + 1] = sums[i] + ((segments.LengthOf(i) + perBlock - 1) / perBlock);
            return sums;
        }

        /// <summary>Makes normal numbers of words.</summary>
        protected abstract void Convert(uint* words, T* normals, int count);

        protected override void Prepare(KernelQueue queue, KernelConfig config, TensorView coefficients) => OptimizerKernels.PrepareSgld(
            queue, config, coefficients, rates, factors, nbetas?.Each ?? rates, nbeta[0], nbetas is null ? 0 : 1,
            localizations?.Each ?? rates, localization[0], localizations is null ? 0 : 1, metric?.Steps ?? noise, Numbers, (int)rates.Count, IsPreconditioned);
    }

    private sealed unsafe class SgldF32(
        TensorView[] parameters, TensorView[] gradients, TensorView[] centers, TensorView rates, TensorView factors, TensorView noise, double[] nbeta, double[] localization, RmsMetric? metric, Segments segments)
        : SgldLaunch<float, MathF32>(parameters, gradients, centers, rates, factors, noise, nbeta, localization, metric, segments, perBlock: 4)
    {
        protected override Launch Make(
            TensorView[] parameters, TensorView[] gradients, TensorView[] centers, TensorView rates, TensorView factors, TensorView noise,
            double[] nbeta, double[] localization, RmsMetric? metric, Segments segments) =>
            new SgldF32(parameters, gradients, centers, rates, factors, noise, nbeta, localization, metric, segments);

        protected override void Convert(uint* words, float* normals, int count) => NormalPairs.Write(words, normals, count, 0, 1);

        protected override void Update(KernelQueue queue, KernelConfig config, TensorView coefficients, StepCut cut, Views p, Views g, Views w, Views v) => OptimizerKernels.SgldF32(
            queue, config, coefficients, Noise, cut, Numbers, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7],
            w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7],
            v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], IsPreconditioned);
    }

    private sealed unsafe class SgldF64(
        TensorView[] parameters, TensorView[] gradients, TensorView[] centers, TensorView rates, TensorView factors, TensorView noise, double[] nbeta, double[] localization, RmsMetric? metric, Segments segments)
        : SgldLaunch<double, MathF64>(parameters, gradients, centers, rates, factors, noise, nbeta, localization, metric, segments, perBlock: 2)
    {
        protected override Launch Make(
            TensorView[] parameters, TensorView[] gradients, TensorView[] centers, TensorView rates, TensorView factors, TensorView noise,
            double[] nbeta, double[] localization, RmsMetric? metric, Segments segments) =>
            new SgldF64(parameters, gradients, centers, rates, factors, noise, nbeta, localization, metric, segments);

        protected override void Convert(uint* words, double* normals, int count) => NormalPairs.Write(words, normals, count, 0, 1);

        protected override void Update(KernelQueue queue, KernelConfig config, TensorView coefficients, StepCut cut, Views p, Views g, Views w, Views v) => OptimizerKernels.SgldF64(
            queue, config, coefficients, Noise, cut, Numbers, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7],
            w[0], w[1], w[2], w[3], w[4], w[5], w[6], w[7],
            v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], IsPreconditioned);
    }
}
