namespace Handmade.Experiments.Collisions;

/// <summary>What the paper states, with the interval in which our number counts as agreeing.</summary>
internal static class Claims
{
    /// <summary>
    /// The claims of a run. Pass marks stand fixed beforehand, from the prototype's measurements; four of five seeds have to
    /// pass. A network of one block (preset <c>smoke</c>) has marks of its own, and so has one that is not two blocks behind a linear encoder
    /// at falling rate: the prototype's three blocks (its run 55) and constant rate (39) gave losses of 0.15 and 0.17 and one true head.
    /// </summary>
    public static IEnumerable<Claim> Of(IReadOnlyList<SeedHistory> seeds, SeedHistory? control, CollisionsOptions options)
    {
        bool one = options.Blocks == 1;
        bool plain = options.Blocks == 2 && options.Encoder == "linear" && options.Schedule == "cosine";
        int needed = ((4 * seeds.Count) + 4) / 5;
        yield return new Claim("prediction", "The network predicts collisions: held-out loss over the loss of free fall",
            "not given", double.NegativeInfinity, one ? 0.45 : plain ? 0.15 : 0.2, [.. seeds.Select(seed => seed.Last.LossRatio)])
        { Needed = needed };
        yield return one
            ? new Claim("detector", "A head detects collisions: best contact score S", "about 0.95", 0.6, 1, [.. seeds.Select(seed => seed.Best.Score.Contact)]) { Needed = needed }
            : new Claim("detectors", $"Heads become true collision heads: number of heads with S ≥ {options.TrueFrom:0.##}", "a cluster near 0.95", plain ? 2 : 1, double.PositiveInfinity,
                [.. seeds.Select(seed => (double)seed.Last.AllHeads.Count(head => head.Score.Contact >= options.TrueFrom))])
            { Needed = needed };
        if (!one)
            yield return new Claim("impact", "They look where it matters: best impact-weighted score S_w", "not given", 0.9, 1,
                [.. seeds.Select(seed => seed.Last.AllHeads.Max(head => head.Score.ImpactWeighted))])
            { Needed = needed };
        if (!one && options.Encoder == "linear")
            yield return new Claim("first-block", "Behind a linear encoder the second block detects, not the first: highest S of block 1", "not given", double.NegativeInfinity, 0.2,
                [.. seeds.Select(seed => seed.Last.Heads[0].Max(score => score.Contact))])
            { Needed = needed };
        if (control is not null)
            yield return new Claim("control", "Discs that pass through each other teach no detector: largest |S − null| of any head", "not given", 0, 0.05,
                [control.Last.AllHeads.Max(head => Math.Abs(head.Score.Contact - head.Score.Null))]);
    }
}
