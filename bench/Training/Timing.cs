using System.Diagnostics;

namespace Handmade.Bench;

/// <summary>Best of many short repetitions, ours and the rival's in turn.</summary>
internal static class Timing
{
    public static double Seconds(Action action, int repetitions)
    {
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < repetitions; i++) action();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / repetitions;
    }

    /// <summary>Best times of both, and the median of the ratios rival/ours of neighbouring measurements.</summary>
    public static (double Ours, double Rival, double MedianRatio) Paired(Action ours, Action rival, int repetitions, int pairs)
    {
        ours();
        rival();
        double bestOurs = double.MaxValue, bestRival = double.MaxValue;
        var ratios = new double[pairs];
        for (int i = 0; i < pairs; i++)
        {
            double a = Seconds(ours, repetitions), b = Seconds(rival, repetitions);
            bestOurs = Math.Min(bestOurs, a);
            bestRival = Math.Min(bestRival, b);
            ratios[i] = b / a;
        }
        Array.Sort(ratios);
        return (bestOurs, bestRival, ratios[pairs / 2]);
    }
}
