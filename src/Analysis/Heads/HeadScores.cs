using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Handmade.Kernels;
using Handmade.Kernels.Host;
using Handmade.Kernels.Ops;
using static Handmade.Analysis.HeadStatistics;

namespace Handmade.Analysis;

/// <summary>
/// Scores attention heads where their pattern lies: passes over the buffer gather sufficient statistics in double and in
/// fixed order, and a few numbers per head come back.
/// </summary>
public static class HeadScores
{
    /// <summary>Adds a pattern <c>[R, B, H, query, key]</c> over B frames to the statistics. It may stand in a captured step.</summary>
    public static void Add(HeadStatistics statistics, TensorView pattern, ScoredFrames frames, bool selfAllowed)
    {
        if (pattern.Shape.Rank != 5) throw new HandmadeException($"head scores: the pattern has shape {pattern.Shape}; it must be [replica, batch, head, query, key]");
        int frameCount = pattern.Shape[1], particles = pattern.Shape[^1];
        Require.Is("head scores", frames.Contacts, DType.Bool);
        Require.Shaped("head scores", "contacts", frames.Contacts, [frameCount, particles, particles]);
        Require.Shaped("head scores", "distances", frames.Distances, [frameCount, particles, particles]);
        Require.Shaped("head scores", "impact", frames.Impact, [frameCount, particles]);
        Require.Shaped("head scores", "heights", frames.Heights, [frameCount, particles]);
        pattern.Device.Submit(pattern.DType == DType.F32
            ? new AddLaunch<float, F32>(statistics, pattern, frames, selfAllowed)
            : new AddLaunch<double, F64>(statistics, pattern, frames, selfAllowed));
    }

    /// <summary>The scores that statistics amount to: f64 <c>[R, H, ·]</c> in the order of <see cref="HeadScore"/>, for <see cref="Read"/>.</summary>
    public static TensorView Finish(HeadStatistics statistics)
    {
        TensorView scores = statistics.Sums.Device.Empty([statistics.Sums.Shape[0], statistics.Sums.Shape[1], HeadScore.Count], DType.F64);
        scores.Device.Submit(new FinishLaunch(statistics, scores));
        return scores;
    }

    /// <summary>The scores <c>[replica, head]</c> that <see cref="Finish"/> left on the device.</summary>
    public static HeadScore[,] Read(TensorView scores)
    {
        double[] values = scores.ToArray<double>();
        var read = new HeadScore[scores.Shape[0], scores.Shape[1]];
        for (int i = 0; i < read.Length; i++)
            read[i / read.GetLength(1), i % read.GetLength(1)] = HeadScore.FromArray(values.AsSpan(i * HeadScore.Count, HeadScore.Count));
        return read;
    }

    /// <summary>The contact score by height, <c>[replica, head][bin]</c>, from <see cref="HeadStatistics.Heights"/>.</summary>
    public static HeightScore[,][] ReadHeights(TensorView heights)
    {
        double[] values = heights.ToArray<double>();
        int bins = heights.Shape[2];
        var read = new HeightScore[heights.Shape[0], heights.Shape[1]][];
        for (int i = 0; i < read.Length; i++)
            read[i / read.GetLength(1), i % read.GetLength(1)] = [.. Enumerable.Range(i * bins, bins).Select(bin => HeightScore.FromArray(values.AsSpan(bin * HeightScore.Count, HeightScore.Count)))];
        return read;
    }

