namespace Handmade.Kernels;

/// <summary>Normal numbers (<see cref="BoxMuller"/>) of one word each.</summary>
internal sealed unsafe class NormalF32(TensorView state, TensorView y, double mean, double sd) : RandomLaunch("normal", state, y, wordsPerElement: 1)
{
    public override Launch? For(ReplicaBlock block) => block.Cuts(Inputs[0], Outputs[0]) ? new NormalF32(block.Of(Inputs[0]), block.Of(Outputs[0]), mean, sd) : null;

    protected override void Convert(uint* words, TensorView y, nint start, int count) => NormalPairs.Write(words, y.Pointer<float>() + start, count, mean, sd);

    protected override void Enqueue(KernelQueue queue, KernelConfig config, TensorView y, TensorView state, int length) => RandomKernels.NormalF32(queue, config, y, state, (float)mean, (float)sd, length);
}

/// <summary>Normal numbers (<see cref="BoxMuller"/>) of two words each.</summary>
internal sealed unsafe class NormalF64(TensorView state, TensorView y, double mean, double sd) : RandomLaunch("normal", state, y, wordsPerElement: 2)
{
    public override Launch? For(ReplicaBlock block) => block.Cuts(Inputs[0], Outputs[0]) ? new NormalF64(block.Of(Inputs[0]), block.Of(Outputs[0]), mean, sd) : null;

    protected override void Convert(uint* words, TensorView y, nint start, int count) => NormalPairs.Write(words, y.Pointer<double>() + start, count, mean, sd);

    protected override void Enqueue(KernelQueue queue, KernelConfig config, TensorView y, TensorView state, int length) => RandomKernels.NormalF64(queue, config, y, state, mean, sd, length);
}
