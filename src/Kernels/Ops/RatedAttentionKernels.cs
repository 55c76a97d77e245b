using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>Attention over few positions with a rate, on devices: a thread has a query, or a key, of a head of an example. Bound by memory.</summary>
internal static partial class RatedAttentionKernels
{
    /// <summary>P and z of a query.</summary>
    [Kernel]
    public static void Forward<T, TM>(ArrayView<T> z, ArrayView<T> p, ArrayView<T> qkv, ArrayView<T> rates, int rows, int each, int positions, int heads, int features, T scale)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= rows) return;
        int query = i % positions, h = i / positions % heads, e = i / (positions * heads);
        long part = (long)heads * features, row = 3 * part, first = (e * (positions * row)) + ((long)h * features), own = (long)i * positions;
        T most = TM.Of(double.NegativeInfinity), sum = TM.Of(0), alpha = rates[e / each];
        for (int key = 0; key < positions; key++)
        {
            T score = TM.Of(0);
            for (int c = 0; c < features; c++) score = TM.Fma(qkv[first + (query * row) + c], qkv[first + (key * row) + part + c], score);
            score *= scale;
            p[own + key] = score;
            most = TM.SelectLess(most, score, score, most);
        }
        for (int key = 0; key < positions; key++)
        {
            T weight = TM.Exp(p[own + key] - most);
            p[own + key] = weight;
            sum += weight;
        }
        for (int key = 0; key < positions; key++) p[own + key] = p[own + key] / sum;
        long to = (((long)e * positions) + query) * part;
        for (int c = 0; c < features; c++)
        {
            T gathered = TM.Of(0);
            for (int key = 0; key < positions; key++) gathered = TM.Fma((alpha * p[own + key]) + (TM.Of(1) - alpha), qkv[first + (key * row) + (2 * part) + c], gathered);
            z[to + ((long)h * features) + c] = gathered;
        }
    }

    /// <summary>The slopes of a query's scores, and its gradient.</summary>
    [Kernel]
    public static void Queries<T, TM>(
        ArrayView<T> slopes, ArrayView<T> dqkv, ArrayView<T> qkv, ArrayView<T> rates, ArrayView<T> p, ArrayView<T> dz, int rows, int each, int positions, int heads, int features, T scale)
        where T : unmanaged, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= rows) return;
        int query = i % positions, h = i / positions % heads, e = i / (positions * heads);
        long part = (long)heads * features, row = 3 * part, first = (e * (positions * row)) + ((long)h * features), own = (long)i * positions;
        long from = ((((long)e * positions) + query) * part) + ((long)h * features);
        T mean = TM.Of(0), alpha = rates[e / each];
        for (int key = 0; key < positions; key++)
        {
            T slope = TM.Of(0);
            for (int c = 0; c < features; c++) slope = TM.Fma(dz[from + c], qkv[first + (key * row) + (2 * part) + c], slope);
            slopes[own + key] = slope;
            mean = TM.Fma(p[own + key], slope, mean);
        }
        for (int key = 0; key < positions; key++) slopes[own + key] = scale * alpha * p[own + key] * (slopes[own + key] - mean);
        for (int c = 0; c < features; c++)
        {
            T sum = TM.Of(0);
            for (int key = 0; key < positions; key++) sum = TM.Fma(slopes[own + key], qkv[first + (key * row) + part + c], sum);
            dqkv[first + (query * row) + c] = sum;
        }
    }

    /// <summary>The gradients of a key and its value.</summary>
    [Kernel]
    public static void KeysAndValues<T, TM>(
        ArrayView<T> dqkv, ArrayView<T> slopes, ArrayView<T> qkv, ArrayView<T> rates, ArrayView<T> p, ArrayView<T> dz, int rows, int each, int positions, int heads, int features)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        int i = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (i >= rows) return;
        int key = i % positions, h = i / positions % heads, e = i / (positions * heads);
        long part = (long)heads * features, row = 3 * part, first = (e * (positions * row)) + ((long)h * features), from = (e * (positions * part)) + ((long)h * features);
        long own = ((long)i - key) * positions;
        T alpha = rates[e / each];
        for (int c = 0; c < features; c++)
        {
            T dk = TM.Of(0), dv = TM.Of(0);
            for (int query = 0; query < positions; query++)
            {
                long at = own + ((long)query * positions) + key;
                dk = TM.Fma(slopes[at], qkv[first + (query * row) + c], dk);
                dv = TM.Fma((alpha * p[at]) + (TM.Of(1) - alpha), dz[from + (query * part) + c], dv);
            }
            dqkv[first + (key * row) + part + c] = dk;
            dqkv[first + (key * row) + (2 * part) + c] = dv;
        }
    }
}
