using System.Diagnostics;
using Handmade.Documentation;

namespace Handmade.Bench;

/// <summary>One side's turn: it works for about so many seconds and answers how many one run took.</summary>
internal delegate double Burst(double seconds);

/// <summary>Bursts of work in this process.</summary>
internal static class Bursts
{
    // A clock reading costs some 30 ns: short runs are timed many at a time.
    private const double ShortestLap = 100e-6;

    /// <summary>Runs <paramref name="run"/> again and again; the median lap counts, so that a lap in which the system took the core away doesn't.</summary>
    public static Burst Of(Action run) => seconds =>
    {
        // The first run after the other side's turn finds cold caches and sleeping threads: it only sizes the laps.
        run();
        int runs = Math.Max(1, (int)Math.Ceiling(ShortestLap / Lap(run, 1)));
        var laps = new List<double>();
        long begin = Stopwatch.GetTimestamp();
        do laps.Add(Lap(run, runs) / runs);
        while (Stopwatch.GetElapsedTime(begin).TotalSeconds < seconds);
        return Spread.Of(laps).Median;
    };

    private static double Lap(Action run, int runs)
    {
        long begin = Stopwatch.GetTimestamp();
        for (int i = 0; i < runs; i++) run();
        return Stopwatch.GetElapsedTime(begin).TotalSeconds;
    }
}
