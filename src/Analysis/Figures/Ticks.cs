namespace Handmade.Analysis.Figures;

/// <summary>A labelled mark on an axis.</summary>
internal readonly record struct Tick(double Value, string Label);

/// <summary>The marks of one axis: labelled ones and, between them, short unlabelled ones.</summary>
internal sealed record Ticks(IReadOnlyList<Tick> Major, IReadOnlyList<double> Minor)
{
    private static readonly double[] Steps = [1, 2, 2.5, 5, 10];

    // A double's range is 632 decades.
    private static readonly int[] DecadeStrides = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];

    /// <summary>Multiples of 1, 2, 2.5 or 5 times a power of ten inside [low, high], about <paramref name="count"/> of them; whole numbers only where asked.</summary>
    public static Ticks Linear(double low, double high, int count, bool whole = false)
    {
        var raw = (high - low) / Math.Max(1, count);
        var exponent = (int)Math.Floor(Math.Log10(raw));
        var step = Steps.First(s => s * Math.Pow(10, exponent) >= raw * 0.999999);
        if (whole && step * Math.Pow(10, exponent) < 1) (step, exponent) = (1, 0);
        if (whole && step == 2.5 && exponent == 0) step = 5;
        if (step == 10) (step, exponent) = (1, exponent + 1);

        var major = Multiples(step, exponent, low, high);
        var (size, between) = step switch { 1 => (0.2, exponent), 2 => (0.5, exponent), 2.5 => (0.5, exponent), _ => (1.0, exponent) };
        var minor = whole ? [] : Multiples(size, between, low, high).Except(major).ToArray();

        var places = (step == 2.5 ? 1 : 0) - exponent;
        var decimals = Math.Max(0, places);
        var largest = Math.Max(Math.Abs(low), Math.Abs(high));
        var order = (int)Math.Floor(Math.Log10(largest) + 1e-9);
        var plain = order < 6 && decimals <= 5;
        return new([.. major.Select(v => new Tick(v, plain
            ? NumberText.Plain(v, decimals)
            : NumberText.Scientific(v, order, Math.Max(0, places + order))))], minor);
    }

    /// <summary>Decades inside [low, high]; between them 2 … 9 times a decade. Ranges too short for decades get 1, 2, 5 or, shorter still, linear ticks.</summary>
    public static Ticks Log(double low, double high, int count)
    {
        var first = (int)Math.Ceiling(Math.Log10(low) - 1e-9);
        var last = (int)Math.Floor(Math.Log10(high) + 1e-9);
        if (last - first < 1)
        {
            var short125 = new[] { 1, 2, 5 }.SelectMany(m => Enumerable.Range(first - 1, last - first + 3).Select(e => Times(m, e)))
                .Where(v => Inside(v, low, high)).Order().ToArray();
            if (short125.Length < 3 && Math.Log10(high / low) < 0.7) return Linear(low, high, Math.Min(count, 5));
            return new([.. short125.Select(v => new Tick(v, PlainLog(v)))], Between(low, high).Except(short125).ToArray());
        }

        var every = DecadeStrides.First(stride => stride * Math.Max(1, count) >= last - first);
        // Decades at multiples of the stride, so that 10⁰ stays labelled when it is inside.
        var decades = Enumerable.Range(first, last - first + 1).Where(e => e % every == 0).ToArray();
        var plain = decades[0] >= -3 && decades[^1] <= 4;
        var major = decades.Select(e => new Tick(Math.Pow(10, e), plain ? PlainLog(Math.Pow(10, e)) : NumberText.Power(e))).ToArray();
        var minor = every == 1
            ? Between(low, high)
            : Enumerable.Range(first, last - first + 1).Where(e => e % every != 0).Select(e => Math.Pow(10, e));
        return new(major, minor.Except(major.Select(t => t.Value)).ToArray());
    }

    private static double[] Multiples(double step, int exponent, double low, double high)
    {
        // Whole counts times the step, divided (not multiplied) by the power of ten: 3·0.1 would be 0.30000000000000004.
        var unit = Math.Pow(10, Math.Abs(exponent));
        double At(double i) => exponent < 0 ? i * step / unit : i * step * unit;
        var slack = 1e-9 * (high - low);
        var first = Math.Ceiling((low - slack) / At(1));
        var last = Math.Floor((high + slack) / At(1));
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => At(first + i) + 0.0)];
    }

    private static IEnumerable<double> Between(double low, double high) =>
        Enumerable.Range((int)Math.Floor(Math.Log10(low)) - 1, (int)Math.Ceiling(Math.Log10(high / low)) + 3)
            .SelectMany(e => Enumerable.Range(2, 8).Select(m => Times(m, e)))
            .Where(v => Inside(v, low, high));

    private static double Times(int mantissa, int exponent) =>
        exponent < 0 ? mantissa / Math.Pow(10, -exponent) : mantissa * Math.Pow(10, exponent);

    private static bool Inside(double v, double low, double high) => v >= low * (1 - 1e-9) && v <= high * (1 + 1e-9);

    private static string PlainLog(double v) =>
        v is >= 1e-4 and < 1e6
            ? NumberText.Plain(v, Math.Max(0, -(int)Math.Floor(Math.Log10(v) + 1e-9)))
            : NumberText.Scientific(v, (int)Math.Floor(Math.Log10(v) + 1e-9), 0);
}
