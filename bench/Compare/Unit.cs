namespace Handmade.Bench;

/// <summary>How a table tells the seconds of one run.</summary>
/// <param name="Name">What stands behind the figure.</param>
/// <param name="Figure">The figure of so many seconds.</param>
internal sealed record Unit(string Name, Func<double, double> Figure)
{
    public static Unit Microseconds { get; } = new("µs", seconds => seconds * 1e6);

    public static Unit Milliseconds { get; } = new("ms", seconds => seconds * 1e3);

    /// <summary>Of a run that does so many operations.</summary>
    public static Unit Gigaflops(double operations) => new("GFLOP/s", seconds => operations / seconds / 1e9);

    /// <summary>Of a run that moves so many bytes.</summary>
    public static Unit Gigabytes(double bytes) => new("GB/s", seconds => bytes / seconds / 1e9);

    /// <summary>Millions of something a second, of a run that does so many: <c>M particle-steps/s</c>.</summary>
    public static Unit Millions(string what, double count) => new($"M {what}/s", seconds => count / seconds / 1e6);
}
