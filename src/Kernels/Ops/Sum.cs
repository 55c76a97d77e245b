namespace Handmade.Kernels.Ops;

/// <summary>Sum over axes; f32 and f64.</summary>
public static class Sum
{
    /// <summary>Sums over the given axes, which keep extent 1.</summary>
    public static TensorView Over(TensorView x, params ReadOnlySpan<int> axes)
    {
        Require.Float("sum", x);
        Shape kept = x.Shape;
        foreach (int axis in axes) kept = kept.With(kept.Axis(axis, "sum"), 1);
        TensorView y = x.Device.Empty(kept, x.DType);
        x.Device.Submit(x.DType == DType.F32 ? new SumLaunch<float>(x, y) : new SumLaunch<double>(x, y));
        return y;
    }

    private sealed unsafe class SumLaunch<T>(TensorView x, TensorView y) : Launch("sum", [x], [y]) where T : unmanaged, System.Numerics.INumber<T>
    {
        private readonly Loops loops = new(x.Shape, x, y.Expand(x.Shape));

        public override int Grid => 1;

        public override void Run(int begin, int end)
        {
            new Span<T>(y.Pointer<T>(), (int)y.Count).Clear();
            for (int row = 0; row < loops.Rows; row++)
            {
                T* from = x.Pointer<T>() + loops.Offset(0, row), to = y.Pointer<T>() + loops.Offset(1, row);
                for (nint i = 0; i < loops.Inner; i++) to[i * loops.InnerStrides[1]] += from[i * loops.InnerStrides[0]];
            }
        }
    }
}
