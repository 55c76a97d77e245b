using System.Numerics;
using System.Runtime.Intrinsics;
using static Handmade.Analysis.HeadStatistics;

namespace Handmade.Analysis;

/// <summary>
/// What one head's weights in one frame add to its statistics, on the host. Weights are rows of queries, n · n of them, with 0 on the diagonal.
/// Bound by the histogram: its increments are scattered, and neighbours that fall into one bin wait for each other; all else runs on vectors.
/// </summary>
internal static unsafe class HeadTally
{
    /// <summary>Floats as doubles.</summary>
    public static void Widen(float* from, double* to, int count)
    {
        int whole = count & ~3;
        for (int i = 0; i < whole; i += 4) Vector256.WidenLower(Vector128.Load(from + i).ToVector256Unsafe()).Store(to + i);
        for (int i = whole; i < count; i++) to[i] = from[i];
    }

    /// <summary>Doubles as floats.</summary>
    public static void Narrow(double* from, float* to, int count)
    {
        for (int i = 0; i < count; i++) to[i] = (float)from[i];
    }

    /// <summary>Sums over pairs; those of a particle with itself add nothing, for both numbers are 0.</summary>
    public static void AddPairs(double* weights, float* distances, int n, double* sums)
    {
        Vector256<double> a = default, d = default, ad = default, aa = default, dd = default;
        int pairs = n * n, whole = pairs & ~3;
        for (int p = 0; p < whole; p += 4) Add(Vector256.Load(weights + p), Vector256.WidenLower(Vector128.Load(distances + p).ToVector256Unsafe()));
        for (int p = whole; p < pairs; p++) Add(Vector256.CreateScalar(weights[p]), Vector256.CreateScalar((double)distances[p]));
        sums[(int)Total.Pairs] += pairs - n;
        sums[(int)Total.A] += Vector256.Sum(a);
        sums[(int)Total.D] += Vector256.Sum(d);
        sums[(int)Total.AD] += Vector256.Sum(ad);
        sums[(int)Total.AA] += Vector256.Sum(aa);
        sums[(int)Total.DD] += Vector256.Sum(dd);

        void Add(Vector256<double> weight, Vector256<double> distance)
        {
            a += weight;
            d += distance;
            ad += weight * distance;
            aa += weight * weight;
            dd += distance * distance;
        }
    }

    /// <summary>Counts every pair in its bin: first all bins, eight at a time (<see cref="Bin"/> in lanes), then the increments.</summary>
    public static void Count(float* weights, byte* touches, int n, int* bins, int* histogram)
    {
        int pairs = n * n, whole = pairs & ~7;
        Vector256<int> last = Vector256.Create(Bins - 1), touched = Vector256.Create(Bins);
        for (int p = 0; p < whole; p += 8)
        {
            Vector256<int> bin = Vector256.Min(Vector256.Max(Vector256.Load(weights + p).AsInt32() >> 16, default), last);
            Vector128<ushort> isTouched = Vector128.WidenLower(Vector64.Load(touches + p).ToVector128Unsafe());
            Vector256<int> among = -Vector256.WidenLower(isTouched.ToVector256Unsafe()).AsInt32() & touched;
            (bin + among).Store(bins + p);
        }
        for (int p = whole; p < pairs; p++) bins[p] = Bin(weights[p]) + (-touches[p] & Bins);
        for (int p = 0; p < pairs; p++) histogram[bins[p]]++;
        histogram[0] -= n;
    }

    /// <summary>One particle: what it gives to those that it touches, and where its largest weight lies.</summary>
    /// <param name="weights">Its weights on the n particles.</param>
    /// <param name="self">Its weight on itself.</param>
    /// <param name="touches">1 for each particle that it touches.</param>
    /// <param name="n">Number of particles.</param>
    /// <param name="partners">Among how many uniform attention would spread.</param>
    /// <param name="impact">How far its change of velocity is from free fall.</param>
    /// <param name="sums">In the order of <see cref="Total"/>.</param>
    /// <param name="heightBin">The sums of a <see cref="HeightScore"/>.</param>
    public static void AddRow(double* weights, double self, byte* touches, int n, int partners, double impact, double* sums, double* heightBin)
    {
        int count = 0;
        double mass = 0, bestPartner = -1;
        for (int from = 0; from < n; from += Vector128<byte>.Count)
        {
            for (uint mask = Mask(touches + from, n - from); mask != 0; mask &= mask - 1)
            {
                double weight = weights[from + BitOperations.TrailingZeroCount(mask)];
                count++;
                mass += weight;
                bestPartner = Math.Max(bestPartner, weight);
            }
        }
        sums[(int)Total.Rows]++;
        if (count == 0)
        {
            sums[(int)Total.AwakeFree] += 1 - self;
            return;
        }
        sums[(int)Total.C] += count;
        sums[(int)Total.Touching]++;
        sums[(int)Total.Contact] += mass;
        sums[(int)Total.Impact] += impact;
        sums[(int)Total.ImpactContact] += impact * mass;
        sums[(int)Total.OffSelf] += mass / Math.Max(1 - self, 1e-9);
        sums[(int)Total.AwakeTouching] += 1 - self;
        double uniform = (double)count / partners;
        sums[(int)Total.Null] += uniform;
        if (bestPartner == Largest(weights, n)) sums[(int)Total.Hits]++;
        heightBin[0]++;
        heightBin[1] += mass;
        heightBin[2] += uniform;
    }

    /// <summary>A bit for each of the next sixteen particles, or as many as there are, that is touched.</summary>
    private static uint Mask(byte* touches, int left)
    {
        if (left >= Vector128<byte>.Count) return ~Vector128.Equals(Vector128.Load(touches), default).ExtractMostSignificantBits() & 0xFFFF;
        uint mask = 0;
        for (int j = 0; j < left; j++) mask |= (uint)touches[j] << j;
        return mask;
    }

    private static double Largest(double* weights, int n)
    {
        int whole = n & ~3;
        Vector256<double> best = Vector256.Create(-1.0);
        for (int j = 0; j < whole; j += 4) best = Vector256.MaxNative(best, Vector256.Load(weights + j));
        double largest = Math.Max(Math.Max(best[0], best[1]), Math.Max(best[2], best[3]));
        for (int j = whole; j < n; j++) largest = Math.Max(largest, weights[j]);
        return largest;
    }
}
