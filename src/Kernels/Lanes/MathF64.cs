using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using static System.Runtime.CompilerServices.Unsafe;
using D = Handmade.Kernels.Lanes.Lanes<double>;
using V = System.Runtime.Intrinsics.Vector512<double>;

namespace Handmade.Kernels.Lanes;

/// <summary>
/// The functions of <see cref="IMath{T}"/> over 8 doubles: built for gradient checks, at most 3 units in the last place off (tests/Kernels.Tests/Lanes holds them to it).
/// </summary>
/// <remarks>
/// Only exactly rounded operations are used, fused multiply-add explicitly: the same bits come out whether the CPU has 512, 256 or 128 bit registers.
/// A CPU without FMA gets them from the BCL's software FMA: the same bits, slowly. NaN payloads are not specified.
/// </remarks>
public readonly partial struct MathF64 : IMath<D>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Of(double x) => BitCast<V, D>(Vector512.Create(x));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Fma(D a, D b, D c) => BitCast<V, D>(Vector512.FusedMultiplyAdd(a.V, b.V, c.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Abs(D x) => BitCast<V, D>(Vector512.Abs(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Sqrt(D x) => BitCast<V, D>(Vector512.Sqrt(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Floor(D x) => BitCast<V, D>(Vector512.Floor(x.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Max(D a, D b) => BitCast<V, D>(Vector512.Max(a.V, b.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D Min(D a, D b) => BitCast<V, D>(Vector512.Min(a.V, b.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D SelectLess(D a, D b, D x, D y) =>
        BitCast<V, D>(Vector512.ConditionalSelect(Vector512.LessThan(a.V, b.V), x.V, y.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D SelectLessOrEqual(D a, D b, D x, D y) =>
        BitCast<V, D>(Vector512.ConditionalSelect(Vector512.LessThanOrEqual(a.V, b.V), x.V, y.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static D SelectEqual(D a, D b, D x, D y) =>
        BitCast<V, D>(Vector512.ConditionalSelect(Vector512.Equals(a.V, b.V), x.V, y.V));
}
