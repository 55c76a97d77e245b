namespace Handmade.Documentation;

/// <summary>How a time grows with one size: the rows of a topic that have a place in a sweep, by name.</summary>
/// <param name="Name">What is swept: <c>width d</c>.</param>
/// <param name="Rows">By ascending size.</param>
internal sealed record Curve(string Name, IReadOnlyList<Comparison> Rows)
{
    // The upper end: what the law is for large sizes, before the smallest ones bend it.
    private const int Last = 3;

    /// <summary>Sizes.</summary>
    public IEnumerable<double> At => Rows.Select(row => row.At!.Value);

    /// <summary>Measured figures.</summary>
    public IEnumerable<double> Measured => Rows.Select(row => row.Ours);

    /// <summary>The figures that the last one's operations a second would give everywhere; empty where operations are not known.</summary>
    public IReadOnlyList<double> ByWork => Rows.All(row => row.Work is not null) ? [.. Rows.Select(row => Rows[^1].Ours * row.Work!.Value / Rows[^1].Work!.Value)] : [];

    /// <summary>The power with which the measured figure grows at the upper end.</summary>
    public double MeasuredPower => Power(Measured);

    /// <summary>The power with which the operations grow there.</summary>
    public double? WorkPower => ByWork.Count > 0 ? Power(ByWork) : null;

    /// <summary>The curves of a topic.</summary>
    public static IEnumerable<Curve> Of(Measured topic) =>
        topic.Rows.Where(row => row.At is not null).GroupBy(row => row.What).Select(rows => new Curve(rows.Key, [.. rows.OrderBy(row => row.At)]));

    // Least squares of the logarithms.
    private double Power(IEnumerable<double> values)
    {
        double[] x = [.. At.TakeLast(Last).Select(value => Math.Log(value))], y = [.. values.TakeLast(Last).Select(value => Math.Log(value))];
        double meanX = x.Average(), meanY = y.Average();
        return x.Zip(y, (a, b) => (a - meanX) * (b - meanY)).Sum() / x.Sum(a => (a - meanX) * (a - meanX));
    }
}
