using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Training of small networks in whole steps: one kernel takes many steps, a group a replica, and keeps the replica's parameters, gradient and moments in the shared
/// memory of its multiprocessor meanwhile. For chains of linear layers with or without tanh, trained on all their examples at once by AdamW. On an H100, 227 KiB
/// hold 12,000 f32 parameters with all of that; a captured step of the same ops pays a launch for each of them and passes everything through memory.
/// </summary>
/// <remarks>See <see cref="WholeStepsKernels"/> for what bounds it and for the order of its sums.</remarks>
public sealed class WholeSteps
{
    // A launch should end in milliseconds: some drivers end what holds a display's GPU for longer.
    private const int StepsOfLaunch = 512;

    private readonly TensorView examples, answers, planned;
    private readonly Layer[] layers;
    private readonly WholeStepsPlan plan;

    /// <summary>A parameter with AdamW's two moments, dense tensors of one shape and type.</summary>
    public sealed record Trained(TensorView Parameter, TensorView First, TensorView Second);

    /// <summary>A rule of training. Betas and epsilon are the same in all rules of a network; rates and decays need not be.</summary>
    /// <param name="Steps">Steps taken, I32 [R]: counted on.</param>
    /// <param name="Rates">Learning rates, F64 [R].</param>
    /// <param name="Constants">AdamW's; decay is decoupled.</param>
    public sealed record Rule(TensorView Steps, TensorView Rates, OptimizerSteps.AdamConstants Constants);

    /// <summary>A layer.</summary>
    /// <param name="Weight"><c>[R, in, out]</c>, or with <paramref name="IsOutByIn"/> <c>[R, out, in]</c>.</param>
    /// <param name="IsOutByIn">Whether the weight lies as torch.nn.Linear has it.</param>
    /// <param name="Bias"><c>[R, out]</c>, or null.</param>
    /// <param name="HasTanh">Whether tanh follows.</param>
    /// <param name="Rule">How it is trained; the layers of one rule follow each other, and there are at most two.</param>
    public sealed record Layer(Trained Weight, bool IsOutByIn, Trained? Bias, bool HasTanh, Rule Rule);

    /// <summary>Training of networks on their examples.</summary>
    /// <param name="examples"><c>[R, example, in]</c>, f32 or f64: the type of everything.</param>
    /// <param name="answers">Targets <c>[R, example, out]</c> for the mean squared error, or classes I32 <c>[R, example]</c> for the cross-entropy.</param>
    /// <param name="layers">The network.</param>
    /// <exception cref="HandmadeException">The network is not one of this kind, or does not fit (<see cref="Refusal"/>).</exception>
    public WholeSteps(TensorView examples, TensorView answers, IReadOnlyList<Layer> layers)
    {
        (this.examples, this.answers, this.layers) = (examples, answers, [.. layers]);
        Check();
        Device device = examples.Device;
        plan = Plan(device, Widths(layers), layers, examples) ?? throw new HandmadeException(Refusal(device, examples, layers)!);
        // Of no scope: it lives as long as this.
        long bytes = plan.Numbers.Length * sizeof(int);
        planned = new TensorView(new DeviceBuffer(device, device.Allocate(bytes), bytes), 0, [plan.Numbers.Length], [1], DType.I32);
        device.Write<int>(plan.Numbers, planned);
    }

    /// <summary>Bytes of shared memory that a replica takes.</summary>
    public int SharedBytes => plan.Elements * examples.DType.Bytes();

    /// <summary>Examples that pass at a time: all of them where there is room.</summary>
    public int ExamplesAtATime => plan.Chunk;

    /// <summary>Why a device can't train such a network in whole steps, as one sentence; null where it can.</summary>
    public static string? Refusal(Device device, TensorView examples, IReadOnlyList<Layer> layers)
    {
        if (device.DynamicSharedBytes == 0) return $"whole steps: {device.Name} runs no kernels; capture a step there";
        int[] widths = Widths(layers);
        if (Plan(device, widths, layers, examples) is not null) return null;
        long parameters = layers.Sum(layer => (layer.Weight.Parameter.Count + (layer.Bias?.Parameter.Count ?? 0)) / examples.Shape[0]);
        long least = (long)WholeStepsPlan.Least(widths, layers, examples.Shape[1]) * examples.DType.Bytes();
        return $"whole steps: {parameters:N0} {examples.DType.Text()} parameters with gradient and moments take {least:N0} bytes of shared memory a group; {device.Name} has {device.DynamicSharedBytes:N0}: make the layers narrower, or capture a step";
    }

