using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static System.Runtime.CompilerServices.Unsafe;
using F = Handmade.Kernels.Lanes.Lanes<float>;
using V = System.Runtime.Intrinsics.Vector512<float>;

namespace Handmade.Kernels.Lanes;

/// <summary>
/// The functions of <see cref="IMath{T}"/> over 16 floats: built to be fast, at most 2 units in the last place off (tests/Kernels.Tests/Lanes holds them to it).
/// </summary>
/// <remarks>
/// Only exactly rounded operations are used, fused multiply-add explicitly: the same bits come out whether the CPU has 512, 256 or 128 bit registers.
/// A CPU without FMA gets them from the BCL's software FMA: the same bits, slowly. NaN payloads are not specified.
/// </remarks>
public readonly partial struct MathF32 : IMath<F>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Of(double x) => BitCast<V, F>(Vector512.Create((float)x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Fma(F a, F b, F c) => BitCast<V, F>(Vector512.FusedMultiplyAdd(a.V, b.V, c.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Abs(F x) => BitCast<V, F>(Vector512.Abs(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Sqrt(F x) => BitCast<V, F>(Vector512.Sqrt(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Floor(F x) => BitCast<V, F>(Vector512.Floor(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Max(F a, F b) => BitCast<V, F>(Vector512.Max(a.V, b.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F Min(F a, F b) => BitCast<V, F>(Vector512.Min(a.V, b.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F SelectLess(F a, F b, F x, F y) =>
        BitCast<V, F>(Vector512.ConditionalSelect(Vector512.LessThan(a.V, b.V), x.V, y.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F SelectLessOrEqual(F a, F b, F x, F y) =>
        BitCast<V, F>(Vector512.ConditionalSelect(Vector512.LessThanOrEqual(a.V, b.V), x.V, y.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static F SelectEqual(F a, F b, F x, F y) =>
        BitCast<V, F>(Vector512.ConditionalSelect(Vector512.Equals(a.V, b.V), x.V, y.V));
}
