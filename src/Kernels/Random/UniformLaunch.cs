namespace Handmade.Kernels;

/// <summary>low + u·(high − low), u of 24 bits from one word; what rounds up to high becomes the float below it.</summary>
internal sealed unsafe class UniformF32(TensorView state, TensorView y, double low, double high) : RandomLaunch("uniform", state, y, wordsPerElement: 1)
{
    private readonly float first = (float)low, span = (float)(high - low), last = MathF.BitDecrement((float)high);

    public override Launch? For(ReplicaBlock block) => block.Cuts(Inputs[0], Outputs[0]) ? new UniformF32(block.Of(Inputs[0]), block.Of(Outputs[0]), low, high) : null;

    protected override void Convert(uint* words, TensorView y, nint start, int count)
    {
        float* target = y.Pointer<float>() + start;
        for (int i = 0; i < count; i++)
        {
            float x = first + ((int)(words[i] >> 8) * (1f / (1 << 24)) * span);
            target[i] = x < last ? x : last;
        }
    }

    protected override void Enqueue(KernelQueue queue, KernelConfig config, TensorView y, TensorView state, int length) => RandomKernels.UniformF32(queue, config, y, state, first, span, last, length);
}

/// <summary>low + u·(high − low), u of 53 bits from two words; what rounds up to high becomes the double below it.</summary>
internal sealed unsafe class UniformF64(TensorView state, TensorView y, double low, double high) : RandomLaunch("uniform", state, y, wordsPerElement: 2)
{
    private readonly double span = high - low, last = Math.BitDecrement(high);

    public override Launch? For(ReplicaBlock block) => block.Cuts(Inputs[0], Outputs[0]) ? new UniformF64(block.Of(Inputs[0]), block.Of(Outputs[0]), low, high) : null;

    protected override void Convert(uint* words, TensorView y, nint start, int count)
    {
        double* target = y.Pointer<double>() + start;
        for (int i = 0; i < count; i++)
        {
            double x = low + (Philox.Unit(words[2 * i], words[(2 * i) + 1]) * span);
            target[i] = x < last ? x : last;
        }
    }

    protected override void Enqueue(KernelQueue queue, KernelConfig config, TensorView y, TensorView state, int length) => RandomKernels.UniformF64(queue, config, y, state, low, span, last, length);
}

/// <summary>The upper half of word · high.</summary>
internal sealed unsafe class IntegersLaunch(TensorView state, TensorView y, int high) : RandomLaunch("integers", state, y, wordsPerElement: 1)
{
    public override Launch? For(ReplicaBlock block) => block.Cuts(Inputs[0], Outputs[0]) ? new IntegersLaunch(block.Of(Inputs[0]), block.Of(Outputs[0]), high) : null;

    protected override void Convert(uint* words, TensorView y, nint start, int count)
    {
        int* target = y.Pointer<int>() + start;
        for (int i = 0; i < count; i++) target[i] = (int)((ulong)words[i] * (uint)high >> 32);
    }

    protected override void Enqueue(KernelQueue queue, KernelConfig config, TensorView y, TensorView state, int length) => RandomKernels.Integers(queue, config, y, state, high, length);
}
