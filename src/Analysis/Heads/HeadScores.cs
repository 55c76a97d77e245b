using System.Runtime.CompilerServices;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;

namespace Handmade.Analysis;

/// <summary>
/// The frames that heads are scored on, on the device of the attention: B frames of N particles.
/// </summary>
/// <param name="Contacts">Bool <c>[B, N, N]</c>: the pair overlaps at any moment of the frame.</param>
/// <param name="States">f32 <c>[B, N, 4]</c>: x, y, vx, vy at the frame's start, in the simulator's units.</param>
/// <param name="Impact">f32 <c>[B, N]</c>: |Δv − gΔt| over the frame.</param>
public sealed record ScoredFrames(TensorView Contacts, TensorView States, TensorView Impact);

/// <summary>
/// Scores attention heads where their pattern lies: one pass over the buffer gathers sufficient statistics in double and in
/// fixed order, and a few numbers per head come back. Bound by memory: the pattern is read once.
/// </summary>
public static class HeadScores
{
    /// <summary>
    /// Launches the pass over a pattern <c>[R, B, H, query, key]</c>; returns statistics f64 <c>[R, H, ·]</c> for
    /// <see cref="Read"/>. It may stand in a captured step.
    /// </summary>
    public static TensorView Launch(TensorView pattern, ScoredFrames frames, bool selfAllowed)
    {
        if (pattern.Shape.Rank != 5) throw new HandmadeException($"head scores: the pattern has shape {pattern.Shape}; it must be [replica, batch, head, query, key]");
        int frameCount = pattern.Shape[1], particles = pattern.Shape[^1];
        Require.Is("head scores", frames.Contacts, DType.Bool);
        Require.Shaped("head scores", "contacts", frames.Contacts, [frameCount, particles, particles]);
        Require.Shaped("head scores", "states", frames.States, [frameCount, particles, 4]);
        Require.Shaped("head scores", "impact", frames.Impact, [frameCount, particles]);
        TensorView statistics = pattern.Device.Empty([pattern.Shape[0], pattern.Shape[2], HeadScore.Count], DType.F64);
        pattern.Device.Submit(pattern.DType == DType.F32
            ? new ScoreLaunch<float>(pattern, frames, statistics, selfAllowed)
            : new ScoreLaunch<double>(pattern, frames, statistics, selfAllowed));
        return statistics;
    }

    /// <summary>The scores <c>[replica, head]</c> from statistics that <see cref="Launch"/> left.</summary>
    public static HeadScore[,] Read(TensorView statistics)
    {
        double[] values = statistics.ToArray<double>();
        var scores = new HeadScore[statistics.Shape[0], statistics.Shape[1]];
        for (int i = 0; i < scores.Length; i++)
            scores[i / scores.GetLength(1), i % scores.GetLength(1)] = HeadScore.FromArray(values.AsSpan(i * HeadScore.Count, HeadScore.Count));
        return scores;
    }

