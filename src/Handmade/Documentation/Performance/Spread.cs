namespace Handmade.Documentation;

/// <summary>The middle of many measurements and how far they lie apart: machines are shared, so no single one counts.</summary>
/// <param name="Median">Half lie below.</param>
/// <param name="Lower">The lower quartile.</param>
/// <param name="Upper">The upper quartile.</param>
internal readonly record struct Spread(double Median, double Lower, double Upper)
{
    /// <summary>Of these values, in any order.</summary>
    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return new(At(0.5), At(0.25), At(0.75));

        double At(double share)
        {
            double place = share * (sorted.Length - 1);
            int below = (int)place, above = Math.Min(below + 1, sorted.Length - 1);
            return sorted[below] + (place - below) * (sorted[above] - sorted[below]);
        }
    }
}
