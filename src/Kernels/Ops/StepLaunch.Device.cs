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

    private StepCut Cut(int from, out int groups)
    {
        Span<int> first = stackalloc int[OptimizerKernels.Most], each = stackalloc int[OptimizerKernels.Most], lengths = stackalloc int[OptimizerKernels.Most];
        groups = 0;
        for (int k = 0; k < OptimizerKernels.Most; k++)
        {
            first[k] = groups;
            if (from + k >= parameters.Length) continue;
            lengths[k] = checked((int)(parameters[from + k].Count / replicas));
            each[k] = (lengths[k] + OptimizerKernels.GroupSize - 1) / OptimizerKernels.GroupSize;
            groups = checked(groups + (replicas * each[k]));
        }
        return new StepCut
        {
            First1 = first[1], First2 = first[2], First3 = first[3], First4 = first[4], First5 = first[5], First6 = first[6], First7 = first[7],
            Groups0 = each[0], Groups1 = each[1], Groups2 = each[2], Groups3 = each[3], Groups4 = each[4], Groups5 = each[5], Groups6 = each[6], Groups7 = each[7],
            Length0 = lengths[0], Length1 = lengths[1], Length2 = lengths[2], Length3 = lengths[3], Length4 = lengths[4], Length5 = lengths[5], Length6 = lengths[6], Length7 = lengths[7],
        };
    }
}
