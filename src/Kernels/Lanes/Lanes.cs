using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Handmade.Kernels.Lanes;

/// <summary>
/// 64 bytes of neighbouring elements, worked on at once: 16 floats or 8 doubles on every machine.
/// Where the registers are narrower the JIT splits each operation, which changes no bit, because every operation here is exactly rounded.
/// </summary>
/// <remarks>
/// Rows whose length is no multiple of <see cref="Count"/> end in a padded vector (<see cref="LoadPartial(T*, int)"/>, <see cref="StorePartial"/>),
/// never in scalar code: so an element's result does not depend on where in the row it stands.
/// <para>
/// Where the JIT splits vectors, it stops inlining in a method with 512 locals, and the loop falls off a cliff (ten times slower): measured, a functor
/// may hold some 80 operators and calls of TM with 256-bit registers, some 35 with 128. A longer one has a part marked NoInlining, as exp and its like are.
/// </para>
/// </remarks>
public readonly struct Lanes<T> :
    IAdditionOperators<Lanes<T>, Lanes<T>, Lanes<T>>,
    ISubtractionOperators<Lanes<T>, Lanes<T>, Lanes<T>>,
    IMultiplyOperators<Lanes<T>, Lanes<T>, Lanes<T>>,
    IDivisionOperators<Lanes<T>, Lanes<T>, Lanes<T>>,
    IUnaryNegationOperators<Lanes<T>, Lanes<T>>
    where T : unmanaged
{
    /// <summary>The elements themselves.</summary>
    public readonly Vector512<T> V;

    // Operators wrap by BitCast, not by this constructor: one call less for the JIT to inline in each.
    /// <summary>Wraps a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Lanes(Vector512<T> v) => V = v;

    /// <summary>Elements per vector: 16 floats, 8 doubles.</summary>
    public static int Count
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => Vector512<T>.Count;
    }

    /// <summary>The same element in every lane.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> Broadcast(T x) => Unsafe.BitCast<Vector512<T>, Lanes<T>>(Vector512.Create(x));

    /// <summary>Reads <see cref="Count"/> elements; <paramref name="p"/> needs no alignment.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static unsafe Lanes<T> Load(T* p) => Unsafe.BitCast<Vector512<T>, Lanes<T>>(Vector512.Load(p));

    /// <summary>Writes <see cref="Count"/> elements; <paramref name="p"/> needs no alignment.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public unsafe void Store(T* p)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            V.Store(p);
            return;
        }
        // Halves, because the JIT would send a whole it cannot hold in a register over the stack.
        V.GetLower().Store(p);
        V.GetUpper().Store(p + Vector256<T>.Count);
    }

    /// <summary>Reads the first <paramref name="count"/> elements (0…<see cref="Count"/>) and nothing behind them; the other lanes are zero.</summary>
    // Not inlined: a tail runs once per row, and its copy would cost the hot loop its registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static unsafe Lanes<T> LoadPartial(T* p, int count)
    {
        Vector512<T> padded = default;
        Unsafe.CopyBlockUnaligned(&padded, p, (uint)(count * sizeof(T)));
        return new(padded);
    }

    /// <summary>Reads the first <paramref name="count"/> elements; the other lanes are those of <paramref name="padding"/>.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static unsafe Lanes<T> LoadPartial(T* p, int count, Lanes<T> padding)
    {
        Unsafe.CopyBlockUnaligned(&padding, p, (uint)(count * sizeof(T)));
        return padding;
    }

    /// <summary>Writes the first <paramref name="count"/> lanes (0…<see cref="Count"/>) and nothing behind them.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public unsafe void StorePartial(T* p, int count)
    {
        Vector512<T> all = V;
        Unsafe.CopyBlockUnaligned(p, &all, (uint)(count * sizeof(T)));
    }

    /// <summary>Lane by lane sum.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> operator +(Lanes<T> left, Lanes<T> right) => Unsafe.BitCast<Vector512<T>, Lanes<T>>(left.V + right.V);

    /// <summary>Lane by lane difference.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> operator -(Lanes<T> left, Lanes<T> right) => Unsafe.BitCast<Vector512<T>, Lanes<T>>(left.V - right.V);

    /// <summary>Lane by lane product.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> operator *(Lanes<T> left, Lanes<T> right) => Unsafe.BitCast<Vector512<T>, Lanes<T>>(left.V * right.V);

    /// <summary>Lane by lane quotient.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> operator /(Lanes<T> left, Lanes<T> right) => Unsafe.BitCast<Vector512<T>, Lanes<T>>(left.V / right.V);

    /// <summary>Lane by lane negation; it flips the sign of zeros too.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Lanes<T> operator -(Lanes<T> value) => Unsafe.BitCast<Vector512<T>, Lanes<T>>(-value.V);

    /// <summary>
    /// The sum of the lanes in one fixed order, halving the width each time: with 16 lanes first lane i + lane i+8, then i + i+4, i + i+2, i + i+1.
    /// With 8 lanes it starts at i + i+4.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Sum()
    {
        Vector256<T> half = V.GetLower() + V.GetUpper();
        Vector128<T> quarter = half.GetLower() + half.GetUpper();
        if (typeof(T) == typeof(float))
        {
            Vector128<float> four = quarter.AsSingle();
            four += Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1));
            return Unsafe.BitCast<float, T>(four.GetElement(0) + four.GetElement(1));
        }
        if (typeof(T) == typeof(double))
            return Unsafe.BitCast<double, T>(quarter.AsDouble().GetElement(0) + quarter.AsDouble().GetElement(1));
        return Vector128.Sum(quarter); // integers: any order gives the same bits
    }

    /// <summary>The largest lane; NaN if any lane is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public T Max()
    {
        Vector256<T> half = Vector256.Max(V.GetLower(), V.GetUpper());
        Vector128<T> quarter = Vector128.Max(half.GetLower(), half.GetUpper());
        if (typeof(T) == typeof(float))
        {
            Vector128<float> four = quarter.AsSingle();
            four = Vector128.Max(four, Vector128.Shuffle(four, Vector128.Create(2, 3, 0, 1)));
            return Unsafe.BitCast<float, T>(MathF.Max(four.GetElement(0), four.GetElement(1)));
        }
        if (typeof(T) == typeof(double))
            return Unsafe.BitCast<double, T>(Math.Max(quarter.AsDouble().GetElement(0), quarter.AsDouble().GetElement(1)));
        T max = quarter.GetElement(0);
        for (int i = 1; i < Vector128<T>.Count; i++)
            max = Vector128.Max(Vector128.CreateScalar(max), Vector128.CreateScalar(quarter.GetElement(i))).ToScalar();
        return max;
    }
}
