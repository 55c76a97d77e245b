using System.Globalization;

namespace Handmade.Experiments;

/// <summary>A statement of the paper, the number it gives, and what this run measured.</summary>
/// <param name="Id">Short stable name: <c>two-true-heads</c>.</param>
/// <param name="Statement">The statement, one sentence.</param>
/// <param name="Paper">The paper's number as the paper gives it (text: it may be "near 0.95" or "not given").</param>
/// <param name="Low">Least value that passes; negative infinity for no lower bound.</param>
/// <param name="High">Greatest value that passes; positive infinity for no upper bound.</param>
/// <param name="Measured">The measured values, one for each seed (or a single one). A NaN never passes.</param>
public sealed record Claim(string Id, string Statement, string Paper, double Low, double High, IReadOnlyList<double> Measured)
{
    /// <summary>How many of the measured values have to lie in the interval; all of them unless said otherwise.</summary>
    public int Needed { get; init; } = Measured.Count;

    /// <summary>How many of the measured values lie in the interval.</summary>
    public int Within => Measured.Count(IsWithin);

    /// <summary>Whether the claim holds here: something was measured, and enough of it lies in the interval.</summary>
    public bool Passed => Measured.Count > 0 && Within >= Needed;

    /// <summary>The interval for people: <c>≥ 0.85</c>, <c>≤ 0.15</c>, <c>0.8…1</c>.</summary>
    public string Interval => (double.IsNegativeInfinity(Low), double.IsPositiveInfinity(High)) switch
    {
        (true, true) => "any",
        (true, false) => "≤ " + Text(High),
        (false, true) => "≥ " + Text(Low),
        _ => Text(Low) + "…" + Text(High),
    };

    /// <summary>The measured values for people, three decimals, in the order of the seeds; a star marks one outside the interval.</summary>
    public string MeasuredText => string.Join(", ", Measured.Select(x => x.ToString("0.###", CultureInfo.InvariantCulture) + (IsWithin(x) ? "" : "*")));

    private bool IsWithin(double x) => x >= Low && x <= High;

    private static string Text(double x) => x.ToString("0.######", CultureInfo.InvariantCulture);
}
