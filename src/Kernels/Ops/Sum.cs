using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>Sum, mean and variance over axes; f32 and f64. Order of additions: see <see cref="Reduce"/>.</summary>
public static class Sum
{
    /// <summary>Σx over the given axes, which keep extent 1; 0 over no elements.</summary>
    public static TensorView Over(TensorView x, params ReadOnlySpan<int> axes)
    {
        Require.Float("sum", x);
        return Total("sum", x, x.Shape.Axes(axes, "sum"), 1);
    }

    /// <summary>Σx / n over the given axes, which keep extent 1; NaN over no elements.</summary>
    public static TensorView Mean(TensorView x, params ReadOnlySpan<int> axes)
    {
        Require.Float("mean", x);
        int[] over = x.Shape.Axes(axes, "mean");
        return Total("mean", x, over, Count(x.Shape, over));
    }

    /// <summary>
    /// Σ(x − mean)² / (n − 1), or / n when not <paramref name="unbiased"/>, over the given axes, which keep extent 1.
    /// Two passes: the mean first, so large offsets cost no digits. NaN where n − 1 (or n) is 0.
    /// </summary>
    public static TensorView Variance(TensorView x, bool unbiased, params ReadOnlySpan<int> axes)
    {
        Require.Float("var", x);
        int[] over = x.Shape.Axes(axes, "var");
        double n = Count(x.Shape, over);
        TensorView mean = Total("mean", x, over, n);
        return Reduce.Over<OfSquaredDeviations<float>, OfSquaredDeviations<double>>("var", x, over, mean, Math.Max(0, unbiased ? n - 1 : n));
    }

    /// <summary>Σx / divisor over one axis, which keeps extent 1.</summary>
    internal static TensorView Divided(TensorView x, int axis, double divisor) => Total("sum", x, [axis], divisor);

    /// <summary>How many elements meet in one output.</summary>
    private static double Count(Shape shape, ReadOnlySpan<int> axes)
    {
        double count = 1;
        foreach (int axis in axes) count *= shape[axis];
        return count;
    }

    private static TensorView Total(string name, TensorView x, ReadOnlySpan<int> axes, double divisor) =>
        Reduce.Over<OfElements<float>, OfElements<double>>(name, x, axes, divisor: divisor);

    private readonly struct OfElements<T> : IReduction<T> where T : unmanaged
    {
        public static Lanes<T> Identity
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => default;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Map(Lanes<T> x, Lanes<T> c) => x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Padding(Lanes<T> c) => default;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Combine(Lanes<T> a, Lanes<T> b) => a + b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Fold(Lanes<T> x) => x.Sum();
    }

    private readonly struct OfSquaredDeviations<T> : IReduction<T> where T : unmanaged
    {
        public static Lanes<T> Identity
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => default;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Map(Lanes<T> x, Lanes<T> mean) => (x - mean) * (x - mean);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Padding(Lanes<T> mean) => mean;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Combine(Lanes<T> a, Lanes<T> b) => a + b;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Fold(Lanes<T> x) => x.Sum();
    }
}