    // Bound by the histogram's scattered increments, some 2 ns a weight; the sums over pairs run on vectors beside them.
    private sealed unsafe class AddLaunch<T, TS>(HeadStatistics statistics, TensorView pattern, ScoredFrames frames, bool selfAllowed)
        : Launch("head_statistics", [pattern, frames.Contacts, frames.Distances, frames.Impact, frames.Heights], [statistics.Sums, statistics.Histogram, statistics.Heights])
        where T : unmanaged
        where TS : struct, IScalarMath<T>
    {
        private readonly int batch = pattern.Shape[1], heads = pattern.Shape[2], n = pattern.Shape[^1], heightBins = statistics.Heights.Shape[2];

        public override int Grid => pattern.Shape[0] * heads;

        public override long Work => pattern.Count * 10;

        public override void Enqueue(KernelQueue queue)
        {
            int units = Grid, rows = batch * n, threads = queue.Device.IsProcessor ? 1 : HeadScoreKernels.Threads;
            TensorView totals = queue.Scratch([units, (int)Total.Count, rows], DType.F64);
            var strides = new PatternStrides { Replica = pattern.Strides[0], Frame = pattern.Strides[1], Head = pattern.Strides[2], Query = pattern.Strides[3], Key = pattern.Strides[4] };
            HeadScoreKernels.AddRows<T, TS>(
                queue, KernelConfig.ForElements((long)units * rows, HeadScoreKernels.Threads), totals, statistics.Histogram, pattern, frames.Contacts, frames.Distances, frames.Impact,
                strides, heads, units, batch, n, selfAllowed ? n : n - 1);
            HeadScoreKernels.AddTotals(queue, (units * (int)Total.Count, threads), statistics.Sums, totals, rows);
            HeadScoreKernels.AddHeights(queue, (units * heightBins, threads), statistics.Heights, totals, frames.Heights, heightBins, rows);
        }

        public override void Run(int begin, int end)
        {
            double* weights = Scratch.Take<double>((n * n) + n), self = weights + (n * n);
            for (int unit = begin; unit < end; unit++)
            {
                T* attention = pattern.Pointer<T>() + (unit / heads * pattern.Strides[0]) + (unit % heads * pattern.Strides[2]);
                double* sums = statistics.Sums.Pointer<double>() + ((nint)unit * (int)Total.Count);
                int* histogram = statistics.Histogram.Pointer<int>() + ((nint)unit * 2 * Bins);
                double* byHeight = statistics.Heights.Pointer<double>() + ((nint)unit * heightBins * HeightScore.Count);
                for (int frame = 0; frame < batch; frame++)
                {
                    byte* touches = frames.Contacts.Pointer<byte>() + ((nint)frame * n * n);
                    Fetch(attention + (frame * pattern.Strides[1]), weights, self);
                    AddPairs(weights, frames.Distances.Pointer<float>() + ((nint)frame * n * n), sums);
                    Count(weights, touches, histogram);
                    for (int i = 0; i < n; i++)
                    {
                        int row = (frame * n) + i;
                        double* bin = byHeight + (HeightBin(frames.Heights.Pointer<float>()[row], heightBins) * HeightScore.Count);
                        AddRow(weights + (i * n), self[i], touches + (i * n), frames.Impact.Pointer<float>()[row], sums, bin);
                    }
                }
            }
        }

        /// <summary>One frame's weights row by row in double, with the weights on oneself set apart and 0 in their place.</summary>
        private void Fetch(T* attention, double* weights, double* self)
        {
            nint query = pattern.Strides[^2], key = pattern.Strides[^1];
            for (int i = 0; i < n; i++)
            {
                for (int j = 0; j < n; j++) weights[(i * n) + j] = Value(attention[(i * query) + (j * key)]);
                self[i] = weights[(i * n) + i];
                weights[(i * n) + i] = 0;
            }
        }

        /// <summary>Sums over pairs; those of a particle with itself add nothing, for both numbers are 0.</summary>
        private void AddPairs(double* weights, float* distances, double* sums)
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

        private void Count(double* weights, byte* touches, int* histogram)
        {
            int pairs = n * n;
            for (int p = 0; p < pairs; p++) histogram[(-touches[p] & Bins) + Bin(weights[p])]++;
            histogram[0] -= n;
        }

        private void AddRow(double* weights, double self, byte* touches, double impact, double* sums, double* heightBin)
        {
            sums[(int)Total.Rows]++;
            var partners = new ReadOnlySpan<byte>(touches, n);
            int first = partners.IndexOf((byte)1);
            if (first < 0)
            {
                sums[(int)Total.AwakeFree] += 1 - self;
                return;
            }
            int count = 0;
            double mass = 0, best = -1, bestPartner = -1;
            for (int j = 0; j < n; j++)
            {
                best = Math.Max(best, weights[j]);
                if (j < first || touches[j] == 0) continue;
                count++;
                mass += weights[j];
                bestPartner = Math.Max(bestPartner, weights[j]);
            }
            sums[(int)Total.C] += count;
            sums[(int)Total.Touching]++;
            sums[(int)Total.Contact] += mass;
            sums[(int)Total.Impact] += impact;
            sums[(int)Total.ImpactContact] += impact * mass;
            sums[(int)Total.OffSelf] += mass / Math.Max(1 - self, 1e-9);
            sums[(int)Total.AwakeTouching] += 1 - self;
            double uniform = (double)count / (selfAllowed ? n : n - 1);
            sums[(int)Total.Null] += uniform;
            if (bestPartner == best) sums[(int)Total.Hits]++;
            heightBin[0]++;
            heightBin[1] += mass;
            heightBin[2] += uniform;
        }

        private static double Value(T x) => typeof(T) == typeof(float) ? Unsafe.BitCast<T, float>(x) : Unsafe.BitCast<T, double>(x);
    }

    private sealed unsafe class FinishLaunch(HeadStatistics statistics, TensorView scores)
        : Launch("head_scores", [statistics.Sums, statistics.Histogram], [scores])
    {
        public override int Grid => scores.Shape[0] * scores.Shape[1];

        public override void Enqueue(KernelQueue queue) =>
            HeadScoreKernels.Finish(queue, (Grid, queue.Device.IsProcessor ? 1 : HeadScoreKernels.Threads), scores, statistics.Sums, statistics.Histogram);

        public override void Run(int begin, int end)
        {
            for (int unit = begin; unit < end; unit++)
                Finish(statistics.Sums.Pointer<double>() + ((nint)unit * (int)Total.Count), statistics.Histogram.Pointer<int>() + ((nint)unit * 2 * Bins), scores.Pointer<double>() + ((nint)unit * HeadScore.Count));
        }

        private static void Finish(double* sums, int* histogram, double* score)
        {
            HeadTotals totals = *(HeadTotals*)sums;
            score[0] = totals.Contact / totals.Touching;
            score[1] = totals.ImpactContact / totals.Impact;
            score[2] = totals.OffSelf / totals.Touching;
            score[3] = HeadTotals.Gate(totals);
            score[4] = totals.Hits / totals.Touching;
            score[5] = Auc(histogram, histogram + Bins);
            score[6] = HeadTotals.ContactCorrelation(totals);
            score[7] = HeadTotals.DistanceCorrelation(totals);
            score[8] = totals.AD / totals.Rows;
            score[9] = totals.Null / totals.Touching;
            score[10] = totals.Touching;
        }

        private static double Auc(int* free, int* touched)
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
}
