using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Parameter updates of all tensors of a network in one launch. Rate, clip factor and step counter are read from the
/// device, one per replica. Bound by memory for SGD, by division and square root for Adam.
/// </summary>
public static class OptimizerSteps
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
        Check("adam", parameters, gradients, rates, constants.WeightDecay);
        rates.Device.Submit(parameters[0].DType == DType.F32
            ? new AdamLaunch<float, MathF32>([.. parameters], [.. gradients], [.. first], [.. second], rates, factors, steps, constants)
            : new AdamLaunch<double, MathF64>([.. parameters], [.. gradients], [.. first], [.. second], rates, factors, steps, constants));
    }

    /// <summary>
    /// g ← g + decay·p, b ← momentum·b + g, p ← p − rate·b (nesterov: p ← p − rate·(g + momentum·b)), as torch.optim.SGD without
    /// dampening. Without momentum the buffers are an empty list.
    /// </summary>
    public static void Sgd(
        IReadOnlyList<TensorView> parameters, IReadOnlyList<TensorView> gradients, IReadOnlyList<TensorView> buffers,
        TensorView rates, TensorView factors, double momentum, bool nesterov, double[] weightDecay)
    {
        Check("sgd", parameters, gradients, rates, weightDecay);
        rates.Device.Submit(parameters[0].DType == DType.F32
            ? new SgdLaunch<float, MathF32>([.. parameters], [.. gradients], [.. buffers], rates, factors, momentum, nesterov, weightDecay)
            : new SgdLaunch<double, MathF64>([.. parameters], [.. gradients], [.. buffers], rates, factors, momentum, nesterov, weightDecay));
    }

    private static void Check(string op, IReadOnlyList<TensorView> parameters, IReadOnlyList<TensorView> gradients, TensorView rates, double[] weightDecay)
    {
        if (weightDecay.Length != 1 && weightDecay.Length != rates.Count)
            throw new HandmadeException($"{op}: {weightDecay.Length} weight decays for {rates.Count} replicas; give one, or one each");
        for (int i = 0; i < parameters.Count; i++)
        {
            Require.Same(op, parameters[i], gradients[i]);
            Require.Shaped(op, "the gradient", gradients[i], parameters[i].Shape);
            if (!parameters[i].IsContiguous || !gradients[i].IsContiguous) throw new HandmadeException($"{op}: parameter {i} of shape {parameters[i].Shape} or its gradient is a strided view; make it contiguous");
        }
    }

    /// <summary>Walks the parameters of a replica in vectors; the rule works on element range [at, at + Lanes.Count) of tensor i.</summary>
    private abstract unsafe class StepLaunch<T>(string name, TensorView[] parameters, TensorView[] gradients, TensorView[] state, TensorView[] scalars, int replicas)
        : Launch(name, [.. gradients, .. scalars, .. parameters, .. state], [.. parameters, .. state])
        where T : unmanaged
    {
        protected TensorView[] Parameters => parameters;

        protected TensorView[] Gradients => gradients;

        public override int Grid => replicas;

        public override long Work { get; } = 20 * parameters.Sum(parameter => parameter.Count);

        public override void Run(int begin, int end)
        {
            for (int r = begin; r < end; r++)
            {
                for (int i = 0; i < parameters.Length; i++)
                {
                    long count = parameters[i].Count / replicas;
                    Update(i, r, r * count, count);
                }
            }
        }

        protected abstract void Update(int tensor, int replica, long start, long count);

        protected static Lanes<T> Load(T* p, long left) => left >= Lanes<T>.Count ? Lanes<T>.Load(p) : Lanes<T>.LoadPartial(p, (int)left);

        protected static void Store(Lanes<T> value, T* p, long left)
        {
            if (left >= Lanes<T>.Count) value.Store(p);
            else value.StorePartial(p, (int)left);
        }
    }

    private sealed unsafe class AdamLaunch<T, TM>(
        TensorView[] parameters, TensorView[] gradients, TensorView[] first, TensorView[] second,
        TensorView rates, TensorView factors, TensorView steps, AdamConstants constants)
        : StepLaunch<T>("adam", parameters, gradients, [.. first, .. second], [rates, factors, steps], (int)rates.Count)
        where T : unmanaged
        where TM : struct, IMath<Lanes<T>>
    {
        protected override void Update(int tensor, int replica, long start, long count)
        {
            double rate = rates.Pointer<double>()[replica], decay = constants.WeightDecay[constants.WeightDecay.Length == 1 ? 0 : replica];
            int step = steps.Pointer<int>()[replica];
            double correction1 = 1 - Math.Pow(constants.Beta1, step), correction2 = 1 - Math.Pow(constants.Beta2, step);
            Lanes<T> clip = TM.Of(factors.Pointer<double>()[replica]), eps = TM.Of(constants.Eps);
            Lanes<T> beta1 = TM.Of(constants.Beta1), rest1 = TM.Of(1 - constants.Beta1), beta2 = TM.Of(constants.Beta2), rest2 = TM.Of(1 - constants.Beta2);
            Lanes<T> stride = TM.Of(rate / correction1), inverseRoot = TM.Of(1 / Math.Sqrt(correction2));
            Lanes<T> shrink = TM.Of(constants.Decoupled ? 1 - (rate * decay) : 1), coupled = TM.Of(constants.Decoupled ? 0 : decay);
            T* p = Parameters[tensor].Pointer<T>() + start, g = Gradients[tensor].Pointer<T>() + start;
            T* m = first[tensor].Pointer<T>() + start, v = second[tensor].Pointer<T>() + start;
            for (long i = 0; i < count; i += Lanes<T>.Count)
            {
                long left = count - i;
                Lanes<T> parameter = Load(p + i, left), gradient = (Load(g + i, left) * clip) + (coupled * parameter);
                Lanes<T> moment = (beta1 * Load(m + i, left)) + (rest1 * gradient);
                Lanes<T> square = (beta2 * Load(v + i, left)) + (rest2 * gradient * gradient);
                Store(moment, m + i, left);
                Store(square, v + i, left);
                Store((parameter * shrink) - (stride * moment / ((TM.Sqrt(square) * inverseRoot) + eps)), p + i, left);
            }
        }
    }

    private sealed unsafe class SgdLaunch<T, TM>(
        TensorView[] parameters, TensorView[] gradients, TensorView[] buffers, TensorView rates, TensorView factors, double momentum, bool nesterov, double[] weightDecay)
        : StepLaunch<T>("sgd", parameters, gradients, buffers, [rates, factors], (int)rates.Count)
        where T : unmanaged
        where TM : struct, IMath<Lanes<T>>
    {
        private readonly TensorView[] momentumBuffers = buffers;

        protected override void Update(int tensor, int replica, long start, long count)
        {
            Lanes<T> rate = TM.Of(rates.Pointer<double>()[replica]), clip = TM.Of(factors.Pointer<double>()[replica]);
            Lanes<T> decay = TM.Of(weightDecay[weightDecay.Length == 1 ? 0 : replica]), keep = TM.Of(momentum);
            T* p = Parameters[tensor].Pointer<T>() + start, g = Gradients[tensor].Pointer<T>() + start;
            T* b = momentumBuffers.Length == 0 ? null : momentumBuffers[tensor].Pointer<T>() + start;
            for (long i = 0; i < count; i += Lanes<T>.Count)
            {
                long left = count - i;
                Lanes<T> parameter = Load(p + i, left), gradient = (Load(g + i, left) * clip) + (decay * parameter), move = gradient;
                if (b != null)
                {
                    Lanes<T> velocity = (keep * Load(b + i, left)) + gradient;
                    Store(velocity, b + i, left);
                    move = nesterov ? gradient + (keep * velocity) : velocity;
                }
                Store(parameter - (rate * move), p + i, left);
            }
        }
    }
}
