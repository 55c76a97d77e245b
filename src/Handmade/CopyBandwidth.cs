using System.Diagnostics;
using System.Runtime.InteropServices;

namespace Handmade;

/// <summary>How fast this processor copies memory: the bound of every op that computes little.</summary>
internal static unsafe class CopyBandwidth
{
    private const nuint Bytes = 32 << 20;
    private const int Rounds = 12;

    /// <summary>The processor's name, or its architecture where the system tells no name.</summary>
    public static string ProcessorName { get; } = ReadName() ?? RuntimeInformation.ProcessArchitecture.ToString();

    /// <summary>
    /// Bytes read plus bytes written per second while <paramref name="threads"/> threads copy at once, each its own 32 MiB (more
    /// than a core's cache). All copies of a round start together; the best of twelve rounds counts, the first only warms up.
    /// </summary>
    public static double Measure(int threads)
    {
        using var barrier = new Barrier(threads);
        double best = double.PositiveInfinity;
        Thread[] workers = [.. Enumerable.Range(0, threads).Select(_ => new Thread(Copy))];
        foreach (Thread worker in workers) worker.Start();
        foreach (Thread worker in workers) worker.Join();
        return 2.0 * Bytes * threads / best;

        void Copy()
        {
            void* from = NativeMemory.AlignedAlloc(Bytes, 64), to = NativeMemory.AlignedAlloc(Bytes, 64);
            NativeMemory.Fill(from, Bytes, 1);
            for (int round = 0; round <= Rounds; round++)
            {
                barrier.SignalAndWait();
                long start = Stopwatch.GetTimestamp();
                NativeMemory.Copy(from, to, Bytes);
                barrier.SignalAndWait();
                double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
                if (round > 0) lock (barrier) best = Math.Min(best, seconds);
            }
            NativeMemory.AlignedFree(from);
            NativeMemory.AlignedFree(to);
        }
    }

    private static string? ReadName()
    {
        const string Info = "/proc/cpuinfo";
        if (!File.Exists(Info)) return null;
        string? line = File.ReadLines(Info).FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
        return line?[(line.IndexOf(':') + 1)..].Trim();
    }
}
