namespace Handmade.Analysis.ModularAddition;

/// <summary>
/// Distance irrelevance (Zhong et al. 2023, arXiv 2306.17844): how little the right class's logit depends on the difference a − b of the summands.
/// The mean over differences of the standard deviation over pairs of that difference, divided by the standard deviation over all pairs: near 0 for a
/// Pizza, near 1 for a Clock whose logits vary at all.
/// </summary>
/// <param name="Value">The ratio; NaN where it is 0/0.</param>
/// <param name="IsDefined">False where the logit is the same for all pairs but for rounding, as an exact Clock's is.</param>
public readonly record struct DistanceIrrelevance(double Value, bool IsDefined)
{
    // A deviation below this share of the largest logit is f32 rounding.
    private const double Rounding = 1e-6;

    /// <summary>Of the right class's logit: the paper's definition.</summary>
    public static DistanceIrrelevance Of(LogitCube logits) => Of(logits, logits.Correct);

    /// <summary>
    /// Of the largest wrong logit: what the authors' training script logs under nearly the same name, and the tables of their runs hold elsewhere. Not
    /// the paper's measure.
    /// </summary>
    public static DistanceIrrelevance OfTopWrong(LogitCube logits) => Of(logits, logits.TopWrong);

    /// <summary>Of a table whose columns are the differences.</summary>
    public static DistanceIrrelevance OfTable(double[,] table)
    {
        int rows = table.GetLength(0), columns = table.GetLength(1);
        double[] all = [.. table.Cast<double>()];
        double total = LogitCube.Moments(all).Deviation;
        if (!(total > Rounding * all.Max(Math.Abs))) return new(double.NaN, false);
        double within = Enumerable.Range(0, columns).Average(d => LogitCube.Moments([.. Enumerable.Range(0, rows).Select(s => table[s, d])]).Deviation);
        return new(within / total, true);
    }

    private static DistanceIrrelevance Of(LogitCube logits, Func<int, int, double> ofPair)
    {
        int n = logits.Order;
        var table = new double[n, n];
        for (int y = 0; y < n; y++)
            for (int d = 0; d < n; d++) table[y, d] = ofPair((y + d) % n, y);
        return OfTable(table);
    }
}