    /// <summary>
    /// Takes steps. Where a gradient is not finite, the replica stops before that step, <paramref name="failedStep"/>[r], which is 0 till then, becomes the step's number
    /// (counted from 1), and later calls leave the replica as it is.
    /// </summary>
    /// <param name="steps">How many.</param>
    /// <param name="every">Steps between two losses that are wanted, from the first one on; 0 for none.</param>
    /// <param name="failedStep">I32 [R].</param>
    /// <returns>The losses before steps 0, every, 2·every … of this call, <c>[loss, R]</c>; NaN where a replica had stopped.</returns>
    public TensorView Advance(int steps, int every, TensorView failedStep)
    {
        Require.Is("whole steps", failedStep, DType.I32);
        Require.Shaped("whole steps", "the failed step", failedStep, layers[0].Rule.Steps.Shape);
        if (steps < 0 || every < 0) throw new HandmadeException($"whole steps: {steps} steps with a loss every {every}; neither can be negative");
        TensorView losses = examples.Device.Empty([every == 0 ? 0 : (steps + every - 1) / every, examples.Shape[0]], examples.DType);
        for (int before = 0; before < steps; before += StepsOfLaunch)
        {
            var part = (Math.Min(StepsOfLaunch, steps - before), before, every);
            examples.Device.Submit(examples.DType == DType.F32
                ? new AdvanceLaunch<float, F32>(this, part, losses, failedStep)
                : new AdvanceLaunch<double, F64>(this, part, losses, failedStep));
        }
        return losses;
    }

    private static WholeStepsPlan? Plan(Device device, int[] widths, IReadOnlyList<Layer> layers, TensorView examples) =>
        WholeStepsPlan.Of(widths, layers, examples.Shape[1], device.DynamicSharedBytes / examples.DType.Bytes());

    private static int[] Widths(IReadOnlyList<Layer> layers) => [In(layers[0]), .. layers.Select(Out)];

    private static int In(Layer layer) => layer.Weight.Parameter.Shape[layer.IsOutByIn ? 2 : 1];

    private static int Out(Layer layer) => layer.Weight.Parameter.Shape[layer.IsOutByIn ? 1 : 2];

    private static IEnumerable<Trained> Tensors(IEnumerable<Layer> layers) => layers.SelectMany(layer => layer.Bias is null ? [layer.Weight] : new[] { layer.Weight, layer.Bias });

    private void Check()
    {
        const string op = "whole steps";
        Require.Float(op, examples);
        if (layers.Length == 0 || Tensors(layers).Count() > WholeStepsKernels.Most)
            throw new HandmadeException($"{op}: {Tensors(layers).Count()} tensors of parameters in {layers.Length} layers; it takes 1 to {WholeStepsKernels.Most}");
        int replicas = examples.Shape[0], count = examples.Shape[1], width = examples.Shape[2];
        foreach (Layer layer in layers)
        {
            int outputs = layer.Weight.Parameter.Shape.Rank == 3 ? Out(layer) : 0;
            Held(layer.Weight, layer.IsOutByIn ? [replicas, outputs, width] : [replicas, width, outputs]);
            if (layer.Bias is { } bias) Held(bias, [replicas, outputs]);
            Require.Shaped(op, "the steps of a rule", layer.Rule.Steps, [replicas]);
            Require.Shaped(op, "the rates of a rule", layer.Rule.Rates, [replicas]);
            width = outputs;
        }
        if (answers.DType == DType.I32) Require.Shaped(op, "the tensor of classes", answers, [replicas, count]);
        else
        {
            Require.Same(op, examples, answers);
            Require.Shaped(op, "the tensor of targets", answers, [replicas, count, width]);
        }
        if (!examples.IsContiguous || !answers.IsContiguous) throw new HandmadeException($"{op}: examples {examples.Shape} and answers {answers.Shape} must be dense; make them contiguous");
        Rule[] rules = [.. layers.Select(layer => layer.Rule)];
        OptimizerSteps.AdamConstants first = rules[0].Constants;
        if (rules.Zip(rules.Skip(1)).Count(pair => pair.First != pair.Second) > 1)
            throw new HandmadeException($"{op}: the layers change their rule more than once; it takes two rules, of the first layers and of the rest");
        if (rules.Any(rule => (rule.Constants.Beta1, rule.Constants.Beta2, rule.Constants.Eps) != (first.Beta1, first.Beta2, first.Eps)))
            throw new HandmadeException($"{op}: the rules differ in beta1, beta2 or eps; it takes one of each");
        if (rules.Any(rule => !rule.Constants.Decoupled && rule.Constants.WeightDecay.Any(decay => decay != 0)))
            throw new HandmadeException($"{op}: weight decay that joins the gradient; it takes AdamW's, which is decoupled");

        void Held(Trained trained, Shape shape)
        {
            foreach (TensorView tensor in (TensorView[])[trained.Parameter, trained.First, trained.Second])
            {
                Require.Same(op, examples, tensor);
                Require.Shaped(op, "a parameter or moment", tensor, shape);
                if (!tensor.IsContiguous) throw new HandmadeException($"{op}: a parameter or moment {tensor.Shape} is a strided view; make it contiguous");
            }
        }
    }

