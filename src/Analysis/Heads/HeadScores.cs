using System.Runtime.CompilerServices;
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

    // Bound by the histogram's scattered increments; all else runs on vectors. A row goes through the few discs that it touches bit by bit.
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
            int pairs = n * n, partners = selfAllowed ? n : n - 1;
            double* weights = Scratch.Take<double>((2L * pairs) + n), self = weights + pairs;
            float* narrow = (float*)(self + n);
            int* bins = (int*)(narrow + pairs);
            for (int unit = begin; unit < end; unit++)
            {
                T* attention = pattern.Pointer<T>() + (unit / heads * pattern.Strides[0]) + (unit % heads * pattern.Strides[2]);
                double* sums = statistics.Sums.Pointer<double>() + ((nint)unit * (int)Total.Count);
                int* histogram = statistics.Histogram.Pointer<int>() + ((nint)unit * 2 * Bins);
                double* byHeight = statistics.Heights.Pointer<double>() + ((nint)unit * heightBins * HeightScore.Count);
                for (int frame = 0; frame < batch; frame++)
                {
                    byte* touches = frames.Contacts.Pointer<byte>() + ((nint)frame * pairs);
                    Fetch(attention + (frame * pattern.Strides[1]), weights, narrow, self);
                    HeadTally.AddPairs(weights, frames.Distances.Pointer<float>() + ((nint)frame * pairs), n, sums);
                    HeadTally.Count(narrow, touches, n, bins, histogram);
                    for (int i = 0; i < n; i++)
                    {
                        int row = (frame * n) + i;
                        double* heightBin = byHeight + (HeightBin(frames.Heights.Pointer<float>()[row], heightBins) * HeightScore.Count);
                        HeadTally.AddRow(weights + (i * n), self[i], touches + (i * n), n, partners, frames.Impact.Pointer<float>()[row], sums, heightBin);
                    }
                }
            }
        }

        /// <summary>One frame's weights row by row, in double and as floats, with the weights on oneself set apart and 0 in their place.</summary>
        private void Fetch(T* attention, double* weights, float* narrow, double* self)
        {
            nint query = pattern.Strides[^2], key = pattern.Strides[^1];
            for (int i = 0; i < n; i++)
            {
                T* from = attention + (i * query);
                double* wide = weights + (i * n);
                float* row = narrow + (i * n);
                for (int j = 0; j < n; j++, from += key)
                {
                    if (typeof(T) == typeof(float)) row[j] = Unsafe.BitCast<T, float>(*from);
                    else wide[j] = Unsafe.BitCast<T, double>(*from);
                }
            }
            if (typeof(T) == typeof(float)) HeadTally.Widen(narrow, weights, n * n);
            else HeadTally.Narrow(weights, narrow, n * n);
            for (int i = 0; i < n; i++)
            {
                int own = i * (n + 1);
                self[i] = weights[own];
                weights[own] = narrow[own] = 0;
            }
        }
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
