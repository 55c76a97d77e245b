using System.Numerics;
using System.Runtime.CompilerServices;
using R = Handmade.Kernels.Lanes.Register<double>;

namespace Handmade.Kernels.Lanes;

// The same functions over one register, inlined: for functors in loops of their own.
public readonly partial struct MathF64 : IMath<Register<double>>
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static R ICompare<R>.Of(double x) => new(Vector.Create(x));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static R ICompare<R>.SelectLess(R a, R b, R x, R y) => new(Vector.ConditionalSelect(Vector.LessThan<double>(a.V, b.V), x.V, y.V));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static R ICompare<R>.SelectLessOrEqual(R a, R b, R x, R y) => new(Vector.ConditionalSelect(Vector.LessThanOrEqual<double>(a.V, b.V), x.V, y.V));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static R ICompare<R>.SelectEqual(R a, R b, R x, R y) => new(Vector.ConditionalSelect(Vector.Equals<double>(a.V, b.V), x.V, y.V));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static R IMath<R>.Fma(R a, R b, R c) => new(Vector.FusedMultiplyAdd(a.V, b.V, c.V));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static R IMath<R>.Abs(R x) => new(Vector.Abs(x.V));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static R IMath<R>.Sqrt(R x) => new(Vector.SquareRoot(x.V));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static R IMath<R>.Floor(R x) => new(Vector.Floor(x.V));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static R IMath<R>.Max(R a, R b) => new(Vector.Max(a.V, b.V));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static R IMath<R>.Min(R a, R b) => new(Vector.Min(a.V, b.V));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static R IMath<R>.Exp(R x) => new(Exp(x.V));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static R IMath<R>.Log(R x) => new(Log(x.V));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static R IMath<R>.Tanh(R x) => new(Tanh(x.V));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static R IMath<R>.Sin(R x) => new(Sin(x.V));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static R IMath<R>.Cos(R x) => new(Cos(x.V));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static R IMath<R>.Erf(R x) => new(Erf(x.V));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    static R IMath<R>.Pow(R x, R y) => new(Pow(x.V, y.V));
}
