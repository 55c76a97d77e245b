using Handmade.Analysis;

namespace Handmade.Experiments.Collisions;

/// <summary>What a checkpoint measured on held-out frames.</summary>
/// <param name="Step">Training steps done.</param>
/// <param name="TrainLoss">Mean loss of the training steps since the measurement before; NaN at step 0.</param>
/// <param name="TestLoss">Mean squared error, in standardised units.</param>
/// <param name="FreeFallLoss">The same of the prediction that nobody touches anything.</param>
/// <param name="Heads">Scores by block and head.</param>
internal sealed record Measurement(long Step, double TrainLoss, double TestLoss, double FreeFallLoss, IReadOnlyList<HeadScore[]> Heads)
{
    /// <summary>Test loss over the loss of free fall: 1 has learnt nothing.</summary>
    public double LossRatio => TestLoss / FreeFallLoss;

    /// <summary>Numbers of a row of the history in a checkpoint.</summary>
    public static int RowLength(CollisionsOptions options) => Plain + (options.Blocks * options.Heads * HeadScore.Count);

    private const int Plain = 4;

    /// <summary>This measurement as a row of numbers.</summary>
    public IEnumerable<double> ToRow() => [Step, TrainLoss, TestLoss, FreeFallLoss, .. AllHeads.SelectMany(head => head.Score.ToArray())];

    /// <summary>The measurement of a row.</summary>
    public static Measurement FromRow(ReadOnlySpan<double> row, CollisionsOptions options)
    {
        var heads = new HeadScore[options.Blocks][];
        for (int block = 0; block < options.Blocks; block++)
        {
            heads[block] = new HeadScore[options.Heads];
            for (int head = 0; head < options.Heads; head++)
                heads[block][head] = HeadScore.FromArray(row.Slice(Plain + (((block * options.Heads) + head) * HeadScore.Count), HeadScore.Count));
        }
        return new Measurement((long)row[0], row[1], row[2], row[3], heads);
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
