using System.Numerics;
using System.Runtime.CompilerServices;
using Handmade.Kernels.Host;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>A function that knows its slope: most of the work of one is that of the other.</summary>
internal interface IWithSlope<T>
{
    /// <summary>The function's value and slope at <paramref name="x"/>.</summary>
    static abstract T Apply(T x, out T slope);
}

/// <summary>An activation that leaves its slopes in place of the sums: the backward pass is a product then, without an exponential.</summary>
internal readonly unsafe struct SlopeRows<T, TFunction> : IActivation<T>
    where T : unmanaged
    where TFunction : struct, IWithSlope<Register<T>>
{
    public static void Apply(T* sums, T* activated, int count)
    {
        int i = 0;
        for (; i <= count - Vector<T>.Count; i += Vector<T>.Count)
        {
            Register<T> value = TFunction.Apply(new(Vector.Load(sums + i)), out Register<T> slope);
            // The value last: it stays where both have one place, as with ReLU, whose value tells its slope.
            slope.V.Store(sums + i);
            value.V.Store(activated + i);
        }
        if (i < count) Tail(sums + i, activated + i, count - i);
    }

    // Padded, and out of the loop's way: it would cost the loop its registers.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Tail(T* sums, T* activated, int count)
    {
        T* padded = stackalloc T[2 * Vector<T>.Count];
        new Span<T>(padded, Vector<T>.Count).Clear();
        Unsafe.CopyBlockUnaligned(padded, sums, (uint)(count * sizeof(T)));
        Apply(padded, padded + Vector<T>.Count, Vector<T>.Count);
        Unsafe.CopyBlockUnaligned(sums, padded, (uint)(count * sizeof(T)));
        Unsafe.CopyBlockUnaligned(activated, padded + Vector<T>.Count, (uint)(count * sizeof(T)));
    }
}
