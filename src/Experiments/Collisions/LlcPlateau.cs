namespace Handmade.Experiments.Collisions;

/// <summary>
/// Whether a coefficient rests while a head emerges. A plateau is three neighbouring checkpoints, the middle one in the window in which the head's
/// score goes from 10 to 90 % of its rise, over which λ̂ changes by little, while before and after them it does change.
/// </summary>
internal static class LlcPlateau
{
    /// <summary>Share of λ̂'s range over training that it may change by on a plateau, and must change by on either side.</summary>
    public const double Little = 0.1;

    /// <summary>The steps at which a score first has <paramref name="from"/> and <paramref name="to"/> of its rise, from the untrained network's to the last.</summary>
    public static (long From, long To) Window(IReadOnlyList<(long Step, double Score)> scores, double from = 0.1, double to = 0.9)
    {
        double first = scores[0].Score, rise = scores[^1].Score - first;
        // A score where nobody touches is no number, and has no rise.
        if (!double.IsFinite(rise)) return (0, 0);
        long At(double share) => scores.First(point => (point.Score - first) * Math.Sign(rise) >= share * Math.Abs(rise)).Step;
        return (At(from), At(to));
    }

    /// <summary>
    /// The least change of λ̂ over three neighbours that could be a plateau, as a share of its range over training; NaN where none has a change on either side.
    /// </summary>
    public static double Flattest(IReadOnlyList<LlcPoint> points, (long From, long To) window)
    {
        if (points.Count < 3) return double.NaN;
        double range = points.Max(p => p.Value) - points.Min(p => p.Value), flattest = double.NaN;
        for (int i = 1; i + 1 < points.Count; i++)
        {
            if (points[i].Step < window.From || points[i].Step > window.To) continue;
            double[] three = [points[i - 1].Value, points[i].Value, points[i + 1].Value];
            double level = three.Average(), change = (three.Max() - three.Min()) / range;
            bool Changes(IEnumerable<LlcPoint> side) => side.Any(p => Math.Abs(p.Value - level) > Little * range);
            if (Changes(points.Take(i - 1)) && Changes(points.Skip(i + 2)) && !(change >= flattest)) flattest = change;
        }
        return flattest;
    }
}
