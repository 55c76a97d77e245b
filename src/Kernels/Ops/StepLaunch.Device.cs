namespace Handmade.Kernels.Ops;

/// <summary>The step on devices: the coefficients of every replica, then as many parameters at a time as a kernel takes.</summary>
internal abstract unsafe partial class StepLaunch<T>
{
    public override void Enqueue(KernelQueue queue)
    {
        if (segments.Elements == 0) return;
        TensorView coefficients = queue.Scratch([replicas, OptimizerKernels.Coefficients], DType.F64);
        Prepare(queue, KernelConfig.ForElements(replicas, 64), coefficients);
        for (int from = 0; from < parameters.Length; from += OptimizerKernels.Most)
        {
            StepCut cut = Cut(from, out int groups);
            Views state = new(first.Length == 0 ? parameters : first, from), more = new(second.Length == 0 ? parameters : second, from);
            Update(queue, (groups, OptimizerKernels.GroupSize), coefficients, cut, new Views(parameters, from), new Views(gradients, from), state, more);
        }
    }

    /// <summary>Queues the kernel that works out the coefficients of every replica.</summary>
    protected abstract void Prepare(KernelQueue queue, KernelConfig config, TensorView coefficients);

    /// <summary>Queues the kernel over the next parameters, gradients and state; state that the rule has not is the parameters once more.</summary>
    protected abstract void Update(KernelQueue queue, KernelConfig config, TensorView coefficients, StepCut cut, Views p, Views g, Views first, Views second);

    /// <summary>The tensors of a call. Behind the last one it stands again, with no groups of its own.</summary>
    protected readonly struct Views(TensorView[] tensors, int from)
    {
        public TensorView this[int k] => tensors[Math.Min(from + k, tensors.Length - 1)];
    }

    // Of a replica.
    private int Threads(int parameter) => checked((int)((segments.LengthOf(parameter) + perThread - 1) / perThread));

    private StepCut Cut(int from, out int groups)
    {
        Span<StepPart> parts = stackalloc StepPart[OptimizerKernels.Most];
        groups = 0;
        int before = 0;
        for (int i = 0; i < from; i++) before = checked(before + Threads(i));
        for (int k = 0; k < OptimizerKernels.Most; k++)
        {
            parts[k].First = groups;
            if (from + k >= parameters.Length) continue;
            parts[k].Length = checked((int)segments.LengthOf(from + k));
            parts[k].Before = before;
            int threads = Threads(from + k);
            parts[k].Groups = (threads + OptimizerKernels.GroupSize - 1) / OptimizerKernels.GroupSize;
            groups = checked(groups + (replicas * parts[k].Groups));
            before = checked(before + threads);
        }
        return new StepCut
        {
            Part0 = parts[0],
            Part1 = parts[1],
            Part2 = parts[2],
            Part3 = parts[3],
            Part4 = parts[4],
            Part5 = parts[5],
            Part6 = parts[6],
            Part7 = parts[7],
        };
    }
}