    private sealed unsafe class ScoreLaunch<T>(TensorView pattern, ScoredFrames frames, TensorView statistics, bool selfAllowed)
        : Launch("head_scores", [pattern, frames.Contacts, frames.States, frames.Impact], [statistics])
        where T : unmanaged
    {
        // The upper half of a float's bits orders the non-negative floats in steps of 1/128 of their size: fine enough
        // for the area under the curve, where ties count half.
        private const int Bins = 0x3F80 + 1;
        private readonly int batch = pattern.Shape[1], heads = pattern.Shape[2], n = pattern.Shape[^1];

        public override int Grid => pattern.Shape[0] * heads;

        public override long Work => pattern.Count * 8;

        public override void Run(int begin, int end)
        {
            for (int unit = begin; unit < end; unit++)
                Head(pattern.Pointer<T>() + (unit / heads * pattern.Strides[0]) + (unit % heads * pattern.Strides[2]), statistics.Pointer<double>() + ((nint)unit * HeadScore.Count));
        }

        private void Head(T* attention, double* result)
        {
            int* touchedBins = Scratch.Take<int>(2 * Bins), freeBins = touchedBins + Bins;
            new Span<int>(touchedBins, 2 * Bins).Clear();
            var pairs = new PairSums();
            double contact = 0, weighted = 0, weights = 0, offSelf = 0, awakeTouching = 0, awakeFree = 0, reach = 0, nullSum = 0;
            long touching = 0, hits = 0;
            for (int frame = 0; frame < batch; frame++)
            {
                T* a = attention + (frame * pattern.Strides[1]);
                byte* touches = frames.Contacts.Pointer<byte>() + ((nint)frame * n * n);
                float* states = frames.States.Pointer<float>() + ((nint)frame * n * 4), impact = frames.Impact.Pointer<float>() + ((nint)frame * n);
                for (int i = 0; i < n; i++)
                {
                    double mass = 0, self = 0, best = -1;
                    int partners = 0;
                    bool bestIsPartner = false;
                    for (int j = 0; j < n; j++)
                    {
                        double weight = Value(a[(i * pattern.Strides[^2]) + (j * pattern.Strides[^1])]);
                        if (i == j)
                        {
                            self = weight;
                            continue;
                        }
                        bool touch = touches[(i * n) + j] != 0;
                        double dx = states[4 * i] - states[4 * j], dy = states[(4 * i) + 1] - states[(4 * j) + 1];
                        double distance = Math.Sqrt((dx * dx) + (dy * dy));
                        pairs.Add(weight, distance, touch);
                        reach += weight * distance;
                        (touch ? touchedBins : freeBins)[Bin(weight)]++;
                        if (weight > best) (best, bestIsPartner) = (weight, touch);
                        if (!touch) continue;
                        partners++;
                        mass += weight;
                    }
                    if (partners == 0)
                    {
                        awakeFree += 1 - self;
                        continue;
                    }
                    touching++;
                    contact += mass;
                    weighted += impact[i] * mass;
                    weights += impact[i];
                    offSelf += mass / Math.Max(1 - self, 1e-9);
                    awakeTouching += 1 - self;
                    nullSum += (double)partners / (selfAllowed ? n : n - 1);
                    if (bestIsPartner) hits++;
                }
            }
            long free = ((long)batch * n) - touching;
            result[0] = contact / touching;
            result[1] = weighted / weights;
            result[2] = offSelf / touching;
            result[3] = (awakeTouching / touching) - (awakeFree / free);
            result[4] = (double)hits / touching;
            result[5] = Auc(touchedBins, freeBins);
            result[6] = pairs.ContactCorrelation;
            result[7] = pairs.DistanceCorrelation;
            result[8] = reach / ((long)batch * n);
            result[9] = nullSum / touching;
            result[10] = touching;
        }

        private static double Value(T x) => typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(x) : Unsafe.BitCast<T, double>(x);

        private static int Bin(double weight) => Math.Clamp(BitConverter.SingleToInt32Bits((float)weight) >> 16, 0, Bins - 1);

        private static double Auc(int* touched, int* free)
        {
            double freeBelow = 0, wins = 0, touchedCount = 0;
            for (int bin = 0; bin < Bins; bin++)
            {
                wins += touched[bin] * (freeBelow + (0.5 * free[bin]));
                freeBelow += free[bin];
                touchedCount += touched[bin];
            }
            return wins / (touchedCount * freeBelow);
        }
    }

    /// <summary>Sums over pairs i ≠ j from which both correlations follow: n, ΣA, Σd, ΣAd, ΣA², Σd², Σc, ΣAc.</summary>
    private struct PairSums
    {
        private long count;
        private double a, d, ad, aa, dd, c, ac;

        public void Add(double weight, double distance, bool touch)
        {
            count++;
            a += weight;
            d += distance;
            ad += weight * distance;
            aa += weight * weight;
            dd += distance * distance;
            if (!touch) return;
            c++;
            ac += weight;
        }

        public readonly double DistanceCorrelation => Pearson(d, ad, dd);

        // The indicator is its own square.
        public readonly double ContactCorrelation => Pearson(c, ac, c);

        private readonly double Pearson(double y, double ay, double yy) =>
            ((count * ay) - (a * y)) / Math.Sqrt(((count * aa) - (a * a)) * ((count * yy) - (y * y)));
    }
}
