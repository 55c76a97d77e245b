using Handmade.Experiments;

namespace Handmade.Output;

/// <summary>Claims as a table: what the paper says, what passes, what was measured.</summary>
internal static class Verdict
{
    /// <summary>The word for a claim that holds.</summary>
    public const string Pass = "pass";

    /// <summary>The word for a claim that does not.</summary>
    public const string Fail = "FAIL";

    /// <summary>The claims, one a row.</summary>
    public static Table Table(IReadOnlyList<Claim> claims) => new(
        $"Claims: {claims.Count(c => c.Passed)} of {claims.Count} pass{(claims.Any(c => c.Within < c.Measured.Count) ? " (* lies outside)" : "")}",
        ["claim", "paper", "passes if", "measured", "verdict"],
        [.. claims.Select(c => (IReadOnlyList<string>)[c.Statement, c.Paper, Condition(c), c.MeasuredText, c.Passed ? Pass : Fail])]);

    private static string Condition(Claim claim) =>
        claim.Needed == claim.Measured.Count ? claim.Interval : $"{claim.Interval} in {claim.Needed} of {claim.Measured.Count}";
}