    private sealed class AdvanceLaunch<T, TM>(WholeSteps of, (int Count, int Before, int Every) steps, TensorView losses, TensorView failedStep) : Launch(
        "whole_steps",
        [of.examples, of.answers, .. of.layers.Select(layer => layer.Rule.Rates)],
        [losses, failedStep, .. of.layers.Select(layer => layer.Rule.Steps), .. Tensors(of.layers).SelectMany(trained => new[] { trained.Parameter, trained.First, trained.Second })])
        where T : unmanaged, INumber<T>
        where TM : struct, IScalarMath<T>
    {
        // A GPU wants two warps for each of its four schedulers; a processor walks through a group's threads in turn, and more of them only cost it.
        private const int Threads = 256, ThreadsOfProcessor = 16;

        private readonly PerReplica? decaysA = PerReplica.On(losses.Device, of.layers[0].Rule.Constants.WeightDecay), decaysB = PerReplica.On(losses.Device, of.layers[^1].Rule.Constants.WeightDecay);

        public override int Grid => of.examples.Shape[0];

        public override long Work => Flops;

        // Three products a layer, forward and for both gradients (the first layer needs one of these), and AdamW.
        public override long Flops => (long)steps.Count * Grid * of.layers.Select((layer, l) =>
            ((l == 0 ? 4L : 6L) * of.examples.Shape[1] * In(layer) * Out(layer)) + (12L * In(layer) * Out(layer))).Sum();

        public override void Run(int begin, int end) => throw new HandmadeException(Refusal(of.examples.Device, of.examples, of.layers) ?? $"{Name} runs as a kernel");

        public override void Enqueue(KernelQueue queue)
        {
            Rule first = of.layers[0].Rule, last = of.layers[^1].Rule;
            TensorView rules = queue.Scratch([Grid, 4], DType.F64);
            WholeStepsKernels.Prepare(
                queue, KernelConfig.ForElements(Grid, 64), rules, first.Rates, last.Rates, decaysA?.Each ?? rules, decaysB?.Each ?? rules,
                first.Constants.WeightDecay[0], last.Constants.WeightDecay[0], decaysA is null ? 0 : 1, decaysB is null ? 0 : 1, Grid);
            Trained[] all = [.. Tensors(of.layers)];
            bool classifies = of.answers.DType == DType.I32;
            var sizes = new WholeStepsSizes
            {
                Layers = of.layers.Length,
                Tensors = all.Length,
                Parameters = of.plan.Parameters,
                Split = of.plan.Split,
                Examples = of.examples.Shape[1],
                Chunk = of.plan.Chunk,
                Steps = steps.Count,
                Before = steps.Before,
                Every = steps.Every,
                Replicas = Grid,
                Classifies = classifies ? 1 : 0,
            };
            var numbers = new AdamNumbers { Beta1 = first.Constants.Beta1, Beta2 = first.Constants.Beta2, Eps = first.Constants.Eps };
            var config = new KernelConfig(Grid, 1, queue.Device.IsProcessor ? ThreadsOfProcessor : Threads, 1) { SharedBytes = of.SharedBytes };
            WholeStepsKernels.Advance<T, TM>(
                queue, config, of.examples, classifies ? of.examples : of.answers, classifies ? of.answers : of.planned, losses, failedStep, of.planned, rules, first.Steps, last.Steps, sizes, numbers,
                P(0), P(1), P(2), P(3), P(4), P(5), P(6), P(7), M(0), M(1), M(2), M(3), M(4), M(5), M(6), M(7), V(0), V(1), V(2), V(3), V(4), V(5), V(6), V(7));

            // Behind the last tensor it stands again, and nobody asks for it.
            Trained Tensor(int k) => all[Math.Min(k, all.Length - 1)];
            TensorView P(int k) => Tensor(k).Parameter;
            TensorView M(int k) => Tensor(k).First;
            TensorView V(int k) => Tensor(k).Second;
        }
    }
}
