using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Handmade.Kernels.Lanes;

/// <summary>The functions of <see cref="ICompare{T}"/> over 16 integers.</summary>
public readonly struct MathI32 : ICompare<Lanes<int>>
{
    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<int> Of(double x) => Lanes<int>.Broadcast((int)x);

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<int> SelectLess(Lanes<int> a, Lanes<int> b, Lanes<int> x, Lanes<int> y) =>
        new(Vector512.ConditionalSelect(Vector512.LessThan(a.V, b.V), x.V, y.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<int> SelectLessOrEqual(Lanes<int> a, Lanes<int> b, Lanes<int> x, Lanes<int> y) =>
        new(Vector512.ConditionalSelect(Vector512.LessThanOrEqual(a.V, b.V), x.V, y.V));

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<int> SelectEqual(Lanes<int> a, Lanes<int> b, Lanes<int> x, Lanes<int> y) =>
        new(Vector512.ConditionalSelect(Vector512.Equals(a.V, b.V), x.V, y.V));
}
