namespace Handmade.Kernels.Ops;

/// <summary>The launch on devices: it picks the kernel by the operands' strides, and its types by what is stored where.</summary>
internal sealed partial class MapLaunch<T, TOp, TStore>
{
    public override void Enqueue(KernelQueue queue)
    {
        if (output.DType == DType.Bool) Enqueue<byte, MaskElement<T>>(queue);
        else Enqueue<T, Same<T>>(queue);
    }

    private void Enqueue<TY, TStoreY>(KernelQueue queue) where TY : unmanaged where TStoreY : struct, ICvt<TY, T>
    {
        if (Inputs[0].DType == DType.Bool) Enqueue<TY, TStoreY, byte, MaskElement<T>>(queue);
        else Enqueue<TY, TStoreY, T, Same<T>>(queue);
    }

    private void Enqueue<TY, TStoreY, TA, TLoadA>(KernelQueue queue)
        where TY : unmanaged
        where TStoreY : struct, ICvt<TY, T>
        where TA : unmanaged
        where TLoadA : struct, ICvt<TA, T>
    {
        int count = checked((int)output.Count);
        KernelConfig config = KernelConfig.ForElements(count);
        if (!IsFlat() || Inputs.Count == 2)
        {
            if (Inputs[^1].DType == DType.Bool) Enqueue<TY, TStoreY, TA, TLoadA, byte, MaskElement<T>>(queue, config, count);
            else Enqueue<TY, TStoreY, TA, TLoadA, T, Same<T>>(queue, config, count);
        }
        else if (Inputs.Count == 1)
            MapKernels.Flat1<T, TA, TY, TLoadA, TStoreY, OneLane.Ternary<T, TOp>>(
                queue, config, output, Inputs[0], constants[0], constants[1], constants[2], count, Slot(0), Slot(1), Slot(2));
        else MapKernels.Flat3<T, TA, TY, TLoadA, TStoreY, OneLane.Ternary<T, TOp>>(queue, config, output, Inputs[0], Inputs[1], Inputs[2], count);
    }

    private void Enqueue<TY, TStoreY, TA, TLoadA, TB, TLoadB>(KernelQueue queue, KernelConfig config, int count)
        where TY : unmanaged
        where TStoreY : struct, ICvt<TY, T>
        where TA : unmanaged
        where TLoadA : struct, ICvt<TA, T>
        where TB : unmanaged
        where TLoadB : struct, ICvt<TB, T>
    {
        if (IsFlat())
        {
            MapKernels.Flat2<T, TA, TB, TY, TLoadA, TLoadB, TStoreY, OneLane.Ternary<T, TOp>>(
                queue, config, output, Inputs[0], Inputs[1], constants[0], constants[1], constants[2], count, Slot(0), Slot(1), Slot(2));
            return;
        }
        // Only the first tensor's type may differ from the last one's; a constant's view is never read.
        int a = Slot(0), b = Slot(1), c = Slot(2), axes = loops.Axes;
        if (axes > MapKernels.MostAxes)
            throw new HandmadeException($"{Name}: operands of {output.Shape} have {axes} axes of different strides, devices walk {MapKernels.MostAxes}; call Contiguous() first");
        MapAxes walk = Walk(a, b, c);
        TensorView first = Inputs[0], last = Inputs[^1];
        if (a <= 1 && b != 1 && c != 1)
            MapKernels.Strided<T, TA, TB, TB, TY, TLoadA, TLoadB, TLoadB, TStoreY, OneLane.Ternary<T, TOp>>(
                queue, config, output, first, b > 0 ? Inputs[b - 1] : last, last, constants[0], constants[1], constants[2], walk, count, axes, a, b, c);
        else
            MapKernels.Strided<T, TA, TA, TB, TY, TLoadA, TLoadA, TLoadB, TStoreY, OneLane.Ternary<T, TOp>>(
                queue, config, output, first, first, last, constants[0], constants[1], constants[2], walk, count, axes, a, b, c);
    }

    // The tensors lie densely and none is stretched: one index serves them all.
    private bool IsFlat() => loops.Axes <= 1 && loops.InnerStrides.AsSpan().IndexOfAnyExcept(1) < 0;

    private MapAxes Walk(int a, int b, int c)
    {
        MapAxis Axis(int axis) => axis >= loops.Axes ? MapAxis.Of(1, 0, 0, 0)
            : MapAxis.Of(loops.Extent(axis), a == 0 ? 0 : loops.Stride(axis, a), b == 0 ? 0 : loops.Stride(axis, b), c == 0 ? 0 : loops.Stride(axis, c));
        return new MapAxes { Axis0 = Axis(0), Axis1 = Axis(1), Axis2 = Axis(2), Axis3 = Axis(3), Axis4 = Axis(4), Axis5 = Axis(5) };
    }
}
