using System.Numerics;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Parameter updates of all tensors of a network in one launch (on devices one call for each eight tensors, <see cref="OptimizerKernels"/>). Rate, clip factor and step counter are read from the
/// device, one per replica. Bound by memory for SGD, by division and square root for Adam, by the random numbers for SGLD.
/// </summary>
public static partial class OptimizerSteps
{
    /// <summary>Constants of Adam (Kingma and Ba 2015) and AdamW (Loshchilov and Hutter 2019).</summary>
    /// <param name="Beta1">Decay of the first moment.</param>
    /// <param name="Beta2">Decay of the second moment.</param>
    /// <param name="Eps">Added to the root of the second moment.</param>
    /// <param name="WeightDecay">One value, or one per replica.</param>
    /// <param name="Decoupled">AdamW: parameters shrink by rate · decay. Otherwise decay · parameter joins the gradient.</param>
    public sealed record AdamConstants(double Beta1, double Beta2, double Eps, double[] WeightDecay, bool Decoupled);

    /// <summary>
    /// m ← β₁m + (1−β₁)g, v ← β₂v + (1−β₂)g², p ← p − rate · m̂/(√v̂ + eps), bias-corrected by the step counter (which counts
    /// this step already). Tensors are dense <c>[R, ...]</c>; rates and factors F64 [R], steps I32 [R].
    /// </summary>
    public static void Adam(
        IReadOnlyList<TensorView> parameters, IReadOnlyList<TensorView> gradients, IReadOnlyList<TensorView> first, IReadOnlyList<TensorView> second,
        TensorView rates, TensorView factors, TensorView steps, AdamConstants constants)
    {
        Segments segments = Cut("adam", parameters, gradients, rates);
        OnePerReplica("adam", "weight decays", constants.WeightDecay, rates);
        rates.Device.Submit(parameters[0].DType == DType.F32
            ? new AdamLaunch<float, MathF32, F32>([.. parameters], [.. gradients], [.. first], [.. second], rates, factors, steps, constants, segments)
            : new AdamLaunch<double, MathF64, F64>([.. parameters], [.. gradients], [.. first], [.. second], rates, factors, steps, constants, segments));
    }

    /// <summary>
    /// g ← g + decay·p, b ← momentum·b + g, p ← p − rate·b (nesterov: p ← p − rate·(g + momentum·b)), as torch.optim.SGD without
    /// dampening. Without momentum the buffers are an empty list.
    /// </summary>
    public static void Sgd(
        IReadOnlyList<TensorView> parameters, IReadOnlyList<TensorView> gradients, IReadOnlyList<TensorView> buffers,
        TensorView rates, TensorView factors, double momentum, bool nesterov, double[] weightDecay)
    {
        Segments segments = Cut("sgd", parameters, gradients, rates);
        OnePerReplica("sgd", "weight decays", weightDecay, rates);
        rates.Device.Submit(parameters[0].DType == DType.F32
            ? new SgdLaunch<float, MathF32, F32>([.. parameters], [.. gradients], [.. buffers], rates, factors, momentum, nesterov, weightDecay, segments)
            : new SgdLaunch<double, MathF64, F64>([.. parameters], [.. gradients], [.. buffers], rates, factors, momentum, nesterov, weightDecay, segments));
    }

    private static Segments Cut(string op, IReadOnlyList<TensorView> parameters, IReadOnlyList<TensorView> gradients, TensorView rates)
    {
        var segments = new Segments(op, "parameter", parameters, (int)rates.Count);
        for (int i = 0; i < parameters.Count; i++)
        {
            Require.Same(op, parameters[i], gradients[i]);
            Require.Shaped(op, $"the gradient of parameter {i}", gradients[i], parameters[i].Shape);
            if (!gradients[i].IsContiguous) throw new HandmadeException($"{op}: the gradient of parameter {i}, {gradients[i].Shape}, is a strided view; make it contiguous");
        }
        return segments;
    }

    private static void OnePerReplica(string op, string what, double[] values, TensorView rates)
    {
        if (values.Length != 1 && values.Length != rates.Count) throw new HandmadeException($"{op}: {values.Length} {what} for {rates.Count} replicas; give one, or one each");
    }

