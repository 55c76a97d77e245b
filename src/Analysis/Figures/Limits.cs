namespace Handmade.Analysis.Figures;

/// <summary>The least and largest value that was shown to it, and what the marks ask of the axis.</summary>
internal sealed class Limits
{
    /// <summary>The least value; +∞ while empty.</summary>
    public double Low { get; private set; } = double.PositiveInfinity;

    /// <summary>The largest value; −∞ while empty.</summary>
    public double High { get; private set; } = double.NegativeInfinity;

    /// <summary>True before any value came.</summary>
    public bool IsEmpty => Low > High;

    /// <summary>Bars stand on zero: the axis must show it.</summary>
    public bool FromZero { get; set; }

    /// <summary>Bars that count: ticks at whole numbers only.</summary>
    public bool WholeFromZero { get; set; }

    /// <summary>Widens the limits to hold the value.</summary>
    public void Add(double value)
    {
        Low = Math.Min(Low, value);
        High = Math.Max(High, value);
    }
}
