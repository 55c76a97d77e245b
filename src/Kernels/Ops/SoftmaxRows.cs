using System.Numerics;
using Handmade.Kernels.Lanes;

namespace Handmade.Kernels.Ops;

/// <summary>The walks along rows that softmax and cross-entropy share. Rows lie <c>length</c> apart, in whole vectors, padded with −∞.</summary>
internal static unsafe class SoftmaxRows<T, TM>
    where T : unmanaged, INumber<T>
    where TM : struct, IMath<Lanes<T>>
{
    /// <summary>The largest element of each row; NaN if there is one.</summary>
    public static void Maxima(T* x, int count, int length, T* maxima)
    {
        for (int r = 0; r < count; r++, x += length)
        {
            Lanes<T> max = Lanes<T>.Load(x);
            for (int i = Lanes<T>.Count; i < length; i += Lanes<T>.Count) max = TM.Max(max, Lanes<T>.Load(x + i));
            maxima[r] = max.Max();
        }
    }

    /// <summary>e = exp(x − maximum) and its sum per row. e may overwrite x.</summary>
    public static void Exponentials(T* x, int count, int length, T* maxima, T* e, T* sums)
    {
        for (int r = 0; r < count; r++, x += length, e += length)
        {
            Lanes<T> m = Lanes<T>.Broadcast(maxima[r]), sum = default;
            for (int i = 0; i < length; i += Lanes<T>.Count)
            {
                Lanes<T> y = TM.Exp(Lanes<T>.Load(x + i) - m);
                sum += y;
                y.Store(e + i);
            }
            sums[r] = sum.Sum();
        }
    }

    /// <summary>Multiplies each row by its factor.</summary>
    public static void Scale(T* x, int count, int length, T* factors)
    {
        for (int r = 0; r < count; r++, x += length)
        {
            Lanes<T> factor = Lanes<T>.Broadcast(factors[r]);
            for (int i = 0; i < length; i += Lanes<T>.Count) (Lanes<T>.Load(x + i) * factor).Store(x + i);
        }
    }
}
