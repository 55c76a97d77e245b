namespace Handmade.Analysis.Fits;

/// <summary>An interval of confidence, 95 % unless the fit was told otherwise.</summary>
/// <param name="Low">Its lower end.</param>
/// <param name="High">Its upper end.</param>
public readonly record struct Interval(double Low, double High)
{
    /// <summary>Whether a value lies in it.</summary>
    public bool Contains(double value) => value >= Low && value <= High;

    /// <summary>The interval of a quantity that grows or falls steadily with this one.</summary>
    public Interval Map(Func<double, double> steady)
    {
        double a = steady(Low), b = steady(High);
        return new Interval(Math.Min(a, b), Math.Max(a, b));
    }
}
