using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Handmade.Bench;

/// <summary>The processor's clock while it multiplies and adds, for shares of the peak.</summary>
internal static class Clock
{
    // Of a fused multiply-add, on every x86-64 processor since Skylake and Zen.
    private const int Latency = 4;

    /// <summary>Cycles per nanosecond, from operations that wait for each other.</summary>
    public static double Gigahertz()
    {
        const int links = 1 << 18;
        double best = double.PositiveInfinity;
        for (int round = 0; round < 50; round++)
        {
            long begin = Stopwatch.GetTimestamp();
            if (Chain(links) > 0) best = Math.Min(best, Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
        return Latency * links / best / 1e9;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static float Chain(int links)
    {
        Vector128<float> x = Vector128<float>.One, factor = Vector128.Create(0.999f);
        for (int i = 0; i < links; i += 4)
        {
            x = Vector128.FusedMultiplyAdd(x, factor, factor);
            x = Vector128.FusedMultiplyAdd(x, factor, factor);
            x = Vector128.FusedMultiplyAdd(x, factor, factor);
            x = Vector128.FusedMultiplyAdd(x, factor, factor);
        }
        return x.ToScalar();
    }
}
