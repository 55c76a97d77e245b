using Handmade.Analysis;

namespace Handmade.Experiments.Collisions;

/// <summary>What a checkpoint measured on held-out frames.</summary>
/// <param name="Step">Training steps done.</param>
/// <param name="TrainLoss">Mean loss of the training steps since the measurement before; NaN at step 0.</param>
/// <param name="TestLoss">Mean squared error, in standardised units.</param>
/// <param name="FreeFallLoss">The same of the prediction that nobody touches anything.</param>
/// <param name="Heads">Scores by block and head.</param>
/// <param name="Heights">The contact score by block, head and height of the particle.</param>
internal sealed record Measurement(
    long Step, double TrainLoss, double TestLoss, double FreeFallLoss, IReadOnlyList<HeadScore[]> Heads, IReadOnlyList<HeightScore[][]> Heights) : IMeasurement
{
    /// <summary>Test loss over the loss of free fall: 1 has learnt nothing.</summary>
    public double LossRatio => TestLoss / FreeFallLoss;

    private const int Plain = 4;

    /// <summary>Numbers of a row.</summary>
    public static int RowLength(CollisionsOptions options) => Plain + (options.Blocks * options.Heads * (HeadScore.Count + (options.HeightBins * HeightScore.Count)));

    /// <summary>When a training of so many steps is measured, and how that is kept.</summary>
    public static HistoryForm<Measurement> Form(int steps, CollisionsOptions options) =>
        new(Milestones.Of(steps, options.CheckpointRatio), RowLength(options), measurement => measurement.ToRow(), row => FromRow(row, options));

    /// <summary>This measurement as a row of numbers.</summary>
    public IEnumerable<double> ToRow() => [.. ToMetrics(), .. Heights.SelectMany(heads => heads.SelectMany(bins => bins.SelectMany(bin => bin.ToArray())))];

    /// <summary>Its numbers without those by height.</summary>
    public IEnumerable<double> ToMetrics() => [Step, TrainLoss, TestLoss, FreeFallLoss, .. AllHeads.SelectMany(head => head.Score.ToArray())];

    /// <summary>The measurement of a row.</summary>
    public static Measurement FromRow(ReadOnlySpan<double> row, CollisionsOptions options)
    {
        var heads = new HeadScore[options.Blocks][];
        var heights = new HeightScore[options.Blocks][][];
        int byHeight = Plain + (options.Blocks * options.Heads * HeadScore.Count);
        for (int block = 0; block < options.Blocks; block++)
        {
            heads[block] = new HeadScore[options.Heads];
            heights[block] = new HeightScore[options.Heads][];
            for (int head = 0; head < options.Heads; head++)
            {
                int place = (block * options.Heads) + head;
                heads[block][head] = HeadScore.FromArray(row.Slice(Plain + (place * HeadScore.Count), HeadScore.Count));
                heights[block][head] = new HeightScore[options.HeightBins];
                for (int bin = 0; bin < options.HeightBins; bin++)
                    heights[block][head][bin] = HeightScore.FromArray(row.Slice(byHeight + (((place * options.HeightBins) + bin) * HeightScore.Count), HeightScore.Count));
            }
        }
        return new Measurement((long)row[0], row[1], row[2], row[3], heads, heights);
    }

    /// <summary>All heads with their place.</summary>
    public IEnumerable<(int Block, int Head, HeadScore Score)> AllHeads =>
        Heads.SelectMany((heads, block) => heads.Select((score, head) => (block, head, score)));
}

/// <summary>The steps at which a training is measured.</summary>
internal static class Milestones
{
    /// <summary>0, then from 10 on in constant ratio, then the last step.</summary>
    public static long[] Of(long steps, double ratio)
    {
        var milestones = new SortedSet<long> { 0, steps };
        for (double step = 10; step < steps; step *= ratio) milestones.Add((long)Math.Round(step));
        return [.. milestones];
    }
}
