using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>The steps of a reduction: f(x, c) of each element, combined. Implementations are empty structs.</summary>
/// <typeparam name="T">A lane vector on the host, a scalar in device text.</typeparam>
[KernelFunctor]
internal interface ICombine<T>
{
    /// <summary>What combining starts from.</summary>
    static abstract T Identity { get; }

    /// <summary>Applied to each element first; <paramref name="c"/> belongs to the output element (its mean, its maximum).</summary>
    static abstract T Map(T x, T c);

    /// <summary>The reduction of two values (of two vectors lane by lane).</summary>
    static abstract T Combine(T a, T b);
}

/// <summary>What the host needs besides for a reduction over lanes.</summary>
internal interface IReduction<T> : ICombine<Lanes<T>> where T : unmanaged
{
    /// <summary>The value that fills unused lanes: <see cref="ICombine{T}.Map"/> makes the identity of it.</summary>
    static abstract Lanes<T> Padding(Lanes<T> c);

    /// <summary>The reduction over the lanes of one vector.</summary>
    static abstract T Fold(Lanes<T> x);
}

/// <summary>
/// Reductions over any axes of f32 and f64 tensors. Bound by memory: each element is read once.
/// </summary>
/// <remarks>
/// The order of operations depends on the shape alone, not on threads, machine or the number of outer rows. The elements
/// that meet in one output are cut into vectors — 16 (f64: 8) neighbours when the reduced axes are the innermost, else
/// one row of 16 outputs side by side — and the vectors into blocks of 512. Vector i of a block goes to accumulator
/// i mod 4; then (a0 ∘ a1) ∘ (a2 ∘ a3), then the lanes fold by halves. The results of blocks are reduced the same way.
/// </remarks>
internal static class Reduce
{
    /// <summary>Reduces the axes (0…rank−1, distinct), which keep extent 1; the result is divided by <paramref name="divisor"/>.</summary>
    public static TensorView Over<TF32, TF64>(string name, TensorView x, ReadOnlySpan<int> axes, TensorView? context = null, double divisor = 1)
        where TF32 : struct, IReduction<float>
        where TF64 : struct, IReduction<double>
    {
        Shape kept = Slab.Kept(x.Shape, axes);
        (x, Slab slab) = Slab.Of(x, axes);
        TensorView y = x.DType == DType.F32 ? Run<float, TF32>(name, x, slab, context, divisor) : Run<double, TF64>(name, x, slab, context, divisor);
        return y.Reshape(kept);
    }

    private static TensorView Run<T, TOp>(string name, TensorView x, Slab slab, TensorView? context, double divisor)
        where T : unmanaged, IFloatingPointIeee754<T>
        where TOp : struct, IReduction<T>
    {
        int blocks = Blocks<T>(slab);
        TensorView y = x.Device.Empty([slab.Outer, blocks, slab.Inner], x.DType);
        x.Device.Submit(new ReduceLaunch<T, TOp>(name, x, slab, blocks, context, blocks == 1 ? divisor : 1, y));
        while (blocks > 1)
        {
            slab = slab with { Length = blocks };
            blocks = Blocks<T>(slab);
            TensorView z = x.Device.Empty([slab.Outer, blocks, slab.Inner], x.DType);
            x.Device.Submit(new ReduceLaunch<T, OfPartials<T, TOp>>(name, y, slab, blocks, null, blocks == 1 ? divisor : 1, z));
            y = z;
        }
        return y;
    }

    private static int Blocks<T>(Slab slab) where T : unmanaged
    {
        int block = ReduceLaunch<T>.BlockLength(slab);
        return Math.Max(1, (slab.Length + block - 1) / block);
    }

    /// <summary>The same reduction over what the blocks left, without the map.</summary>
    private readonly struct OfPartials<T, TOp> : IReduction<T> where T : unmanaged where TOp : struct, IReduction<T>
    {
        public static Lanes<T> Identity
        {
            [MethodImpl(MethodImplOptions.AggressiveInlining)]
            get => TOp.Identity;
        }

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Map(Lanes<T> x, Lanes<T> c) => x;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Padding(Lanes<T> c) => TOp.Identity;

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static Lanes<T> Combine(Lanes<T> a, Lanes<T> b) => TOp.Combine(a, b);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public static T Fold(Lanes<T> x) => TOp.Fold(x);
    }
}