    private sealed unsafe class AdamLaunch<T, TM, TScalar>(
        TensorView[] parameters, TensorView[] gradients, TensorView[] first, TensorView[] second,
        TensorView rates, TensorView factors, TensorView steps, AdamConstants constants, Segments segments)
        : StepLaunch<T>("adam", parameters, gradients, first, second, [rates, factors, steps], [.. parameters, .. first, .. second], segments, (int)rates.Count)
        where T : unmanaged, INumberBase<T>
        where TM : struct, IMath<Lanes<T>>
        where TScalar : struct, IScalarMath<T>
    {
        private readonly PerReplica? decays = PerReplica.On(rates.Device, constants.WeightDecay);

        public override Launch? For(ReplicaBlock block)
        {
            if (!block.HasOneEach(rates, factors, steps)) return null;
            TensorView[] parts = block.Of(Tensors.Parameters);
            return new AdamLaunch<T, TM, TScalar>(
                parts, block.Of(Tensors.Gradients), block.Of(Tensors.First), block.Of(Tensors.Second), block.Of(rates), block.Of(factors), block.Of(steps),
                constants with { WeightDecay = block.Of(constants.WeightDecay) }, new Segments(Name, "parameter", parts, block.Count));
        }

        protected override void Prepare(int replica, double* coefficients)
        {
            double rate = rates.Pointer<double>()[replica], decay = constants.WeightDecay[constants.WeightDecay.Length == 1 ? 0 : replica];
            int step = steps.Pointer<int>()[replica];
            coefficients[0] = factors.Pointer<double>()[replica];
            coefficients[1] = constants.Decoupled ? 0 : decay;
            coefficients[2] = constants.Decoupled ? 1 - (rate * decay) : 1;
            coefficients[3] = rate / (1 - Math.Pow(constants.Beta1, step));
            coefficients[4] = 1 / Math.Sqrt(1 - Math.Pow(constants.Beta2, step));
        }

        protected override void Update(T* p, T* g, T* m, T* v, int count, double* c, StepPlace place)
        {
            Lanes<T> clip = TM.Of(c[0]), coupled = TM.Of(c[1]), shrink = TM.Of(c[2]), stride = TM.Of(c[3]), inverseRoot = TM.Of(c[4]), eps = TM.Of(constants.Eps);
            Lanes<T> beta1 = TM.Of(constants.Beta1), rest1 = TM.Of(1 - constants.Beta1), beta2 = TM.Of(constants.Beta2), rest2 = TM.Of(1 - constants.Beta2);
            for (int i = 0; i < count; i += Lanes<T>.Count)
            {
                Lanes<T> parameter = Lanes<T>.Load(p + i), gradient = OptimizerRules.Gradient(Lanes<T>.Load(g + i), parameter, clip, coupled);
                Lanes<T> moment = OptimizerRules.Decayed(Lanes<T>.Load(m + i), gradient, beta1, rest1);
                Lanes<T> square = OptimizerRules.DecayedSquare(Lanes<T>.Load(v + i), gradient, beta2, rest2);
                moment.Store(m + i);
                square.Store(v + i);
                OptimizerRules.Adam<Lanes<T>, TM>(parameter, moment, square, shrink, stride, inverseRoot, eps).Store(p + i);
            }
        }

        protected override void Prepare(KernelQueue queue, KernelConfig config, TensorView coefficients) => OptimizerKernels.PrepareAdam(
            queue, config, coefficients, rates, factors, steps, decays?.Each ?? rates, constants.WeightDecay[0], decays is null ? 0 : 1, Numbers, constants.Decoupled ? 1 : 0, (int)rates.Count);

        protected override void Update(KernelQueue queue, KernelConfig config, TensorView coefficients, StepCut cut, Views p, Views g, Views m, Views v) =>
            OptimizerKernels.Adam<T, TScalar>(
                queue, config, coefficients, cut, Numbers, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7],
                m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7]);

        private AdamNumbers Numbers => new() { Beta1 = constants.Beta1, Beta2 = constants.Beta2, Eps = constants.Eps };
    }

    private sealed unsafe class SgdLaunch<T, TM, TScalar>(
        TensorView[] parameters, TensorView[] gradients, TensorView[] buffers, TensorView rates, TensorView factors, double momentum, bool nesterov, double[] weightDecay, Segments segments)
        : StepLaunch<T>("sgd", parameters, gradients, buffers, [], [rates, factors], [.. parameters, .. buffers], segments, (int)rates.Count)
        where T : unmanaged, INumberBase<T>
        where TM : struct, IMath<Lanes<T>>
        where TScalar : struct, IScalarMath<T>
    {
        private readonly PerReplica? decays = PerReplica.On(rates.Device, weightDecay);
        private readonly bool hasBuffer = buffers.Length > 0;

        public override Launch? For(ReplicaBlock block)
        {
            if (!block.HasOneEach(rates, factors)) return null;
            TensorView[] parts = block.Of(Tensors.Parameters);
            return new SgdLaunch<T, TM, TScalar>(
                parts, block.Of(Tensors.Gradients), block.Of(Tensors.First), block.Of(rates), block.Of(factors), momentum, nesterov, block.Of(weightDecay), new Segments(Name, "parameter", parts, block.Count));
        }

        protected override void Prepare(int replica, double* coefficients)
        {
            coefficients[0] = factors.Pointer<double>()[replica];
            coefficients[1] = weightDecay[weightDecay.Length == 1 ? 0 : replica];
            coefficients[2] = rates.Pointer<double>()[replica];
        }

        protected override void Update(T* p, T* g, T* buffer, T* second, int count, double* c, StepPlace place)
        {
            Lanes<T> clip = TM.Of(c[0]), decay = TM.Of(c[1]), rate = TM.Of(c[2]), keep = TM.Of(momentum);
            for (int i = 0; i < count; i += Lanes<T>.Count)
            {
                Lanes<T> parameter = Lanes<T>.Load(p + i), gradient = OptimizerRules.Gradient(Lanes<T>.Load(g + i), parameter, clip, decay), move = gradient;
                if (buffer != null)
                {
                    Lanes<T> velocity = OptimizerRules.Velocity(Lanes<T>.Load(buffer + i), gradient, keep);
                    velocity.Store(buffer + i);
                    move = nesterov ? OptimizerRules.Ahead(gradient, velocity, keep) : velocity;
                }
                (parameter - (rate * move)).Store(p + i);
            }
        }

        protected override void Prepare(KernelQueue queue, KernelConfig config, TensorView coefficients) =>
            OptimizerKernels.PrepareSgd(queue, config, coefficients, rates, factors, decays?.Each ?? rates, weightDecay[0], decays is null ? 0 : 1, (int)rates.Count);

        protected override void Update(KernelQueue queue, KernelConfig config, TensorView coefficients, StepCut cut, Views p, Views g, Views b, Views second) =>
            OptimizerKernels.Sgd<T, TScalar>(
                queue, config, coefficients, cut, momentum, p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7],
                b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], hasBuffer ? 1 : 0, nesterov ? 1 : 0);
    }
}
