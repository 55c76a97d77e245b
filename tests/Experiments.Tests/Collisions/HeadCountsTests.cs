using Handmade.Analysis;
using Handmade.Experiments.Collisions;

namespace Handmade.Experiments.Tests.Collisions;

/// <summary>Counts of heads over made-up runs.</summary>
public class HeadCountsTests
{
    private static readonly CollisionsOptions options = new();

    [Test]
    public void Heads_are_counted_with_the_intervals_of_their_kind()
    {
        SeedHistory[] seeds = [Run(0.9, 0.86, 0.4, 0.08), Run(0.95, 0.84, 0.1, 0.09)];
        Table table = HeadCounts.Of(seeds, options);
        Assert.That(table.Rows.Select(row => row[1]), Is.EqualTo(new[] { "2, 1", "1, 1", "2, 1", "5, 6" }), "true, partial, near the top, none");
        Assert.That(table.Rows[0][3], Is.EqualTo("1 to 2"), "the bootstrap of two runs reaches both");
        Assert.That(table.Rows[2][2], Is.EqualTo("3 of 5"));
    }

    [Test]
    public void The_claim_of_a_cluster_counts_each_run()
    {
        Claim claim = HeadCounts.Claims([Run(0.9, 0.86, 0.4, 0.08), Run(0.95, 0.84, 0.3, 0.09)], options).Single(claim => claim.Id == "top-cluster");
        Assert.That(claim.Measured, Is.EqualTo(new[] { 2 / 3.0, 1 / 3.0 }).Within(1e-12));
        Assert.That(claim.Passed, Is.False);
        Assert.That(claim.Statement, Does.Contain("3 of 6, 95 % interval 0.19 to 0.81"));
    }

    // Four silent heads in block 1, these in block 2.
    private static SeedHistory Run(params double[] scores) =>
        new("seed", [new Measurement(1, 1, 1, 1, [[Head(0.08), Head(0.08), Head(0.08), Head(0.08)], [.. scores.Select(Head)]], [])]);

    private static HeadScore Head(double contact) => new(contact, contact, contact, 0, contact, contact, 0, 0, 0, 0.077, 1000);
}
