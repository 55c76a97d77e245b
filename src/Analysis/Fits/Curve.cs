using Handmade.Kernels;

namespace Handmade.Analysis.Fits;

/// <summary>A quantity over time, as fits read it: finite numbers at ascending times.</summary>
public sealed class Curve
{
    private readonly double[] time;
    private readonly double[] value;

    /// <summary>A curve through these points.</summary>
    /// <exception cref="HandmadeException">Counts that differ, times that do not ascend, or a number that is not finite.</exception>
    public Curve(IEnumerable<double> time, IEnumerable<double> value)
    {
        (this.time, this.value) = ([.. time], [.. value]);
        if (this.time.Length != this.value.Length)
            throw new HandmadeException($"curve: {this.time.Length} times and {this.value.Length} values; give as many of one as of the other");
        for (int i = 0; i < Count; i++)
        {
            if (!double.IsFinite(this.time[i]) || !double.IsFinite(this.value[i]))
                throw new HandmadeException($"curve: point {i} is ({this.time[i]}, {this.value[i]}); leave out what is not finite");
            if (i > 0 && this.time[i] <= this.time[i - 1]) throw new HandmadeException($"curve: time {this.time[i]} after {this.time[i - 1]}; times must ascend");
        }
    }

    /// <summary>Number of points.</summary>
    public int Count => time.Length;

    /// <summary>When.</summary>
    public ReadOnlySpan<double> Time => time;

    /// <summary>How much.</summary>
    public ReadOnlySpan<double> Value => value;

    /// <summary>The points from one time to another, both included.</summary>
    public Curve Between(double from, double to)
    {
        bool[] within = [.. time.Select(t => t >= from && t <= to)];
        return new Curve(time.Where((_, i) => within[i]), value.Where((_, i) => within[i]));
    }

    /// <summary>Another quantity of the same moments, computed from the value.</summary>
    public Curve Map(Func<double, double> change) => new(time, value.Select(change));

    /// <summary>The times that several curves have in common: all of them, or they cannot be fitted as one.</summary>
    internal static double[] CommonTimes(IReadOnlyList<Curve> curves)
    {
        if (curves.Count == 0) throw new HandmadeException("fit: no curve; give one or more");
        foreach (Curve curve in curves)
            if (!curve.Time.SequenceEqual(curves[0].Time)) throw new HandmadeException("fit: curves at different times; give curves that were measured at the same times");
        return curves[0].time;
    }
}
