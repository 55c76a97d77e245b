using System.Diagnostics;

namespace Handmade.Bench;

/// <summary>Wall time of short repetitions.</summary>
internal static class Timing
{
    public static double Seconds(Action action, int repetitions)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repetitions; i++) action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / repetitions;
    }
}
