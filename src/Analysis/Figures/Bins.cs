namespace Handmade.Analysis.Figures;

/// <summary>Edges of bins for histograms, and counting into them.</summary>
public static class Bins
{
    /// <summary>Edges of <paramref name="count"/> bins of equal width from <paramref name="low"/> to <paramref name="high"/>.</summary>
    public static double[] Linear(double low, double high, int count) =>
        [.. Enumerable.Range(0, count + 1).Select(i => low + (high - low) * i / count)];

    /// <summary>Edges of bins of equal ratio; both ends positive.</summary>
    public static double[] Log(double low, double high, int count) =>
        [.. Linear(Math.Log(low), Math.Log(high), count).Select(Math.Exp)];

    /// <summary>
    /// Edges midway (in ratio) between ascending positive values, so that each value, such as the step of a log-spaced checkpoint, has a bin of its own.
    /// </summary>
    public static double[] AroundLog(IEnumerable<double> values)
    {
        var sorted = values.Where(v => v > 0).Distinct().Order().ToArray();
        if (sorted.Length == 0) return [];
        if (sorted.Length == 1) return [sorted[0] / 2, sorted[0] * 2];
        var between = sorted.Zip(sorted.Skip(1), (a, b) => Math.Sqrt(a * b)).ToArray();
        return [sorted[0] * sorted[0] / between[0], .. between, sorted[^1] * sorted[^1] / between[^1]];
    }

    /// <summary>How many points lie in each cell [column, row]; a cell holds its lower edge, the last one also its upper edge.</summary>
    public static double[,] Count(ReadOnlySpan<double> x, ReadOnlySpan<double> y, double[] xEdges, double[] yEdges)
    {
        var counts = new double[xEdges.Length - 1, yEdges.Length - 1];
        for (var i = 0; i < Math.Min(x.Length, y.Length); i++)
        {
            var (column, row) = (Bin(x[i], xEdges), Bin(y[i], yEdges));
            if (column >= 0 && row >= 0) counts[column, row]++;
        }
        return counts;
    }

    /// <summary>The value below which the given share of the values lies (linear between ranks); 0 of none.</summary>
    public static double Percentile(IEnumerable<double> values, double share)
    {
        var sorted = values.Order().ToArray();
        if (sorted.Length == 0) return 0;
        var rank = Math.Clamp(share, 0, 1) * (sorted.Length - 1);
        var below = (int)rank;
        var above = Math.Min(below + 1, sorted.Length - 1);
        return sorted[below] + (rank - below) * (sorted[above] - sorted[below]);
    }

    private static int Bin(double value, double[] edges)
    {
        if (!(value >= edges[0] && value <= edges[^1])) return -1;
        var place = Array.BinarySearch(edges, value);
        return Math.Min(place >= 0 ? place : ~place - 1, edges.Length - 2);
    }
}
