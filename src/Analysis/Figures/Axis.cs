using Handmade.Kernels;

namespace Handmade.Analysis.Figures;

/// <summary>
/// One axis: its label and scale as asked for, and, once the data are known, its range [<see cref="Low"/>, <see cref="High"/>]
/// with the map from a value to its place.
/// </summary>
internal sealed class Axis(string label, bool log = false, double? min = null, double? max = null, IReadOnlyList<string>? categories = null)
{
    /// <summary>What the axis shows, with its unit.</summary>
    public string Label => label;

    /// <summary>Whether equal distances are equal ratios.</summary>
    public bool Log => log;

    /// <summary>The names that stand at 0, 1, 2 …, or null for an axis of numbers.</summary>
    public IReadOnlyList<string>? Categories => categories;

    /// <summary>The value at the start of the axis.</summary>
    public double Low { get; private set; }

    /// <summary>The value at the end of the axis.</summary>
    public double High { get; private set; } = 1;

    private bool whole;

    /// <summary>Whether the value has a place on this axis: finite, and positive where the axis is logarithmic.</summary>
    public bool Takes(double value) => double.IsFinite(value) && (!Log || value > 0);

    /// <summary>The place of a value: 0 at the start of the axis, 1 at its end; outside values go on beyond, to one axis length.</summary>
    public double At(double value)
    {
        var t = Log ? Math.Log10(value / Low) / Math.Log10(High / Low) : (value - Low) / (High - Low);
        return Math.Clamp(t, -1, 2);
    }

    /// <summary>Chooses the range: the limits that were asked for, else those of the data with a little air.</summary>
    /// <param name="data">Limits of all that is drawn.</param>
    /// <param name="air">Share of the range left free at each end.</param>
    /// <param name="figure">The figure's title, for errors.</param>
    /// <exception cref="HandmadeException">The limits asked for are not a range, or not positive on a logarithmic axis.</exception>
    public void Fit(Limits data, double air, string figure)
    {
        whole = data.WholeFromZero;
        if (Categories is not null)
        {
            (Low, High) = (-0.5, Categories.Count - 0.5);
            return;
        }
        var (low, high) = data.IsEmpty ? (Log ? (1, 10) : (0, 1)) : (data.Low, data.High);
        (Low, High) = Log ? WithAirLog(low, high, air) : WithAir(low, high, air, data.FromZero);
        Low = min ?? Low;
        High = max ?? High;
        if (Log && !(Low > 0 && High > 0))
            throw new HandmadeException($"figure '{figure}', axis '{Label}': limits {Low} to {High} on a log axis; use positive limits");
        // Only one limit given, and all data beyond it: the range opens to the other side.
        if (min is null != max is null && !(Low < High))
            (Low, High) = min is null ? (Log ? High / 10 : High - 1, High) : (Low, Log ? Low * 10 : Low + 1);
        if (!(Low < High) || !double.IsFinite(High - Low))
            throw new HandmadeException($"figure '{figure}', axis '{Label}': limits {Low} to {High}; use a lower limit below the upper one");
    }

    /// <summary>The marks for an axis this many pixels long.</summary>
    public Ticks Ticks(double pixels, double pixelsPerTick)
    {
        var count = Math.Max(2, (int)(pixels / pixelsPerTick));
        if (Categories is not null) return new([.. Categories.Select((name, i) => new Tick(i, name))], []);
        return Log ? Figures.Ticks.Log(Low, High, count) : Figures.Ticks.Linear(Low, High, count, whole);
    }

    private static (double, double) WithAir(double low, double high, double air, bool fromZero)
    {
        if (fromZero) (low, high) = (Math.Min(0, low), Math.Max(0, high));
        if (low == high) return low == 0 ? (fromZero ? 0 : -1, 1) : fromZero ? (0, high * 1.1) : (low - Math.Abs(low) * 0.5, high + Math.Abs(high) * 0.5);
        var pad = (high - low) * air;
        // Data that begin at or near zero start at zero exactly; a gap below would look like negative values.
        var start = low >= 0 && (fromZero || (air > 0 && low <= 0.15 * high)) ? 0 : low - pad;
        var end = fromZero && high <= 0 ? 0 : high + pad;
        return (start, end);
    }

    private static (double, double) WithAirLog(double low, double high, double air)
    {
        if (low == high) return (low / 2, high * 2);
        var factor = Math.Pow(high / low, air);
        return (low / factor, high * factor);
    }
}
