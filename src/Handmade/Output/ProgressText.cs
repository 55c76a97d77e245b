using System.Globalization;
using Handmade.Experiments;

namespace Handmade.Output;

/// <summary>Progress in words and figures.</summary>
internal static class ProgressText
{
    /// <summary><c>1,200/24,000</c></summary>
    public static string Steps(in Progress p) => string.Create(CultureInfo.InvariantCulture, $"{p.Step:N0}/{p.Total:N0}");

    /// <summary><c>345 steps/s  loss 0.8312  ETA 1:06</c>, without what is not known.</summary>
    public static string Figures(in Progress p)
    {
        var parts = new List<string>(3);
        if (p.StepsPerSecond > 0)
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{p.StepsPerSecond.ToString(p.StepsPerSecond < 10 ? "0.00" : "N0", CultureInfo.InvariantCulture)} steps/s"));
        if (!double.IsNaN(p.Loss)) parts.Add(string.Create(CultureInfo.InvariantCulture, $"loss {p.Loss:G4}"));
        if (p.Eta is { } eta) parts.Add("ETA " + Duration(eta));
        return string.Join("  ", parts);
    }

    /// <summary>How long something took: <c>0.4 s</c>, and from a minute on as <see cref="Duration"/>.</summary>
    public static string Taken(TimeSpan time) =>
        time.TotalSeconds < 60 ? string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.0} s") : Duration(time);

    /// <summary><c>0:07</c>, <c>12:30</c>, <c>3:05:00</c>.</summary>
    public static string Duration(TimeSpan time)
    {
        time = TimeSpan.FromSeconds(Math.Ceiling(Math.Min(time.TotalSeconds, 1e9)));
        return time.TotalHours >= 1
            ? string.Create(CultureInfo.InvariantCulture, $"{(long)time.TotalHours}:{time.Minutes:00}:{time.Seconds:00}")
            : string.Create(CultureInfo.InvariantCulture, $"{time.Minutes}:{time.Seconds:00}");
    }
}
