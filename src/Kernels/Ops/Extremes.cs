using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>Largest and smallest element over axes; f32 and f64. A NaN among the elements is the answer.</summary>
public static class Extremes
{
    /// <summary>max x over the given axes, which keep extent 1.</summary>
    public static TensorView Max(TensorView x, params ReadOnlySpan<int> axes) =>
        Reduce.Over<Largest<float, MathF32>, Largest<double, MathF64>>("max", x, Checked("max", x, axes));

    /// <summary>min x over the given axes, which keep extent 1.</summary>
    public static TensorView Min(TensorView x, params ReadOnlySpan<int> axes) =>
        Reduce.Over<Smallest<float, MathF32>, Smallest<double, MathF64>>("min", x, Checked("min", x, axes));

    /// <summary>
    /// The slope of max or min: 1/k at the k elements that equal the extreme <paramref name="y"/> (axes kept), 0 elsewhere.
    /// Ties share the gradient equally, as in torch.amax.
    /// </summary>
    public static TensorView Slope(TensorView x, TensorView y, params ReadOnlySpan<int> axes)
    {
        TensorView hits = Map.Binary<Equal<Lanes<float>, MathF32>, Equal<Lanes<double>, MathF64>>("is_extreme", x, y);
        return Arithmetic.Divide(hits, Sum.Over(hits, axes));
    }

    private static int[] Checked(string op, TensorView x, ReadOnlySpan<int> axes)
    {
        Require.Float(op, x);
        int[] over = x.Shape.Axes(axes, op);
        foreach (int axis in over)
            if (x.Shape[axis] == 0) throw new HandmadeException($"{op}: axis {axis} of {x.Shape} has no elements; there is no {op} of nothing");
        return over;
    }

    private readonly struct Equal<T, TM> : IBinary<T> where TM : struct, IMath<T>
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Apply(T x, T y) => TM.SelectEqual(x, y, TM.Of(1), TM.Of(0));
    }

    private readonly struct Largest<T, TM> : IReduction<T> where T : unmanaged where TM : struct, IMath<Lanes<T>>
    {
        public static Lanes<T> Identity
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => TM.Of(double.NegativeInfinity);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Map(Lanes<T> x, Lanes<T> c) => x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Padding(Lanes<T> c) => Identity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Combine(Lanes<T> a, Lanes<T> b) => TM.Max(a, b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Fold(Lanes<T> x) => x.Max();
    }

    private readonly struct Smallest<T, TM> : IReduction<T> where T : unmanaged, System.Numerics.IUnaryNegationOperators<T, T> where TM : struct, IMath<Lanes<T>>
    {
        public static Lanes<T> Identity
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => TM.Of(double.PositiveInfinity);
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Map(Lanes<T> x, Lanes<T> c) => x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Padding(Lanes<T> c) => Identity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Combine(Lanes<T> a, Lanes<T> b) => TM.Min(a, b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Fold(Lanes<T> x) => -(-x).Max();
    }
}
