using Handmade.Documentation;
using Handmade.Kernels;
using Handmade.Kernels.Host;

namespace Handmade.Bench;

/// <summary>What a captured step costs besides its kernels: the time between one launch and the next.</summary>
internal static class Dispatch
{
    private const int Launches = 1000;

    private const double Limit = 0.3;

    public static IEnumerable<Comparison> Rows(Budget budget)
    {
        using var one = new HostDevice(threads: 1);
        using var two = new HostDevice(threads: 2);
        yield return Row("an empty launch", one, new Nothing(pieces: 1), budget) with { AtMost = Limit };
        yield return Row("an empty launch, shared", two, new Nothing(pieces: 8), budget) with { AtMost = Limit };
    }

    private static Comparison Row(string what, HostDevice device, Nothing launch, Budget budget)
    {
        using CapturedStep step = device.Capture(() =>
        {
            for (int i = 0; i < Launches; i++) device.Submit(launch);
            return [];
        });
        var contest = new Contest(what, $"{launch.Grid} pieces", device.Workers.Threads, new("µs", seconds => seconds / Launches * 1e6));
        return contest.Alone(Bursts.Of(() => step.Replay()), budget);
    }

    private sealed class Nothing(int pieces) : Launch("nothing", [], [])
    {
        public override int Grid => pieces;

        // Enough to be shared if it has pieces to share.
        public override long Work => 1 << 30;

        public override void Run(int begin, int end)
        {
        }
    }
}
