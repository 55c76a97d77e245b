using System.Numerics;

namespace Handmade.Kernels.Ops;

/// <summary>
/// Attention on GPUs: a thread has one query, its features and sums in registers; the group's threads fetch blocks of keys or values to shared memory
/// together and read them there at the same time. The pattern's memory, in which neighbouring threads are neighbours, holds scores and exponentials
/// until they are done, so any number of keys will do.
/// </summary>
/// <remarks>
/// Bound by arithmetic, 4·N²·d_head operations forward, where the pattern of the heads under way stays in the second-level cache; otherwise by its memory, 6 passes of N² elements.
/// </remarks>
internal static partial class AttentionKernels
{
    /// <summary>Most queries of a group.</summary>
    public const int MostQueries = 128;

    /// <summary>Keys in shared memory at once.</summary>
    public const int Keys = 16;

    /// <summary>The pattern and z for a block of queries of one head. <paramref name="wide"/> features are in registers at once; it divides d_head.</summary>
    [Kernel(GroupSize = MostQueries)]
    public static void Forward<T, TM>(
        ArrayView<T> z, ArrayView<T> p, ArrayView<T> q, ArrayView<T> k, ArrayView<T> v,
        HeadWalk walk, int n, int features, int blocks, int mask, T scale, [Spec] SpecInt wide)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>, IDivisionOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(Keys * wide), own = LocalMemory.Allocate<T>(wide);
        int head = Grid.IdxX / blocks, query = ((Grid.IdxX - (head * blocks)) * Group.DimX) + Group.IdxX;
        bool isQuery = query < n;
        HeadPlaces at = HeadWalk.Seek(walk, head);
        long column = at.P + query;
        T most = TM.Of(double.NegativeInfinity);
        for (int c = 0; c < features; c += wide)
        {
            for (int e = 0; e < wide; e++) own[e] = isQuery ? q[at.Q + (query * walk.Row.Q) + c + e] : TM.Of(0);
            for (int start = 0; start < n; start += Keys)
            {
                int keys = Math.Min(n - start, Keys);
                Fetch(shared, k, at.K + (start * walk.Row.K) + c, walk.Row.K, keys, wide);
                for (int j = 0; j < keys && isQuery; j++)
                {
                    long place = column + ((start + j) * walk.Row.P);
                    T score = c == 0 ? TM.Of(0) : p[place];
                    for (int e = 0; e < wide; e++) score = TM.Fma(shared[(j * wide) + e], own[e], score);
                    if (c + wide == features)
                    {
                        bool isForbidden = mask == (int)AttentionMask.Causal ? start + j > query : mask == (int)AttentionMask.ExcludeSelf && start + j == query;
                        score = isForbidden ? TM.Of(double.NegativeInfinity) : score * scale;
                        // A NaN need not win: its exponential makes the sum NaN anyway.
                        most = TM.SelectLess(most, score, score, most);
                    }
                    p[place] = score;
                }
            }
        }
        T sum = TM.Of(0);
        if (isQuery)
        {
            for (int j = 0; j < n; j++)
            {
                long place = column + (j * walk.Row.P);
                T weight = TM.Exp(p[place] - most);
                p[place] = weight;
                sum += weight;
            }
        }
        T inverse = TM.Of(1) / sum;
        for (int c = 0; c < features; c += wide)
        {
            for (int e = 0; e < wide; e++) own[e] = TM.Of(0);
            for (int start = 0; start < n; start += Keys)
            {
                int keys = Math.Min(n - start, Keys);
                Fetch(shared, v, at.V + (start * walk.Row.V) + c, walk.Row.V, keys, wide);
                for (int j = 0; j < keys && isQuery; j++)
                {
                    long place = column + ((start + j) * walk.Row.P);
                    T weight = p[place];
                    if (c == 0)
                    {
                        weight *= inverse;
                        p[place] = weight;
                    }
                    for (int e = 0; e < wide; e++) own[e] = TM.Fma(shared[(j * wide) + e], weight, own[e]);
                }
            }
            if (isQuery)
            {
                for (int e = 0; e < wide; e++) z[at.Z + (query * walk.Row.Z) + c + e] = own[e];
            }
        }
    }

    /// <summary>dS = scale · P (dP − mean), dense [head, key, query], and dq for a block of queries of one head. What is left, dk and dv, are products.</summary>
    [Kernel(GroupSize = MostQueries)]
    public static void Slopes<T, TM>(
        ArrayView<T> slopes, ArrayView<T> dq, ArrayView<T> k, ArrayView<T> v, ArrayView<T> p, ArrayView<T> dz,
        HeadWalk walk, int n, int features, int blocks, T scale, [Spec] SpecInt wide)
        where T : unmanaged, IAdditionOperators<T, T, T>, ISubtractionOperators<T, T, T>, IMultiplyOperators<T, T, T>
        where TM : struct, IScalarMath<T>
    {
        ArrayView<T> shared = SharedMemory.Allocate<T>(Keys * wide), own = LocalMemory.Allocate<T>(wide);
        int head = Grid.IdxX / blocks, query = ((Grid.IdxX - (head * blocks)) * Group.DimX) + Group.IdxX;
        bool isQuery = query < n;
        HeadPlaces at = HeadWalk.Seek(walk, head);
        long column = ((long)head * n * n) + query;
        T mean = TM.Of(0);
        for (int c = 0; c < features; c += wide)
        {
            for (int e = 0; e < wide; e++) own[e] = isQuery ? dz[at.Z + (query * walk.Row.Z) + c + e] : TM.Of(0);
            for (int start = 0; start < n; start += Keys)
            {
                int keys = Math.Min(n - start, Keys);
                Fetch(shared, v, at.V + (start * walk.Row.V) + c, walk.Row.V, keys, wide);
                for (int j = 0; j < keys && isQuery; j++)
                {
                    long place = column + ((long)(start + j) * n);
                    T slope = c == 0 ? TM.Of(0) : slopes[place];
                    for (int e = 0; e < wide; e++) slope = TM.Fma(shared[(j * wide) + e], own[e], slope);
                    if (c + wide == features) mean = TM.Fma(p[at.P + query + ((start + j) * walk.Row.P)], slope, mean);
                    slopes[place] = slope;
                }
            }
        }
        for (int c = 0; c < features; c += wide)
        {
            for (int e = 0; e < wide; e++) own[e] = TM.Of(0);
            for (int start = 0; start < n; start += Keys)
            {
                int keys = Math.Min(n - start, Keys);
                Fetch(shared, k, at.K + (start * walk.Row.K) + c, walk.Row.K, keys, wide);
                for (int j = 0; j < keys && isQuery; j++)
                {
                    long place = column + ((long)(start + j) * n);
                    T slope = slopes[place];
                    if (c == 0)
                    {
                        slope = p[at.P + query + ((start + j) * walk.Row.P)] * (slope - mean) * scale;
                        slopes[place] = slope;
                    }
                    for (int e = 0; e < wide; e++) own[e] = TM.Fma(shared[(j * wide) + e], slope, own[e]);
                }
            }
            if (isQuery)
            {
                for (int e = 0; e < wide; e++) dq[at.DQ + (query * walk.Row.DQ) + c + e] = own[e];
            }
        }
    }

    // All threads of the group together; whoever still reads the block before is waited for.
    private static void Fetch<T>(ArrayView<T> block, ArrayView<T> x, long from, long row, int keys, SpecInt wide) where T : unmanaged
    {
        Group.Barrier();
        for (int e = Group.IdxX; e < keys * wide; e += Group.DimX) block[e] = x[from + (e / wide * row) + (e % wide)];
        Group.Barrier();
    }
}
