namespace Handmade.Kernels;

/// <summary>
/// One kernel with its arguments, ready to run: what an op hands to its device. Eager code runs it at once; a captured
/// step keeps it and runs it again on every replay, so running must not allocate.
/// </summary>
public abstract class Launch
{
    /// <summary>A launch that reads and writes the given tensors.</summary>
    protected Launch(string name, TensorView[] inputs, TensorView[] outputs)
    {
        Name = name;
        Inputs = inputs;
        Outputs = outputs;
    }

    /// <summary>The kernel: <c>gemm</c>, <c>layer_norm</c>.</summary>
    public string Name { get; }

    /// <summary>What is read.</summary>
    public IReadOnlyList<TensorView> Inputs { get; }

    /// <summary>What is written (and possibly read: in-place updates).</summary>
    public IReadOnlyList<TensorView> Outputs { get; }

    /// <summary>How many independent pieces the work has; any split over threads gives the same bits.</summary>
    public abstract int Grid { get; }

    /// <summary>Rough number of arithmetic operations; small launches are not worth a second thread.</summary>
    public virtual long Work => Outputs.Count == 0 ? 0 : Outputs[0].Count;

    /// <summary>Floating-point operations, as profiles and benchmarks count them: exact for matrix products and attention, rough for functions.</summary>
    public virtual long Flops => Work;

    /// <summary>The least bytes that move: every view that is read, once, and every view that is written, once.</summary>
    public virtual long Bytes => BytesOf(Inputs) + BytesOf(Outputs);

    /// <summary>Bytes of the elements of different views; repeated elements (stride 0) count once.</summary>
    protected static long BytesOf(IReadOnlyList<TensorView> views)
    {
        long bytes = 0;
        for (int i = 0; i < views.Count; i++)
        {
            bool isKnown = false;
            for (int k = 0; k < i && !isKnown; k++) isKnown = views[k].IsSameAs(views[i]);
            if (!isKnown) bytes += views[i].OwnBytes;
        }
        return bytes;
    }

    /// <summary>Runs pieces <paramref name="begin"/>…<paramref name="end"/>−1 on the calling thread.</summary>
    public abstract void Run(int begin, int end);

    /// <summary>
    /// The same work for some of the replicas alone, with the bits that the whole launch gives them; null where it does not fall into replicas.
    /// It sees the tensors as the launch does, cut along their first axes. A launch that can be cut lists all memory that it touches in
    /// <see cref="Inputs"/> and <see cref="Outputs"/>: by these is seen whether replicas may go ahead of each other.
    /// </summary>
    public virtual Launch? For(ReplicaBlock block) => null;

    /// <summary>Queues the kernels that do the same on a device other than the host.</summary>
    public virtual void Enqueue(KernelQueue queue) => throw new HandmadeException($"{Name} has no kernel for {queue.Device.Name}; run it on host");

    /// <summary>Kernel with shapes, as errors and profiles print it.</summary>
    public override string ToString() => $"{Name}({string.Join(", ", Inputs)}) → {string.Join(", ", Outputs)}";
}
