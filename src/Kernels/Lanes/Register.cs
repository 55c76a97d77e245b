using System.Numerics;
using System.Runtime.CompilerServices;

namespace Handmade.Kernels.Lanes;

/// <summary>
/// One register of the machine as a functor's value, where <see cref="Lanes{T}"/> is 64 bytes on every machine: a functor with an exponential is then
/// inlined whole into its loop, which is twice as fast as a call per 64 bytes. The bits are the same, for every operation is elementwise.
/// </summary>
/// <remarks>For loops over rows alone: how many elements it holds is the machine's choice, so nothing may be summed across it.</remarks>
internal readonly struct Register<T>(Vector<T> v) :
    IAdditionOperators<Register<T>, Register<T>, Register<T>>,
    ISubtractionOperators<Register<T>, Register<T>, Register<T>>,
    IMultiplyOperators<Register<T>, Register<T>, Register<T>>,
    IDivisionOperators<Register<T>, Register<T>, Register<T>>,
    IUnaryNegationOperators<Register<T>, Register<T>>
    where T : unmanaged
{
    /// <summary>The elements themselves.</summary>
    public readonly Vector<T> V = v;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register<T> operator +(Register<T> left, Register<T> right) => new(left.V + right.V);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register<T> operator -(Register<T> left, Register<T> right) => new(left.V - right.V);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register<T> operator *(Register<T> left, Register<T> right) => new(left.V * right.V);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register<T> operator /(Register<T> left, Register<T> right) => new(left.V / right.V);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Register<T> operator -(Register<T> value) => new(-value.V);
}
