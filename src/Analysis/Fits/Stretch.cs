namespace Handmade.Analysis.Fits;

/// <summary>The choice of the points that a power law is fitted to.</summary>
internal static class Stretch
{
    // At an end, where a bend just begins.
    private const int EndPoints = 4;

    /// <summary>The longest straight stretch, as first and end index, or null if there is none. Of equally long ones the straighter.</summary>
    public static (int From, int End)? Longest(LogLog points, PowerLawOptions options)
    {
        (int From, int End)? best = null;
        double longest = 0, straightest = 0, shortest = options.LeastDecades * Math.Log(10);
        for (int from = 0; from < points.X.Length; from++)
        {
            for (int end = from + 1; end <= points.X.Length && points.Has(end - 1); end++)
            {
                double length = points.X[end - 1] - points.X[from];
                if (end - from < options.LeastPoints || length < shortest - 1e-9 || length < longest - 1e-9) continue;
                double straight = points.Line(from, end).RSquared;
                if (length < longest + 1e-9 && straight <= straightest) continue;
                if (!IsStraight(points, from, end, options)) continue;
                (longest, straightest, best) = (length, straight, (from, end));
            }
        }
        return best;
    }

    private static bool IsStraight(LogLog points, int from, int end, PowerLawOptions options)
    {
        LogLine line = points.Line(from, end);
        if (line.RSquared < options.LeastRSquared) return false;
        double third = (points.X[end - 1] - points.X[from]) / 3, scatter = points.Scatter(from, end);
        int first = from, last = end;
        while (points.X[first] <= points.X[from] + third) first++;
        while (points.X[last - 1] >= points.X[end - 1] - third) last--;
        return Agrees(points.Line(from, first)) && Agrees(points.Line(last, end)) && Agrees(points.Line(from, from + EndPoints)) && Agrees(points.Line(end - EndPoints, end));

        // A third of a single point says nothing about a slope.
        bool Agrees(LogLine part) => part.Spread <= 0 || Math.Abs(part.Slope - line.Slope) <= (options.Bend * Math.Abs(line.Slope)) + (2 * Math.Sqrt(scatter / part.Spread));
    }
}
